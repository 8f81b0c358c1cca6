package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.Bytes;

/** The extended attributes of a file, as {@link AttributeSet} writes them: in its entry, or as content where they are long. */
public sealed interface Attributes {
    /** A set that is not longer stands in the entry. */
    int LONGEST_INLINE = 512;

    /** No set is longer. */
    long LONGEST = 64L << 20;

    /** There are none. */
    record None() implements Attributes {}

    /** A set in the entry; not empty. */
    record Inline(Bytes set) implements Attributes {
        public Inline {
            if (set.length() < 1 || set.length() > LONGEST_INLINE) {
                throw new IllegalArgumentException("a set of " + set.length() + " bytes");
            }
        }
    }

    /** A set that is stored as a file's content is. */
    record Stored(long length, Hash digest, Storage storage) implements Attributes {
        public Stored {
            if (length <= LONGEST_INLINE || length > LONGEST) {
                throw new IllegalArgumentException("a set of " + length + " bytes");
            }
        }
    }
}
