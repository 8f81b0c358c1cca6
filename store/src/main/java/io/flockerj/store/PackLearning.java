package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.PackEnd;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackReader;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills an index with what is in packs that commits name, by as few requests as it takes. For one thread. */
final class PackLearning {
    /** So many packs are looked at one by one, which is cheaper than a list of all. */
    private static final int MOST_LOOKS = 16;

    private final Backend backend;
    private final Layout layout;
    private final ChunkIndex index;
    private final PackReader packs;
    private final Requests requests;

    PackLearning(Backend backend, Layout layout, ChunkIndex index, PackReader packs, Requests requests) {
        this.backend = backend;
        this.layout = layout;
        this.index = index;
        this.packs = packs;
        this.requests = requests;
    }

    /**
     * What became of packs that were not known.
     *
     * @param hearsay those that were learned without asking whether they are there
     * @param hurt those that could not be learned
     */
    record Learned(List<PackInfo> hearsay, List<PackInfo> hurt) {}

    Learned learn(List<PackInfo> named) throws IOException {
        List<PackInfo> hearsay = new ArrayList<>();
        List<PackInfo> unknown = new ArrayList<>();
        for (PackInfo pack : named) {
            if (!index.knows(pack.name())) {
                (index.recall(pack) ? hearsay : unknown).add(pack);
            }
        }
        List<PackInfo> hurt = new ArrayList<>();
        requests.each(unknown, this::end, (pack, end) -> {
            end.ifPresentOrElse(read -> index.add(pack, read.table()), () -> hurt.add(pack));
        });
        return new Learned(hearsay, hurt);
    }

    private Optional<PackEnd> end(PackInfo pack) throws IOException {
        try {
            return Optional.of(packs.end(pack));
        } catch (NoSuchObjectException | BrokenException e) {
            return Optional.empty();
        }
    }

    List<PackInfo> learnPresent(List<PackInfo> named) throws IOException {
        Learned learned = learn(named);
        List<PackInfo> gone = gone(learned.hearsay());
        gone.forEach(pack -> index.remove(pack.name()));
        gone.addAll(learned.hurt());
        return gone;
    }

    /** Those of these packs that are not there, or are not what they should be. */
    private List<PackInfo> gone(List<PackInfo> asked) throws IOException {
        Map<Hash, PackInfo> unseen = new HashMap<>();
        asked.forEach(pack -> unseen.put(pack.name(), pack));
        if (unseen.size() > MOST_LOOKS) {
            backend.list(
                    layout.packs(),
                    listed -> layout.packOf(listed.name())
                            .filter(pack ->
                                    unseen.containsKey(pack) && unseen.get(pack).size() == listed.size())
                            .ifPresent(unseen::remove));
        }
        // What is not in a list may be there all the same.
        List<PackInfo> gone = new ArrayList<>();
        requests.each(List.copyOf(unseen.values()), this::isThere, (pack, isThere) -> {
            if (!isThere) {
                gone.add(pack);
            }
        });
        return gone;
    }

    private boolean isThere(PackInfo pack) throws IOException {
        try {
            packs.look(pack);
            return true;
        } catch (NoSuchObjectException | BrokenException e) {
            return false;
        }
    }
}
