package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.MountTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which file systems the host means to have mounted where: its {@code /etc/fstab}, fstab(5). */
record Fstab(HostRoot host) {
    private static final Path FILE = Path.of("/etc/fstab");
    private static final Pattern SPACE = Pattern.compile("[ \\t]+");
    /** How a space and the like are written in a field: fstab(5), getmntent(3). */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    /**
     * Refuses a place whose disk is absent: what would be made there now is hidden as soon as the disk comes. Of the mount
     * points only those on the way to the place are looked at: others may be on a server that does not answer.
     *
     * @param hostPath a path of the host, without {@code ..}
     */
    void requireMounted(Path hostPath) throws IOException {
        Path place = host.resolve(hostPath);
        MountTable mounts = MountTable.self();
        for (Path point : mountPoints()) {
            Path written = host.unresolved(point);
            boolean isOnTheWay = hostPath.startsWith(point) || place.startsWith(written);
            if (isOnTheWay
                    && mounts.at(written).isEmpty()
                    && mounts.at(host.resolve(point)).isEmpty()) {
                throw new PoolException(
                        "no pool is recorded in " + hostPath + ", and none is made there: the file system of " + point
                                + " is not mounted, which /etc/fstab names; mount it"
                                + host.afterMounting() + ", or take it out of /etc/fstab");
            }
        }
    }

    /** All but the root's. */
    private List<Path> mountPoints() throws IOException {
        try {
            String text = new String(Files.readAllBytes(host.resolve(FILE)), StandardCharsets.UTF_8);
            return text.lines().map(Fstab::mountPoint).flatMap(Optional::stream).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Optional<Path> mountPoint(String line) {
        String[] fields = SPACE.split(line.strip(), -1);
        if (fields.length < 2 || fields[0].startsWith("#")) {
            return Optional.empty();
        }
        try {
            Path point = Path.of(ESCAPE.matcher(fields[1]).replaceAll(Fstab::unescaped))
                    .normalize();
            return Optional.of(point).filter(path -> path.isAbsolute() && path.getNameCount() > 0);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String unescaped(MatchResult escape) {
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8)));
    }
}
