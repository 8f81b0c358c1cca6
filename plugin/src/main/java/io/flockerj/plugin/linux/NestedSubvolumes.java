package io.flockerj.plugin.linux;

import io.flockerj.plugin.linux.Btrfs.NestedReference;
import io.flockerj.plugin.linux.Btrfs.NestedSubvolume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds the subvolumes that lie within a subvolume, by the references in the tree of roots, and their paths, by those of
 * directories to their parents. The kernel's own lookup of paths ends at 4 KiB, which anyone can exceed.
 */
final class NestedSubvolumes {
    // include/uapi/linux/btrfs_tree.h
    private static final long ROOT_TREE = 1;
    private static final int ROOT_REF_KEY = 156;
    private static final int INODE_REF_KEY = 12;
    private static final long ROOT_DIRECTORY = 256;
    // struct btrfs_root_ref: dirid, sequence, name_len, then the name
    private static final int ROOT_REF_SEQUENCE = 8;
    private static final int ROOT_REF_NAME_LENGTH = 16;
    private static final int ROOT_REF_NAME = 18;
    // struct btrfs_inode_ref: index, name_len, then the name
    private static final int INODE_REF_NAME_LENGTH = 8;
    private static final int INODE_REF_NAME = 10;

    private static final int DIR_INDEX_KEY = 96;
    private static final int ROOT_ITEM_KEY = 132;
    // struct btrfs_dir_item: the key that it points to (object, type, offset), transid, data_len, name_len, type, then
    // the name
    private static final int DIR_ITEM_KEY_TYPE = 8;
    private static final int DIR_ITEM_NAME_LENGTH = 27;
    private static final int DIR_ITEM_NAME = 30;

    /** Of bytes in a path; also the end of walks that directories moved by others could make endless. */
    private static final int PATH_LIMIT = 256 * 1024;

    private static final byte[] UNKNOWN = {};

    private final FileHandle fileSystem;

    NestedSubvolumes(FileHandle fileSystem) {
        this.fileSystem = fileSystem;
    }

    private static NestedReference reference(TreeSearch.Item item) {
        int length = item.shortNumber(ROOT_REF_NAME_LENGTH);
        return new NestedReference(
                item.offset(), item.number(0), item.number(ROOT_REF_SEQUENCE), item.bytes(ROOT_REF_NAME, length));
    }

    /** From a directory to the one that it is in. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Parent(long directory, byte[] name) {
        static Parent of(TreeSearch.Item item) {
            int length = item.shortNumber(INODE_REF_NAME_LENGTH);
            return new Parent(item.offset(), item.bytes(INODE_REF_NAME, length));
        }
    }

    /** All of them, each before the one that it lies in. */
    List<NestedSubvolume> below(long rootId) throws IOException {
        List<NestedSubvolume> parentsFirst = new ArrayList<>();
        Deque<NestedSubvolume> open = new ArrayDeque<>();

        open.add(new NestedSubvolume(rootId, 0, UNKNOWN));
        // No recursion: how deep they lie is up to others.
        while (!open.isEmpty()) {
            NestedSubvolume parent = open.remove();
            boolean placeKnown = parent.id() == rootId || parent.path().length > 0;
            for (NestedReference reference : references(parent.id())) {
                byte[] path = placeKnown ? path(parent, reference) : UNKNOWN;
                NestedSubvolume child = new NestedSubvolume(reference.child(), parent.id(), path);
                parentsFirst.add(child);
                open.add(child);
            }
        }
        Collections.reverse(parentsFirst);
        return parentsFirst;
    }

    /** To those that lie in it directly. */
    List<NestedReference> references(long subvolume) throws IOException {
        List<NestedReference> references = new ArrayList<>();
        new TreeSearch(ROOT_TREE, subvolume, ROOT_REF_KEY, 0, TreeSearch.ANY_OFFSET)
                .forEach(fileSystem, item -> references.add(reference(item)));
        return references;
    }

    /** Whether the subvolume has an entry like this, of which it may be a copy. */
    boolean refers(long subvolume, NestedReference reference) throws IOException {
        List<Boolean> found = new ArrayList<>();
        new TreeSearch(subvolume, reference.directory(), DIR_INDEX_KEY, reference.sequence(), reference.sequence())
                .forEach(fileSystem, item -> found.add(isEntry(item, reference)));
        return found.contains(true);
    }

    private static boolean isEntry(TreeSearch.Item item, NestedReference reference) {
        return item.number(0) == reference.child()
                && item.bytes(DIR_ITEM_KEY_TYPE, 1)[0] == (byte) ROOT_ITEM_KEY
                && Arrays.equals(item.bytes(DIR_ITEM_NAME, item.shortNumber(DIR_ITEM_NAME_LENGTH)), reference.name());
    }

    private byte[] path(NestedSubvolume parent, NestedReference reference) throws IOException {
        Deque<byte[]> names = new ArrayDeque<>();
        names.push(reference.name());
        int limit = PATH_LIMIT - parent.path().length - reference.name().length;
        return climb(parent.id(), reference.directory(), limit, names) ? joined(parent.path(), names) : UNKNOWN;
    }

    /** Of a directory in its subvolume; empty when it is longer than the limit, or the directory has gone. */
    Optional<byte[]> directoryPath(long subvolume, long directory) throws IOException {
        Deque<byte[]> names = new ArrayDeque<>();
        return climb(subvolume, directory, PATH_LIMIT, names) ? Optional.of(joined(UNKNOWN, names)) : Optional.empty();
    }

    /** Puts the names on the way from the root to a directory before the others. */
    private boolean climb(long subvolume, long from, int limit, Deque<byte[]> names) throws IOException {
        int left = limit;
        long directory = from;
        while (directory != ROOT_DIRECTORY) {
            Optional<Parent> up = parent(subvolume, directory);
            if (up.isEmpty() || left < 0) {
                return false;
            }
            names.push(up.get().name());
            left -= 1 + up.get().name().length;
            directory = up.get().directory();
        }
        return true;
    }

    /** Empty when the directory, or its whole subvolume, has been removed meanwhile. */
    private Optional<Parent> parent(long subvolume, long directory) throws IOException {
        List<Parent> parents = new ArrayList<>();
        try {
            new TreeSearch(subvolume, directory, INODE_REF_KEY, 0, TreeSearch.ANY_OFFSET)
                    .forEach(fileSystem, item -> parents.add(Parent.of(item)));
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        return parents.stream().findFirst();
    }

    private static byte[] joined(byte[] start, Iterable<byte[]> names) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        path.writeBytes(start);
        for (byte[] name : names) {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(name);
        }
        return path.toByteArray();
    }
}
