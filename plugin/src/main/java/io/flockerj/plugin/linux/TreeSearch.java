package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/**
 * Reads items of one metadata tree of btrfs: {@code BTRFS_IOC_TREE_SEARCH_V2}, structures in
 * include/uapi/linux/btrfs.h. Numbers in keys are unsigned.
 *
 * @param tree the tree's id, BTRFS_…_TREE_OBJECTID in include/uapi/linux/btrfs_tree.h
 * @param object the only object whose items are wanted
 * @param type the only type of item that is wanted, BTRFS_…_KEY in btrfs_tree.h
 * @param firstOffset the least offset that is wanted
 * @param lastOffset the greatest
 */
record TreeSearch(long tree, long object, int type, long firstOffset, long lastOffset) {
    static final long ANY_OFFSET = -1L;

    private static final int KEY_SIZE = 104;
    private static final int ARGUMENTS_SIZE = KEY_SIZE + Long.BYTES;
    /** For many items, and for one, which is asked for so often that clearing a large buffer would cost more than the question. */
    private static final int LARGE_BUFFER = 64 * 1024;

    private static final int SMALL_BUFFER = 1024;
    private static final int ITEM_HEADER = 32;
    private static final long TREE_SEARCH_V2 = Ioctl.readWrite(Btrfs.IOCTL_MAGIC, 17, ARGUMENTS_SIZE);

    // struct btrfs_ioctl_search_key
    private static final int NUMBER_OF_ITEMS = 64;

    /** One item; the data is little-endian, as on the disk, and gone after the call that it was handed to. */
    record Item(long offset, MemorySegment data) {
        /** Eight bytes, little-endian, as both machines are. */
        long number(long at) {
            return data.get(JAVA_LONG_UNALIGNED, at);
        }

        int shortNumber(long at) {
            return Short.toUnsignedInt(data.get(JAVA_SHORT_UNALIGNED, at));
        }

        byte[] bytes(long at, long length) {
            return data.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Hands over each item, by ascending offset. {@code ENOENT} when there is no such tree. Needs CAP_SYS_ADMIN. */
    void forEach(FileHandle fileSystem, Consumer<Item> consumer) throws IOException {
        try {
            forEach(fileSystem, firstOffset == lastOffset ? SMALL_BUFFER : LARGE_BUFFER, consumer);
        } catch (LinuxException e) {
            // The only item is larger; nothing was handed over.
            if (!e.is(Errno.EOVERFLOW) || firstOffset != lastOffset) {
                throw e;
            }
            forEach(fileSystem, LARGE_BUFFER, consumer);
        }
    }

    private void forEach(FileHandle fileSystem, long buffer, Consumer<Item> consumer) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(ARGUMENTS_SIZE + buffer, Long.BYTES);
            long next = firstOffset;
            while (true) {
                fill(arguments, next, buffer);
                Ioctl.call(fileSystem, TREE_SEARCH_V2, arguments, "search tree " + tree + " of " + fileSystem);
                int found = arguments.get(JAVA_INT, NUMBER_OF_ITEMS);
                if (found == 0) {
                    return;
                }
                long last = consume(arguments.asSlice(ARGUMENTS_SIZE), found, consumer);
                if (Long.compareUnsigned(last, lastOffset) >= 0) {
                    return;
                }
                next = last + 1;
            }
        }
    }

    private void fill(MemorySegment key, long fromOffset, long buffer) {
        key.set(JAVA_LONG, 0, tree);
        key.set(JAVA_LONG, 8, object);
        key.set(JAVA_LONG, 16, object);
        key.set(JAVA_LONG, 24, fromOffset);
        key.set(JAVA_LONG, 32, lastOffset);
        key.set(JAVA_LONG, 40, 0); // any transaction
        key.set(JAVA_LONG, 48, -1L);
        key.set(JAVA_INT, 56, type);
        key.set(JAVA_INT, 60, type);
        key.set(JAVA_INT, NUMBER_OF_ITEMS, -1);
        key.set(JAVA_LONG, KEY_SIZE, buffer);
    }

    private static long consume(MemorySegment buffer, int count, Consumer<Item> consumer) {
        long at = 0;
        long offset = 0;
        for (int i = 0; i < count; i++) {
            // struct btrfs_ioctl_search_header: transid, objectid, offset, type, len
            offset = buffer.get(JAVA_LONG_UNALIGNED, at + 16);
            int length = buffer.get(ValueLayout.JAVA_INT_UNALIGNED, at + 28);
            consumer.accept(new Item(offset, buffer.asSlice(at + ITEM_HEADER, length)));
            at += ITEM_HEADER + length;
        }
        return offset;
    }
}
