package io.flockerj.plugin.linux;

import io.flockerj.plugin.linux.Btrfs.NestedSubvolume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private static final int ROOT_REF_NAME_LENGTH = 16;
    private static final int ROOT_REF_NAME = 18;
    // struct btrfs_inode_ref: index, name_len, then the name
    private static final int INODE_REF_NAME_LENGTH = 8;
    private static final int INODE_REF_NAME = 10;

    /** Of bytes in a path; also the end of walks that directories moved by others could make endless. */
    private static final int PATH_LIMIT = 256 * 1024;

    private static final byte[] UNKNOWN = {};

    private final FileHandle fileSystem;

    NestedSubvolumes(FileHandle fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** From a subvolume to one that lies in it: in which directory, under which name. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Reference(long child, long directory, byte[] name) {
        static Reference of(TreeSearch.Item item) {
            int length = item.shortNumber(ROOT_REF_NAME_LENGTH);
            return new Reference(item.offset(), item.number(0), item.bytes(ROOT_REF_NAME, length));
        }
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
            for (Reference reference : references(parent.id())) {
                byte[] path = placeKnown ? path(parent, reference) : UNKNOWN;
                NestedSubvolume child = new NestedSubvolume(reference.child(), parent.id(), path);
                parentsFirst.add(child);
                open.add(child);
            }
        }
        Collections.reverse(parentsFirst);
        return parentsFirst;
    }

    private List<Reference> references(long subvolume) throws IOException {
        List<Reference> references = new ArrayList<>();
        new TreeSearch(ROOT_TREE, subvolume, ROOT_REF_KEY, 0, TreeSearch.ANY_OFFSET)
                .forEach(fileSystem, item -> references.add(Reference.of(item)));
        return references;
    }

    private byte[] path(NestedSubvolume parent, Reference reference) throws IOException {
        Deque<byte[]> names = new ArrayDeque<>();
        names.push(reference.name());
        int length = parent.path().length + reference.name().length;
        long directory = reference.directory();
        while (directory != ROOT_DIRECTORY) {
            Optional<Parent> up = parent(parent.id(), directory);
            if (up.isEmpty() || length > PATH_LIMIT) {
                return UNKNOWN;
            }
            names.push(up.get().name());
            length += 1 + up.get().name().length;
            directory = up.get().directory();
        }
        return joined(parent.path(), names);
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
