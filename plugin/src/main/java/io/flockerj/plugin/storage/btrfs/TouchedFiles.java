package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which files a send stream touches. Its paths are those of the moment, some of them passing names such as {@code o257-7-0}, so the
 * names that it makes and takes away are followed, over those that the older subvolume has. Only what the stream touched is held.
 */
final class TouchedFiles implements SendStream.Consumer {
    private static final Node ROOT = new Node(SubvolumeMetadata.ROOT_DIRECTORY, false);

    private final SubvolumeMetadata from;
    private final Map<Place, Optional<Node>> changed = new HashMap<>();
    private final SortedMap<Long, Boolean> touched = new TreeMap<>();
    private final WrittenFiles written = new WrittenFiles();

    /** @param from the older subvolume, to which the stream is applied */
    TouchedFiles(SubvolumeMetadata from) {
        this.from = from;
    }

    /** @param isMade by the stream; if not it is the older subvolume's */
    private record Node(long inode, boolean isMade) {}

    /** A name in a directory. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by contents, below.
    private record Place(Node directory, byte[] name) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Place(Node otherDirectory, byte[] otherName)
                    && otherDirectory.equals(directory)
                    && Arrays.equals(otherName, name);
        }

        @Override
        public int hashCode() {
            return 31 * directory.hashCode() + Arrays.hashCode(name);
        }
    }

    /**
     * The numbers of the files that differ in more than times, or may; ascending. The value tells whether their content was written to,
     * other than by making them longer or shorter.
     */
    SortedMap<Long, Boolean> touched() {
        return touched;
    }

    /** Those of {@link #touched}, and those that differ in times only; and where they were written to. */
    WrittenFiles written() {
        return written;
    }

    @Override
    public void accept(SendCommand command) throws IOException {
        switch (command.type()) {
            case SUBVOLUME, SNAPSHOT, END -> {
                // These tell of no change.
            }
            case TIMES -> written.touch(existing(command.path()).inode());
            case MAKE_FILE, MAKE_DIRECTORY, MAKE_NODE, MAKE_FIFO, MAKE_SOCKET, SYMLINK ->
                put(command.path(), new Node(command.inode(), true));
            case RENAME -> {
                Node node = existing(command.path());
                take(command.path());
                put(command.other(), node);
            }
            case LINK -> put(command.path(), existing(command.other()));
            case UNLINK, REMOVE_DIRECTORY -> {
                touch(existing(command.path()), false);
                take(command.path());
            }
            case CLONE, UPDATE_EXTENT -> {
                Node node = existing(command.path());
                touch(node, true);
                written.write(node.inode(), command.offset(), command.length());
            }
            case WRITE -> {
                // Not in a stream without the content of files.
                Node node = existing(command.path());
                touch(node, true);
                written.writeAll(node.inode());
            }
            case TRUNCATE -> {
                Node node = existing(command.path());
                touch(node, false);
                written.write(node.inode(), command.length(), Long.MAX_VALUE);
            }
            case CHANGE_MODE, CHANGE_OWNER, SET_ATTRIBUTE, REMOVE_ATTRIBUTE -> touch(existing(command.path()), false);
        }
    }

    private void touch(Node node, boolean isWritten) {
        touched.merge(node.inode(), isWritten, Boolean::logicalOr);
        written.touch(node.inode());
    }

    private void put(byte[] path, Node node) throws IOException {
        changed.put(place(path), Optional.of(node));
        touch(node, false);
    }

    private void take(byte[] path) throws IOException {
        changed.put(place(path), Optional.empty());
    }

    private Place place(byte[] path) throws IOException {
        List<byte[]> names = RawPath.names(path);
        if (names.isEmpty()) {
            throw new SendStream.MalformedException("it makes or removes the root directory");
        }
        byte[] last = names.removeLast();
        return new Place(find(names, path), last);
    }

    private Node existing(byte[] path) throws IOException {
        return find(RawPath.names(path), path);
    }

    private Node find(List<byte[]> names, byte[] path) throws IOException {
        Node node = ROOT;
        for (byte[] name : names) {
            node = child(new Place(node, name))
                    .orElseThrow(() -> new SendStream.MalformedException(
                            "nothing is at '" + RawPath.display(path) + "', which it names"));
        }
        return node;
    }

    private Optional<Node> child(Place place) throws IOException {
        Optional<Node> known = changed.get(place);
        if (known != null) {
            return known;
        }
        if (place.directory().isMade()) {
            return Optional.empty();
        }
        return from.child(new Name(place.directory().inode(), place.name())).map(inode -> new Node(inode, false));
    }
}
