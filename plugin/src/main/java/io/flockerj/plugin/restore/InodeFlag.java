package io.flockerj.plugin.restore;

import io.flockerj.store.tree.Item;

/** Flags of inodes, {@code FS_*_FL} of linux/fs.h, in the order in which they can be set: behind the last two nothing can be changed. */
enum InodeFlag {
    COMPRESSED(0x4, "that it is compressed"),
    NOT_COMPRESSED(0x400, "that it is not to be compressed"),
    IN_PLACE(0x800000, "that it is written in place"),
    SYNC(0x8, "the inode flag 'sync'"),
    NO_DUMP(0x40, "the inode flag 'no dump'"),
    NO_ATIME(0x80, "the inode flag 'no atime'"),
    DIR_SYNC(0x10000, "the inode flag 'dirsync'"),
    APPEND_ONLY(0x20, "the inode flag 'append-only'"),
    IMMUTABLE(0x10, "the inode flag 'immutable'");

    /** Those that keep names and content from being changed. */
    static final int HINDRANCES = APPEND_ONLY.bit | IMMUTABLE.bit;

    private final int bit;
    private final String text;

    InodeFlag(int bit, String text) {
        this.bit = bit;
        this.text = text;
    }

    int bit() {
        return bit;
    }

    /** For people. */
    String text() {
        return text;
    }

    boolean isIn(int flags) {
        return (flags & bit) != 0;
    }

    /** What a tree tells as hints. */
    static int ofHints(int hints) {
        int flags = (hints & Item.HINT_IN_PLACE) != 0 ? IN_PLACE.bit : 0;
        flags |= (hints & Item.HINT_COMPRESSED) != 0 ? COMPRESSED.bit : 0;
        return flags | ((hints & Item.HINT_NOT_COMPRESSED) != 0 ? NOT_COMPRESSED.bit : 0);
    }
}
