package io.flockerj.plugin.storage;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What has to be looked at in a newer tree by somebody who knows all of an older one, times of modification too. Of what is not told,
 * everything is as it was, under the path that it had.
 */
public sealed interface Touched {
    /** No more names than this are told; all of a tree is walked as fast. */
    int MOST_NAMES = 1 << 18;

    /** No more ranges of files than this are told, of all files together; of a file that has more, all is told. */
    int MOST_RANGES = 1 << 20;

    /**
     * All of the tree: what changed could not be found out, or is too much.
     *
     * @param reason for people: why
     */
    record Everything(String reason) implements Touched {}

    /**
     * Some names, each once, in the order of a walk through the sorted tree ({@link Touched#compare}).
     *
     * <p>If a file differs in anything, all its names are told; so they are if one of them was added or removed, or lies in a directory
     * that was moved, for which name comes first may have changed then. Of a directory that is new all names in it are told, and
     * theirs; but nothing of what is in a nested subvolume that is new. Of one that was moved, nothing is told that is in it as it was.
     */
    record Names(List<Name> names) implements Touched {
        public Names {
            names = List.copyOf(names);
        }
    }

    /**
     * A name.
     *
     * @param path in the newer tree; the names as bytes, relative to the root and separated by slashes, empty for the root itself.
     *     Read-only by agreement
     */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these as a whole.
    record Name(byte[] path, State state) {}

    /** What became of a name. */
    sealed interface State {}

    /** It was in a directory that is in both trees, and is not there any more. */
    record Gone() implements State {}

    /**
     * It is there.
     *
     * @param origin a path that the same file or directory has in the older tree; empty if it was not there
     * @param written what of a file's content may differ from that
     */
    record There(Optional<byte[]> origin, ByteRanges written) implements State {}

    /** Compares paths as a walk meets them: name by name, a directory before what is in it. */
    static int compare(byte[] one, byte[] other) {
        int at = Arrays.mismatch(one, other);
        if (at < 0 || at == one.length || at == other.length) {
            return Integer.compare(one.length, other.length);
        }
        return Integer.compare(rank(one[at]), rank(other[at]));
    }

    // No name has a zero byte.
    private static int rank(byte each) {
        return each == '/' ? 0 : Byte.toUnsignedInt(each);
    }
}
