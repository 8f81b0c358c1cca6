package io.flockerj.cli.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Set;

/** The files of this process that are not complete. They go with it, also when a signal ends it. */
final class Partials {
    private static final Partials ALL = new Partials();

    private final Set<Path> files = new HashSet<>();
    private boolean hooked;
    private boolean ended;

    private Partials() {}

    /** Makes one, in the place of what a process that had the same number may have left. */
    static FileChannel open(Path file, FileAttribute<?> attribute) throws IOException {
        synchronized (ALL) {
            ALL.begin(file);
            Files.deleteIfExists(file);
            return FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attribute);
        }
    }

    /** It is complete, and has another name, or it is not wanted any more. */
    static void remove(Path file) throws IOException {
        synchronized (ALL) {
            Files.deleteIfExists(file);
            ALL.files.remove(file);
        }
    }

    private void begin(Path file) throws IOException {
        if (ended) {
            throw new IOException("interrupted");
        }
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(Partials::end, "remove what is not complete"));
            hooked = true;
        }
        files.add(file);
    }

    private static void end() {
        synchronized (ALL) {
            ALL.ended = true;
            for (Path file : ALL.files) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    // It stays; nobody is left to be told.
                }
            }
        }
    }
}
