package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.PackEnd;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackReader;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Fills an index with what is in packs that commits name, by as few requests as it takes. For one thread. */
final class PackLearning {
    /** So many packs are looked at one by one, which is cheaper than a list of all. */
    private static final int MOST_LOOKS = 16;

    /** How many times as many bytes of index objects are read as the footers have that they may tell of, besides a few. */
    private static final long MOST_IN_VAIN = 4;

    private static final long FREE = 1 << 20;

    private final Backend backend;
    private final Layout layout;
    private final ChunkIndex index;
    private final PackReader packs;
    private final Requests requests;
    private final PackIndexes indexes;

    PackLearning(Backend backend, Layout layout, ChunkIndex index, PackReader packs, Requests requests) {
        this.backend = backend;
        this.layout = layout;
        this.index = index;
        this.packs = packs;
        this.requests = requests;
        this.indexes = new PackIndexes(backend, layout, requests);
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
        if (unknown.size() > PackIndexes.MOST_FOOTERS) {
            hearsay.addAll(learnFromIndexes(unknown));
            unknown.removeIf(pack -> index.knows(pack.name()));
        }
        List<PackInfo> hurt = new ArrayList<>();
        requests.each(unknown, PackInfo::footerLength, this::end, (pack, end) -> {
            end.ifPresentOrElse(read -> index.add(pack, read.table()), () -> hurt.add(pack));
        });
        return new Learned(hearsay, hurt);
    }

    private List<PackInfo> learnFromIndexes(List<PackInfo> unknown) throws IOException {
        Map<Hash, Predicate<PackInfo>> wanted = new HashMap<>();
        unknown.forEach(pack -> wanted.put(pack.name(), pack::equals));
        long footers = unknown.stream().mapToLong(PackInfo::footerLength).sum();
        // The newest, for they tell of packs that nobody has known for long.
        List<Listed> worthReading = new ArrayList<>();
        long left = MOST_IN_VAIN * footers + FREE;
        for (Listed listed : indexes.all()) {
            if (listed.size() <= left) {
                worthReading.add(listed);
                left -= listed.size();
            }
        }
        return learnFromIndexes(worthReading, wanted);
    }

    /** Learns what index objects tell of packs, if it is what is wanted; what was learned is wanted no more. */
    private List<PackInfo> learnFromIndexes(List<Listed> from, Map<Hash, Predicate<PackInfo>> wanted)
            throws IOException {
        List<PackInfo> learned = new ArrayList<>();
        indexes.read(from, wanted::containsKey, (object, told) -> {
            for (IndexedPack pack : told) {
                Predicate<PackInfo> isMeant = wanted.getOrDefault(pack.name(), info -> false);
                Optional<PackEnd> end = end(pack).filter(found -> isMeant.test(found.info()));
                if (end.isPresent()) {
                    index.add(end.get().info(), end.get().table());
                    learned.add(end.get().info());
                    wanted.remove(pack.name());
                }
            }
            return !wanted.isEmpty();
        });
        return learned;
    }

    private static Optional<PackEnd> end(IndexedPack pack) {
        try {
            return Optional.of(pack.end());
        } catch (BrokenException e) {
            return Optional.empty();
        }
    }

    /** Tells whether what was learned is enough. */
    @FunctionalInterface
    interface Enough {
        /**
         * Whether it is.
         *
         * @throws IOException what ends the learning
         */
        boolean test() throws IOException;
    }

    /** Learns what is in packs of which only names and sizes are known, and asks from time to time whether that is enough. */
    void learnListed(List<Listed> listed, Enough isEnough) throws IOException {
        List<Listed> unknown = new ArrayList<>();
        Map<Hash, Predicate<PackInfo>> wanted = new HashMap<>();
        for (Listed each : listed) {
            Optional<Hash> pack = layout.packOf(each.name()).filter(name -> !index.knows(name));
            if (pack.isPresent()) {
                unknown.add(each);
                wanted.put(pack.get(), info -> info.size() == each.size());
            }
        }
        Map<Hash, PackInfo> told = new HashMap<>();
        if (unknown.size() > PackIndexes.MOST_FOOTERS) {
            learnFromIndexes(indexes.all(), wanted).forEach(pack -> told.put(pack.name(), pack));
            if (isEnough.test()) {
                return;
            }
        }
        for (int from = 0; from < unknown.size(); from += Requests.MOST_UNDER_WAY) {
            int to = Math.min(unknown.size(), from + Requests.MOST_UNDER_WAY);
            requests.each(
                    unknown.subList(from, to),
                    this::end,
                    (each, end) -> end.ifPresent(read ->
                            correct(Optional.ofNullable(told.get(read.info().name())), read)));
            if (isEnough.test()) {
                return;
            }
        }
    }

    /** Nobody vouches for what an index object tells of packs that no commit names; what they tell themselves counts. */
    private void correct(Optional<PackInfo> told, PackEnd read) {
        if (told.isPresent() && !told.get().equals(read.info())) {
            index.remove(read.info().name());
        }
        index.add(read.info(), read.table());
    }

    /** What came of a pack that was asked for: its end, or why there is none. */
    private record Asked(Optional<PackEnd> end, Optional<IOException> failure) {}

    /** Learns what is in all that are packs of these; what cannot be read is told, and passed over. */
    List<PackInfo> learnAll(List<Listed> listed, Consumer<IOException> passedOver) throws IOException {
        List<Listed> all = listed.stream()
                .filter(each -> layout.packOf(each.name()).isPresent())
                .toList();
        List<PackInfo> learned = new ArrayList<>();
        requests.each(all, this::attempt, (each, asked) -> {
            asked.failure().ifPresent(passedOver);
            asked.end().ifPresent(end -> {
                index.add(end.info(), end.table());
                learned.add(end.info());
            });
        });
        return learned;
    }

    /** Whatever hinders: one pack that cannot be read is no reason to have none. */
    private Asked attempt(Listed listed) {
        try {
            return ask(listed);
        } catch (IOException e) {
            return new Asked(Optional.empty(), Optional.of(e));
        }
    }

    private Asked ask(Listed listed) throws IOException {
        try {
            PackEnd end = packs.end(layout.packOf(listed.name()).orElseThrow(), listed.size());
            return new Asked(Optional.of(end), Optional.empty());
        } catch (NoSuchObjectException | BrokenException | UnsupportedException e) {
            return new Asked(Optional.empty(), Optional.of(e));
        }
    }

    private Optional<PackEnd> end(Listed listed) throws IOException {
        return ask(listed).end();
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
