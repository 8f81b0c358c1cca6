package io.flockerj.plugin.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** Finds the subvolumes that lie within a subvolume, by the references in the tree of roots. */
final class NestedSubvolumes {
    // include/uapi/linux/btrfs_tree.h
    private static final long ROOT_TREE = 1;
    private static final int ROOT_REF_KEY = 156;
    // struct btrfs_root_ref: dirid, sequence, name_len, then the name
    private static final int REF_NAME_LENGTH = 16;
    private static final int REF_NAME = 18;

    private final FileHandle fileSystem;

    NestedSubvolumes(FileHandle fileSystem) {
        this.fileSystem = fileSystem;
    }

    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Reference(long child, long directory, byte[] name) {}

    /** All of them, each before the one that it lies in. */
    List<Btrfs.NestedSubvolume> below(long rootId) throws IOException {
        List<Btrfs.NestedSubvolume> parentsFirst = new ArrayList<>();
        Deque<Btrfs.NestedSubvolume> open = new ArrayDeque<>();
        open.add(new Btrfs.NestedSubvolume(rootId, 0, new byte[0]));
        // No recursion: how deep they lie is up to others.
        while (!open.isEmpty()) {
            Btrfs.NestedSubvolume parent = open.remove();
            boolean placeKnown = parent.id() == rootId || parent.path().length > 0;
            for (Reference reference : references(parent.id())) {
                byte[] path = placeKnown ? path(parent, reference) : new byte[0];
                Btrfs.NestedSubvolume child = new Btrfs.NestedSubvolume(reference.child(), parent.id(), path);
                parentsFirst.add(child);
                open.add(child);
            }
        }
        Collections.reverse(parentsFirst);
        return parentsFirst;
    }

    private List<Reference> references(long parent) throws IOException {
        List<Reference> references = new ArrayList<>();
        new TreeSearch(ROOT_TREE, parent, ROOT_REF_KEY, 0, TreeSearch.ANY_OFFSET)
                .forEach(fileSystem, item -> references.add(reference(item)));
        return references;
    }

    private static Reference reference(TreeSearch.Item item) {
        int nameLength = item.shortNumber(REF_NAME_LENGTH);
        return new Reference(item.offset(), item.number(0), item.bytes(REF_NAME, nameLength));
    }

    /** Empty when the kernel does not tell it. */
    private byte[] path(Btrfs.NestedSubvolume parent, Reference reference) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            ByteArrayOutputStream path = new ByteArrayOutputStream();
            path.writeBytes(parent.path());
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(InodeLookup.of(arena, fileSystem, parent.id(), reference.directory())
                    .path());
            path.writeBytes(reference.name());
            return path.toByteArray();
        } catch (LinuxException e) {
            if (e.is(Errno.ENAMETOOLONG) || e.is(Errno.ENOENT)) {
                return new byte[0];
            }
            throw e;
        }
    }
}
