package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.TooManyChangesException;
import io.flockerj.plugin.storage.Touched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which files a send stream touches. Its paths are those of the moment, some of them passing names such as {@code o257-7-0}, so the
 * names that it makes and takes away are followed, over those that the older subvolume has. Only what the stream touched is held, and no
 * more than there is memory for.
 */
final class TouchedFiles implements SendStream.Consumer {
    /** Of bytes in a name that weigh as much as all else that is held of it. */
    private static final int LONG_NAME = 128;

    private static final Node ROOT = new Node(SubvolumeMetadata.ROOT_DIRECTORY, false);

    private final SubvolumeMetadata from;
    private final Map<Place, Optional<Node>> changed = new HashMap<>();
    private final SortedMap<Long, Boolean> touched = new TreeMap<>();
    private final WrittenFiles written = new WrittenFiles();
    private final int most;
    private long weight;

    /** @param from the older subvolume, to which the stream is applied */
    TouchedFiles(SubvolumeMetadata from) {
        this(from, Touched.MOST_NAMES);
    }

    /** @param most of files that are touched, and of names that are made and taken away */
    TouchedFiles(SubvolumeMetadata from, int most) {
        this.from = from;
        this.most = most;
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

    /** @throws TooManyChangesException if more is touched than is held */
    @Override
    public void accept(SendCommand command) throws IOException {
        follow(command);
        if (written.numbers().size() > most) {
            throw new TooManyChangesException(most, "files");
        }
        if (weight > most) {
            throw new TooManyChangesException(most, "names");
        }
    }

    private void follow(SendCommand command) throws IOException {
        switch (command.type()) {
            case SUBVOLUME, SNAPSHOT, END -> {
                // These tell of no change.
            }
            case TIMES -> written.touch(existing(command.path()).inode());
            case MAKE_FILE, MAKE_DIRECTORY, MAKE_NODE, MAKE_FIFO, MAKE_SOCKET, SYMLINK ->
                put(command.path(), new Node(command.inode(), true));
            case RENAME -> {
                Node node = existing(command.path());
                leave(command.path(), node);
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
        change(place(path), Optional.of(node));
        touch(node, false);
    }

    private void take(byte[] path) throws IOException {
        change(place(path), Optional.empty());
    }

    /** A name that only passes needs not be held: gen_unique_name of fs/btrfs/send.c takes one that neither subvolume has. */
    private void leave(byte[] path, Node node) throws IOException {
        byte[] passing = ("o" + node.inode() + "-").getBytes(StandardCharsets.US_ASCII);
        if (node.isMade()
                && path.length > passing.length
                && Arrays.equals(path, 0, passing.length, passing, 0, passing.length)
                && RawPath.names(path).size() == 1) {
            changed.remove(place(path));
            weight--;
        } else {
            take(path);
        }
    }

    private void change(Place place, Optional<Node> node) {
        if (changed.put(place, node) == null) {
            weight += 1 + place.name().length / LONG_NAME;
        }
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
