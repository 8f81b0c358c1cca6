package io.flockerj.store.backend.directory;

import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One value, as a row of files with ascending numbers, of which the highest counts. To make the next number is to compare and to set, for
 * only one can make it.
 */
class NumberedFiles {
    /** So many are never removed, lest somebody who reads slowly finds nothing. */
    static final int KEPT = 16;

    private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{16}");
    private static final int MOST_ATTEMPTS = 100;

    private final Path directory;
    private final TemporaryFiles temporary;

    NumberedFiles(Path directory, TemporaryFiles temporary) {
        this.directory = directory;
        this.temporary = temporary;
    }

    static boolean isNumber(String name) {
        return NUMBER.matcher(name).matches();
    }

    Optional<Value> value() throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            NavigableSet<String> names = names();
            if (names.isEmpty()) {
                return Optional.empty();
            }
            try {
                byte[] bytes = Files.readAllBytes(directory.resolve(names.last()));
                return Optional.of(new Value(Bytes.of(bytes), new Version(names.last())));
            } catch (NoSuchFileException e) {
                // Removed since it was listed, so there is a newer one, or none.
            }
        }
        throw new IOException(directory + " changes faster than it can be read; try again");
    }

    Optional<Version> swap(Optional<Version> expected, byte[] value) throws IOException {
        NavigableSet<String> before = names();
        Optional<Version> actual = before.isEmpty() ? Optional.empty() : Optional.of(new Version(before.last()));
        if (!actual.equals(expected)) {
            return Optional.empty();
        }
        long number = before.isEmpty() ? 0 : Math.addExact(Long.parseUnsignedLong(before.last(), 16), 1);
        Path file = path(number);
        if (!temporary.publish(List.of(value), file)) {
            return Optional.empty();
        }
        if (!followsTheLast(number)) {
            Files.deleteIfExists(file);
            return Optional.empty();
        }
        removeOld(before, file);
        return Optional.of(new Version(String.valueOf(file.getFileName())));
    }

    // A list may be so old that the number was in use and removed meanwhile. But the lowest go first: then the one
    // before it is gone too.
    private boolean followsTheLast(long number) throws IOException {
        return number == 0 ? names().size() == 1 || Files.exists(path(1)) : Files.exists(path(number - 1));
    }

    private void removeOld(NavigableSet<String> before, Path newest) throws IOException {
        FileTime now = Files.getLastModifiedTime(newest);
        while (before.size() >= KEPT) {
            Path oldest = directory.resolve(String.valueOf(before.pollFirst()));
            try {
                if (!TemporaryFiles.isOld(Files.getLastModifiedTime(oldest), now)) {
                    return;
                }
            } catch (NoSuchFileException e) {
                continue; // somebody else removes them as well
            }
            Files.deleteIfExists(oldest);
        }
    }

    void deleteAll() throws IOException {
        // The highest last: until then it is the value.
        for (String name : names()) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    private Path path(long number) {
        return directory.resolve(String.format("%016x", number));
    }

    /** The numbers that are there, as far as this host sees. */
    NavigableSet<String> names() throws IOException {
        NavigableSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (isNumber(name)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return names;
        }
        return names;
    }
}
