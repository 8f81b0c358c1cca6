package io.flockerj.cli.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where something is mounted, as this process sees it. */
public final class MountTable {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");

    /** The mount point is the fifth field of a line of proc_pid_mountinfo(5). */
    private static final int MOUNT_POINT = 4;

    private static final int OCTAL_DIGITS = 3;

    private final List<Path> mountPoints;

    private MountTable(List<Path> mountPoints) {
        this.mountPoints = mountPoints;
    }

    /** As it is now. */
    public static MountTable read() throws IOException {
        return of(Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1));
    }

    /**
     * Of these lines.
     *
     * @param lines of mountinfo, each byte as a character
     */
    static MountTable of(List<String> lines) {
        List<Path> points = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length > MOUNT_POINT) {
                points.add(Path.of(plain(fields[MOUNT_POINT])));
            }
        }
        return new MountTable(points);
    }

    /** Whether something is mounted exactly there; {@code path} without links in it. */
    public boolean isMountPoint(Path path) {
        return mountPoints.contains(path);
    }

    /** What is mounted below a directory, each once; {@code directory} without links in it. */
    public List<Path> below(Path directory) {
        return mountPoints.stream()
                .filter(point -> point.startsWith(directory) && !point.equals(directory))
                .distinct()
                .sorted()
                .toList();
    }

    /** Blanks and backslashes are written as a backslash and three octal digits. */
    private static String plain(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + OCTAL_DIGITS < field.length()) {
                bytes.write(Integer.parseInt(field.substring(i + 1, i + 1 + OCTAL_DIGITS), 8));
                i += OCTAL_DIGITS;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
