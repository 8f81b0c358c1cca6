package io.flockerj.store.backend.directory;

import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps bytes in a directory, as format.md section 2 says. What is written gets its name by {@code link(2)}, which fails where there is
 * one, on NFS too: so no locks are needed, and none can be left behind.
 */
public final class DirectoryBackend implements StreamingBackend {
    private static final ObjectName TEMPORARY_FOLDER = new ObjectName("tmp");

    /** What the kernel answers, of which the JDK has no types of its own: ENOSPC and EDQUOT. */
    private static final Set<String> FULL = Set.of("No space left on device", "Disk quota exceeded");

    private static final long NEXT_TO_NOTHING = 64 * 1024;

    private final Path root;
    private final TemporaryFiles temporary;
    /** Why nothing can be written, if so. */
    private final Optional<IOException> obstacle;

    private DirectoryBackend(Path root, TemporaryFiles temporary, Optional<IOException> obstacle) {
        this.root = root;
        this.temporary = temporary;
        this.obstacle = obstacle;
    }

    /**
     * Opens a directory, which is made if it is not there. What others have left unfinished more than a day ago is removed. A directory
     * that can only be read is opened as well; {@link #requireWritable} says so, and whatever would write.
     *
     * @param ids names for temporary files
     */
    public static DirectoryBackend open(Path root, Supplier<Id> ids) throws IOException {
        Path directory = root.resolve(TEMPORARY_FOLDER.text());
        TemporaryFiles temporary = new TemporaryFiles(directory, ids);
        try {
            Directories.create(directory);
            temporary.checkAndSweep();
            return new DirectoryBackend(root, temporary, Optional.empty());
        } catch (IOException e) {
            if (!Files.isDirectory(root)) {
                throw e;
            }
            return new DirectoryBackend(root, temporary, Optional.of(e));
        }
    }

    /**
     * Asks whether there is nothing against writing here.
     *
     * @throws NotAllowedException if it is not allowed
     * @throws FullException if there is no room
     * @throws IOException saying what there is, such as that the file system has no hard links
     */
    public void requireWritable() throws IOException {
        if (obstacle.isPresent()) {
            throw explained(obstacle.get());
        }
    }

    private IOException explained(IOException e) {
        String reason = e instanceof FileSystemException failed && failed.getReason() != null
                ? failed.getReason()
                : String.valueOf(e.getMessage());
        String message = "cannot write to the directory " + root + ": " + reason;
        if (e instanceof AccessDeniedException || isReadOnly()) {
            return new NotAllowedException(message + "; allow this host to write there, or use it to pull only", e);
        }
        if (FULL.contains(reason) || isFull()) {
            return new FullException(
                    message + "; what was there before is whole: make room there, or raise the quota, and try again",
                    e);
        }
        return new IOException(message + "; what was there before is whole", e);
    }

    /** In another language than English the reason is none of the above. */
    private boolean isFull() {
        try {
            return Files.getFileStore(root).getUsableSpace() < NEXT_TO_NOTHING;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isReadOnly() {
        try {
            return Files.getFileStore(root).isReadOnly();
        } catch (IOException e) {
            return false;
        }
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
    public Part open(ObjectName name, long from, long length) throws IOException {
        try {
            FileChannel file = FileChannel.open(path(name), StandardOpenOption.READ);
            boolean opened = false;
            try {
                long size = file.size();
                FilePart bytes = new FilePart(file, Math.min(from, size), Math.clamp(size - from, 0, length));
                opened = true;
                return new Part(size, bytes.left(), bytes);
            } finally {
                if (!opened) {
                    file.close();
                }
            }
        } catch (NoSuchFileException e) {
            throw new NoSuchObjectException(name, root.toString());
        }
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return create(name, file -> temporary.publish(content, file));
    }

    @Override
    public boolean create(ObjectName name, Path content) throws IOException {
        return create(name, file -> temporary.publish(content, file));
    }

    /** Makes a file what it should be, if there is none. */
    private interface Publishing {
        boolean publish(Path file) throws IOException;
    }

    private boolean create(ObjectName name, Publishing publishing) throws IOException {
        if (NumberedFiles.isNumber(name.lastSegment())) {
            throw new IllegalArgumentException("an object cannot be called " + name + ", which means a value here");
        }
        requireWritable();
        Path file = path(name);
        // Whoever repeats a push asks for what is there, which should not cost the writing of it. He that made it may
        // not have
        // come to the sync yet.
        if (Files.exists(file)) {
            Directories.sync(Directories.above(file));
            return false;
        }
        try {
            return publishing.publish(file);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /**
     * Gives an object another content, at once: whoever reads finds the one or the other. For one that is damaged, and for whoever knows that
     * nobody else writes here. When this returns, the new content is durable; if it fails, the object is as it was, or whole.
     *
     * @param content its bytes, one array after the other
     */
    public void replace(ObjectName name, List<byte[]> content) throws IOException {
        requireWritable();
        try {
            temporary.replace(content, path(name));
        } catch (IOException e) {
            throw explained(e);
        }
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
        requireWritable();
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
        requireWritable();
        try {
            return new NumberedFiles(path(name), temporary).swap(expected, value);
        } catch (IOException e) {
            throw explained(e);
        }
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
