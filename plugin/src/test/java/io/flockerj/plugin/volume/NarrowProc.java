package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that shows some processes of {@code /proc}, this one first. What others do on the machine meanwhile (such as making
 * a mount namespace, which gets a copy of every mount) is not seen.
 */
final class NarrowProc {
    private final Path directory;

    /** @param directory does not exist yet */
    NarrowProc(Path directory) throws IOException {
        this.directory = Files.createDirectory(directory);
        show(ProcessHandle.current().pid());
    }

    Path path() {
        return directory;
    }

    void show(long pid) throws IOException {
        Files.createSymbolicLink(directory.resolve(Long.toString(pid)), Path.of("/proc/" + pid));
    }
}
