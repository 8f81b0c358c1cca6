package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Gives files and directories what is known of them beside what they hold, in this order: a change of owner takes setuid bits and capabilities
 * away, so it comes first; access control lists change permissions, so these come behind them; then the time, and then the flags, for an
 * immutable file takes nothing more.
 *
 * <p>What a file system cannot keep is an error, for it would be lost unseen. But inode flags, hints and times that it does not know are only
 * counted, for there is no file system that knows all.
 */
final class MetadataSetting {
    private static final byte[] DEFAULT_LIST = "system.posix_acl_default".getBytes(StandardCharsets.US_ASCII);

    private static final String UNKNOWN_HERE = "the file system of the target does not know it";
    /** Linux tells no more than 64 KiB of names of attributes (XATTR_LIST_MAX of linux/limits.h), each with a zero at its end. */
    private static final int MOST_ATTRIBUTES = 32 * 1024;

    /** To chown(2) it means that the owner stays. */
    private static final long NOBODY = 0xffff_ffffL;

    /** Within these seconds since 1970 every file system can tell a time. */
    private static final long LATEST_EVERYWHERE = Integer.MAX_VALUE;

    private final Contents contents;
    private final Tally tally;

    MetadataSetting(Contents contents, Tally tally) {
        this.contents = contents;
        this.tally = tally;
    }

    /** Everything, for something that has been made by us just now and has no attributes yet. */
    void set(Node node, Entry entry, PathName path) throws IOException {
        Metadata metadata = entry.metadata();
        set(node, entry, attributes(metadata.attributes()), path);
        if (metadata.flags() != 0) {
            tally.notKept(path, "its inode flags", "only files and directories have such flags on Linux");
        }
    }

    /** As {@link #set(Node, Entry, PathName)}, for a file or a directory that is open. */
    void set(FileHandle file, Entry entry, PathName path) throws IOException {
        set(file, entry, attributes(entry.metadata().attributes()), path);
    }

    /** As {@link #set(FileHandle, Entry, PathName)}, with attributes that were read before; on any thread. */
    void set(FileHandle file, Entry entry, NavigableMap<Bytes, Bytes> attributes, PathName path) throws IOException {
        Metadata metadata = entry.metadata();
        set(Node.through(file), entry, attributes, path);
        if (entry.item() instanceof Item.Directory directory) {
            setHints(file, directory.hints(), path);
        }
        setFlags(file, metadata.flags(), path);
    }

    /** As {@link #set(FileHandle, Entry, PathName)}, for a directory that somebody else made: what it has beside that goes. */
    void setForeign(FileHandle directory, Entry entry, PathName path) throws IOException {
        NavigableMap<Bytes, Bytes> wanted = attributes(entry.metadata().attributes());
        Node node = Node.through(directory);
        for (byte[] name : node.attributes()) {
            if (!wanted.containsKey(Bytes.of(name)) && !belongsToTheHost(name)) {
                node.removeAttribute(name);
            }
        }
        set(directory, entry, path);
    }

    /** Everything, for a file or a directory that has what an entry told of it before, and is open. */
    void change(FileHandle file, Entry before, Entry after, PathName path) throws IOException {
        int unwanted = (Metadata.FLAGS & ~after.metadata().flags()) | InodeFlag.HINDRANCES;
        Optional<Integer> flags = flags(file);
        if (flags.isPresent() && (flags.get() & unwanted) != 0) {
            Inodes.setFlags(file, flags.get() & ~unwanted);
        }
        NavigableMap<Bytes, Bytes> wanted = removeOthers(Node.through(file), before, after);
        set(Node.through(file), after, wanted, path);
        if (after.item() instanceof Item.Directory directory) {
            setFlags(file, InodeFlag.ofHints(directory.hints()), path);
        }
        setFlags(file, after.metadata().flags(), path);
    }

    /** As {@link #change(FileHandle, Entry, Entry, PathName)}, for something that cannot be opened. */
    void change(Node node, Entry before, Entry after, PathName path) throws IOException {
        set(node, after, removeOthers(node, before, after), path);
    }

    private NavigableMap<Bytes, Bytes> removeOthers(Node node, Entry before, Entry after) throws IOException {
        NavigableMap<Bytes, Bytes> wanted = attributes(after.metadata().attributes());
        for (Bytes name : attributes(before.metadata().attributes()).keySet()) {
            if (!wanted.containsKey(name)) {
                node.removeAttribute(name.toArray());
            }
        }
        return wanted;
    }

