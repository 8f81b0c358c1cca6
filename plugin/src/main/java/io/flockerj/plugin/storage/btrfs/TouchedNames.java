package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.TooManyChangesException;
import io.flockerj.plugin.storage.Touched;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Collects the names that were touched, in their order. */
final class TouchedNames {
    private final Map<Path, Touched.State> names = new TreeMap<>();

    /** Compared as a walk through the tree meets them. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by contents, below.
    private record Path(byte[] bytes) implements Comparable<Path> {
        @Override
        public int compareTo(Path other) {
            return Touched.compare(bytes, other.bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Path(byte[] otherBytes) && Arrays.equals(otherBytes, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** A name that is there, whatever else was told of it. */
    void there(byte[] path, Optional<byte[]> origin, ByteRanges written) throws IOException {
        names.put(new Path(path), new Touched.There(origin, written));
        check();
    }

    /** A name that is not there any more, unless it is told that it is. */
    void gone(byte[] path) throws IOException {
        names.putIfAbsent(new Path(path), new Touched.Gone());
        check();
    }

    /** Whether it was told that a name is there. */
    boolean isThere(byte[] path) {
        return names.get(new Path(path)) instanceof Touched.There;
    }

    private void check() throws IOException {
        if (names.size() > Touched.MOST_NAMES) {
            throw new TooManyChangesException(Touched.MOST_NAMES, "names");
        }
    }

    Touched.Names all() {
        List<Touched.Name> all = new ArrayList<>(names.size());
        names.forEach((path, state) -> all.add(new Touched.Name(path.bytes(), state)));
        return new Touched.Names(all);
    }
}
