package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.history.PackIndex;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The index objects of a repository: what is in many packs, in one object (format.md section 5.1). Each is a short cut: one that is gone, broken or
 * out of date costs requests, and no more.
 */
final class PackIndexes {
    /** A reader that would read more footers looks here first. */
    static final int MOST_FOOTERS = 16;

    /** One that is written has so many bytes of footers, or a few more. */
    static final long MOST_BYTES = 8 << 20;

    /** Longer ones than any writer should make are passed over, for they are read into memory. */
    private static final long MOST_READ = 32 << 20;

    /** Read at once, some at a time. */
    private static final long MOST_UNDER_WAY = 16 << 20;

    private final Backend backend;
    private final Layout layout;
    private final Requests requests;

    PackIndexes(Backend backend, Layout layout, Requests requests) {
        this.backend = backend;
        this.layout = layout;
        this.requests = requests;
    }

    /** Writes one of packs that are durable; answers what it is called. */
    ObjectName write(List<IndexedPack> packs) throws IOException {
        byte[] object = PackIndex.write(packs);
        ObjectName name = layout.index(Sha256.of(object));
        backend.create(name, List.of(object));
        return name;
    }

    /** Those that are there and not too long, the newest first. */
    List<Listed> all() throws IOException {
        List<Listed> all = new ArrayList<>();
        backend.list(layout.indexes(), listed -> {
            if (Hash.isValid(listed.name().lastSegment()) && listed.size() <= MOST_READ) {
                all.add(listed);
            }
        });
        all.sort(Comparator.comparing(Listed::modified).reversed());
        return all;
    }

    /** Takes what is told of packs. */
    interface Taker {
        /** Is called with each, and answers whether it wants more. */
        boolean take(Listed index, List<IndexedPack> packs) throws IOException;
    }

    /** Reads index objects, in this order, until the taker wants no more, or a few more. Those that cannot be used are passed over. */
    void read(List<Listed> indexes, Predicate<Hash> wanted, Taker taker) throws IOException {
        boolean wantsMore = true;
        for (int from = 0; from < indexes.size() && wantsMore; ) {
            int to = from + 1;
            for (long bytes = indexes.get(from).size();
                    to < indexes.size() && to - from < Requests.MOST_UNDER_WAY;
                    to++) {
                bytes += indexes.get(to).size();
                if (bytes > MOST_UNDER_WAY) {
                    break;
                }
            }
            boolean[] wants = {true};
            requests.each(indexes.subList(from, to), this::bytes, (listed, bytes) -> {
                Optional<List<IndexedPack>> told = bytes.flatMap(read -> told(listed.name(), read, wanted));
                if (told.isPresent()) {
                    wants[0] = taker.take(listed, told.get());
                }
            });
            wantsMore = wants[0];
            from = to;
        }
    }

    private Optional<byte[]> bytes(Listed listed) throws IOException {
        try {
            return Optional.of(backend.read(listed.name(), 0, (int) listed.size()));
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<IndexedPack>> told(ObjectName name, byte[] bytes, Predicate<Hash> wanted) {
        try {
            return Optional.of(packs(name, bytes, wanted));
        } catch (BrokenException | UnsupportedException e) {
            return Optional.empty();
        }
    }

    /** What an index object tells of packs. */
    static List<IndexedPack> packs(ObjectName name, byte[] bytes, Predicate<Hash> wanted)
            throws BrokenException, UnsupportedException {
        if (!Sha256.of(bytes).hex().equals(name.lastSegment())) {
            throw new BrokenException(name.text(), "its hash is another");
        }
        return PackIndex.read(name.text(), bytes, wanted);
    }
}
