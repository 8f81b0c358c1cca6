package io.flockerj.plugin.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What a name stands for. Only a name that the file system does not know counts as absent; a disk that cannot be read throws,
 * for whoever cannot tell must not make something new in the place of what may be there.
 */
final class Presence {
    private Presence() {}

    /** What is there; empty if nothing is, or a symbolic link that is followed leads to nothing. */
    static Optional<BasicFileAttributes> of(Path path, LinkOption... options) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, options));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static boolean isThere(Path path, LinkOption... options) throws IOException {
        return of(path, options).isPresent();
    }

    static boolean isDirectory(Path path, LinkOption... options) throws IOException {
        return of(path, options).filter(BasicFileAttributes::isDirectory).isPresent();
    }

    static boolean isSymbolicLink(Path path) throws IOException {
        return of(path, LinkOption.NOFOLLOW_LINKS)
                .filter(BasicFileAttributes::isSymbolicLink)
                .isPresent();
    }
}