    /**
     * Takes from a directory what names that are made in it would inherit, and what keeps them from being made. How they are to lie on disk they
     * inherit: that is the volume's own matter, beside the hints of the tree.
     */
    void prepareForNames(FileHandle directory) throws IOException {
        Optional<Integer> flags = flags(directory);
        if (flags.isPresent() && (flags.get() & Metadata.FLAGS) != 0) {
            Inodes.setFlags(directory, flags.get() & ~Metadata.FLAGS);
        }
        Node.through(directory).removeAttribute(DEFAULT_LIST);
    }

    /** Security modules label all that is made, and btrfs tells its settings as attributes. */
    private static boolean belongsToTheHost(byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return text.startsWith("btrfs.") || (text.startsWith("security.") && !text.equals("security.capability"));
    }

    private void set(Node node, Entry entry, NavigableMap<Bytes, Bytes> attributes, PathName path) throws IOException {
        Metadata metadata = entry.metadata();
        if (metadata.owner() == NOBODY || metadata.group() == NOBODY) {
            throw new BrokenException("its owner", "no file can belong to number " + NOBODY);
        }
        node.setOwner(metadata.owner(), metadata.group());
        for (var attribute : attributes.entrySet()) {
            node.setAttribute(attribute.getKey().toArray(), attribute.getValue().toArray());
        }
        if (!(entry.item() instanceof Item.SymbolicLink)) {
            node.setMode(metadata.mode());
        }
        setTime(node, metadata, path);
    }

    /** By their names; those that are stored are fetched. */
    NavigableMap<Bytes, Bytes> attributes(Attributes attributes) throws IOException {
        return switch (attributes) {
            case Attributes.None() -> Collections.emptyNavigableMap();
            case Attributes.Inline(Bytes set) -> AttributeSet.read("its attributes", set);
            case Attributes.Stored stored -> {
                Bytes set = contents.read(stored);
                long count = new ByteReader("its attributes", set.toArray()).varint();
                if (count > MOST_ATTRIBUTES) {
                    throw new BrokenException("its attributes", "there are " + count + ", more than a file can have");
                }
                yield AttributeSet.read("its attributes", set);
            }
        };
    }

    private void setTime(Node node, Metadata metadata, PathName path) throws IOException {
        node.setModified(metadata.seconds(), metadata.nanos());
        if (metadata.seconds() < 0 || metadata.seconds() > LATEST_EVERYWHERE) {
            FileStatus status = node.status();
            if (status.modified() != metadata.seconds() || status.modifiedNanos() != metadata.nanos()) {
                tally.notKept(path, "its time of modification", "the file system of the target keeps none like this");
            }
        }
    }

    /** How it lies on disk, which is to be said while a file is empty. */
    void setHints(FileHandle file, int hints, PathName path) throws IOException {
        if ((hints & Item.HINT_SUBVOLUME) != 0) {
            tally.notKept(path, "that it is a subvolume of its own", "it is restored as a directory");
        }
        setFlags(file, InodeFlag.ofHints(hints), path);
    }

    private void setFlags(FileHandle file, int flags, PathName path) throws IOException {
        if (flags == 0) {
            return;
        }
        Optional<Integer> before = flags(file);
        int set = before.orElse(0);
        // Each by itself, for one that is not known makes the kernel refuse all; those that allow no more come last.
        for (InodeFlag flag : InodeFlag.values()) {
            if (flag.isIn(flags) && !flag.isIn(set)) {
                if (before.isEmpty() || !tryToSet(file, set | flag.bit())) {
                    tally.notKept(path, flag.text(), UNKNOWN_HERE);
                } else {
                    set |= flag.bit();
                }
            }
        }
    }

    private static Optional<Integer> flags(FileHandle file) throws IOException {
        try {
            return Optional.of(Inodes.flags(file));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOTTY) || e.is(Errno.EOPNOTSUPP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Some file systems refuse what they do not know, others pass over it. */
    private static boolean tryToSet(FileHandle file, int flags) throws IOException {
        try {
            Inodes.setFlags(file, flags);
            return (flags & ~Inodes.flags(file)) == 0;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOTTY) || e.is(Errno.EOPNOTSUPP) || e.is(Errno.EINVAL)) {
                return false;
            }
            throw e;
        }
    }
}
