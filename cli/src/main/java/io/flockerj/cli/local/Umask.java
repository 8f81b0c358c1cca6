package io.flockerj.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** The permissions that this process gives to files that it makes. */
final class Umask {
    /** The line of proc_pid_status(5). */
    private static final String LINE = "Umask:";

    private static final int READ_AND_WRITE = 0666;
    private static final int USUAL = 022;

    private Umask() {}

    static Set<PosixFilePermission> ofFiles() throws IOException {
        int mask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(LINE))
                .findFirst()
                .map(line -> Integer.parseInt(line.substring(LINE.length()).strip(), 8))
                .orElse(USUAL);
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's reading, 0400, down
        for (int i = 0; i < all.length; i++) {
            if ((READ_AND_WRITE & ~mask & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
