package io.flockerj.store.simulation;

import io.flockerj.store.wire.Bytes;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is in the trees that hosts push about. */
sealed interface Node {
    record File(Bytes content, int mode) implements Node {
        @Override
        public String toString() {
            return content.length() + " bytes";
        }
    }

    record Link(Bytes target) implements Node {}

    record Directory(SortedMap<String, Node> entries, int mode) implements Node {
        public Directory {
            entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        }
    }
}
