package io.flockerj.store.backend.directory;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps bytes in a directory, as format.md section 2 says. What is written gets its name by {@code link(2)}, which fails where there is
 * one, on NFS too: so no locks are needed, and none can be left behind.
 */
public final class DirectoryBackend implements Backend {
    private static final ObjectName TEMPORARY_FOLDER = new ObjectName("tmp");

    private final Path root;
    private final TemporaryFiles temporary;

    private DirectoryBackend(Path root, TemporaryFiles temporary) {
        this.root = root;
        this.temporary = temporary;
    }

    /**
     * Opens a directory, which is made if it is not there. What others have left unfinished more than a day ago is removed.
     *
     * @param ids names for temporary files
     * @throws IOException also if the file system has no hard links
     */
    public static DirectoryBackend open(Path root, Supplier<Id> ids) throws IOException {
        Path directory = root.resolve(TEMPORARY_FOLDER.text());
        Directories.create(directory);
        TemporaryFiles temporary = new TemporaryFiles(directory, ids);
        temporary.checkAndSweep();
        return new DirectoryBackend(root, temporary);
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        try (FileChannel file = FileChannel.open(path(name), StandardOpenOption.READ)) {
            int size = Math.clamp(file.size() - from, 0, length);
            ByteBuffer bytes = ByteBuffer.allocate(size);
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = file.read(bytes, from + bytes.position());
            }
            return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
        } catch (NoSuchFileException e) {
            throw new NoSuchObjectException(name, root.toString());
        }
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        if (NumberedFiles.isNumber(name.lastSegment())) {
            throw new IllegalArgumentException("an object cannot be called " + name + ", which means a value here");
        }
        Path file = path(name);
        // Whoever repeats a push asks for what is there, which should not cost the writing of it. He that made it may
        // not have
        // come to the sync yet.
        if (Files.exists(file)) {
            Directories.sync(Directories.above(file));
            return false;
        }
        return temporary.publish(content, file);
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        list(path(folder), folder, each);
    }

    private static void list(Path directory, ObjectName name, Consumer<Listed> each) throws IOException {
        Path newest = null;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String segment = String.valueOf(entry.getFileName());
                if (NumberedFiles.isNumber(segment) && !Files.isDirectory(entry)) {
                    newest = newest == null || newest.compareTo(entry) < 0 ? entry : newest;
                } else if (ObjectName.isValid(segment)) {
                    below(entry, name.child(segment), each);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (NotDirectoryException e) {
            newest = directory;
        }
        if (newest != null) {
            tell(newest, name, each);
        }
    }

    private static void below(Path entry, ObjectName name, Consumer<Listed> each) throws IOException {
        // That something is no directory costs much to find out by opening it, and there are many that are none.
        if (Files.isDirectory(entry)) {
            list(entry, name, each);
        } else {
            tell(entry, name, each);
        }
    }

    private static void tell(Path file, ObjectName name, Consumer<Listed> each) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return; // removed meanwhile
        }
        each.accept(new Listed(
                name, attributes.size(), attributes.lastModifiedTime().toInstant()));
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        Path file = path(name);
        if (Files.isDirectory(file)) {
            new NumberedFiles(file, temporary).deleteAll();
        }
        try {
            Files.deleteIfExists(file);
        } catch (DirectoryNotEmptyException e) {
            return; // somebody has made it anew, or it is a folder
        }
        Directories.syncIfThere(Directories.above(file));
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return new NumberedFiles(path(name), temporary).value();
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        if (value.length > LONGEST_VALUE) {
            throw new IllegalArgumentException(name + " cannot have " + value.length + " bytes");
        }
        return new NumberedFiles(path(name), temporary).swap(expected, value);
    }

    private Path path(ObjectName name) {
        if (name.equals(TEMPORARY_FOLDER) || name.isBelow(TEMPORARY_FOLDER)) {
            throw new IllegalArgumentException(name + " is not for others");
        }
        return root.resolve(name.text());
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
