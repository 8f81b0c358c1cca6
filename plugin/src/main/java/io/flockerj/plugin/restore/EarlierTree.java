package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an attempt that was cut off has left of a tree, or of one much like it. It is only a hint where content may lie on this host already: it may
 * hold anything, torn by a loss of power too, and nothing of it is taken that was not read and compared. For one thread.
 */
public final class EarlierTree implements AutoCloseable {
    private final Optional<FileHandle> root;
    private final Runnable fetching;
    private boolean isFetching;

    private EarlierTree(Optional<FileHandle> root, Runnable fetching) {
        this.root = root;
        this.fetching = fetching;
    }

    /** There was no attempt. */
    public static EarlierTree none() {
        return new EarlierTree(Optional.empty(), () -> {});
    }

    /**
     * In a directory, if there is one, that nobody changes meanwhile.
     *
     * @param fetching is called once, before the first content is fetched that was not found here
     */
    public static EarlierTree in(Optional<Path> root, Runnable fetching) throws IOException {
        if (root.isEmpty()) {
            return new EarlierTree(Optional.empty(), fetching);
        }
        try {
            return new EarlierTree(Optional.of(FileHandle.openDirectory(root.get())), fetching);
        } catch (LinuxException e) {
            return new EarlierTree(Optional.empty(), fetching); // It is of use only, and not needed.
        }
    }

    /** The regular file at that place, open for reading, if there is one that can be opened. */
    Optional<FileHandle> file(PathName path) throws IOException {
        if (root.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = path.bytes();
        try (FileHandle directory = root.get().openDirectoryBelow(LinkGroups.directory(bytes));
                Node node = Node.in(directory, LinkGroups.name(bytes))) {
            return node.status().kind() == FileKind.FILE ? Optional.of(node.open()) : Optional.empty();
        } catch (LinuxException e) {
            return Optional.empty(); // What cannot be opened is fetched.
        }
    }

    /** Content is about to be fetched. */
    void fetching() {
        if (!isFetching) {
            isFetching = true;
            fetching.run();
        }
    }

    @Override
    public void close() throws IOException {
        if (root.isPresent()) {
            root.get().close();
        }
    }
}
