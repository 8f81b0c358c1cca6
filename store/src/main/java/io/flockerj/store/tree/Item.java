package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.Bytes;

/** What a name in a directory stands for. */
public sealed interface Item {
    /** A hint: written in place, never copied on write. */
    int HINT_IN_PLACE = 1;

    /** A hint: compressed on disk. */
    int HINT_COMPRESSED = 2;

    /** A hint: not to be compressed on disk. */
    int HINT_NOT_COMPRESSED = 4;

    /** A hint: a directory that was a subvolume of its own. */
    int HINT_SUBVOLUME = 8;

    /** A small file, with its content. */
    record SmallFile(Bytes content, int hints) implements Item {
        /** Longer ones are stored elsewhere. */
        public static final int LONGEST = 64;

        public SmallFile {
            if (content.length() > LONGEST) {
                throw new IllegalArgumentException("a small file of " + content.length() + " bytes");
            }
        }
    }

    /**
     * A file.
     *
     * @param digest tells what it holds ({@link io.flockerj.store.content.ContentDigester})
     * @param storage tells where
     * @param hints how it lay on disk
     */
    record LargeFile(long size, Hash digest, Storage storage, int hints) implements Item {
        public LargeFile {
            if (size <= SmallFile.LONGEST) {
                throw new IllegalArgumentException("a large file of " + size + " bytes");
            }
        }
    }

    record Directory(TreeRef root, int hints) implements Item {}

    record SymbolicLink(Bytes target) implements Item {
        /** PATH_MAX of linux/limits.h without the byte at its end. */
        public static final int LONGEST = 4095;

        public SymbolicLink {
            if (!isValid(target)) {
                throw new IllegalArgumentException("not the target of a link");
            }
        }

        /** Whether a link can point there: 1 to 4095 bytes, none of them 0. */
        public static boolean isValid(Bytes target) {
            for (int i = 0; i < target.length(); i++) {
                if (target.at(i) == 0) {
                    return false;
                }
            }
            return target.length() > 0 && target.length() <= LONGEST;
        }
    }

    record Fifo() implements Item {}

    record Socket() implements Item {}

    /**
     * A device.
     *
     * @param block whether of blocks, else of characters
     */
    record Device(boolean block, long major, long minor) implements Item {
        static final long GREATEST = 0xffff_ffffL;

        public Device {
            if (major < 0 || major > GREATEST || minor < 0 || minor > GREATEST) {
                throw new IllegalArgumentException("not a device");
            }
        }
    }

    /** What this adds to the totals of its directory, its name included. */
    default Totals totals() {
        return switch (this) {
            case SmallFile file -> new Totals(1, file.content().length(), 0);
            case LargeFile file -> new Totals(1, file.size(), file.storage().data(file.size()));
            case Directory directory -> directory.root().totals().plus(new Totals(1, 0, 0));
            case SymbolicLink link -> new Totals(1, 0, 0);
            case Fifo fifo -> new Totals(1, 0, 0);
            case Socket socket -> new Totals(1, 0, 0);
            case Device device -> new Totals(1, 0, 0);
        };
    }
}
