package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.RandomId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** One volumeset: its snapshots, how they follow each other, its branches and tags. Reading is free of locks. */
public final class History {
    private final Volumeset volumeset;
    private final ConcurrentMap<RandomId, Snapshot> snapshots = new ConcurrentHashMap<>();
    /** By the id of the branch: its newest snapshot, be it a tombstone. */
    private volatile ConcurrentMap<RandomId, Snapshot> heads = new ConcurrentHashMap<>();
    /** By the id of the volume: the newest snapshot that was taken of it. */
    private volatile ConcurrentMap<RandomId, Snapshot> lasts = new ConcurrentHashMap<>();

    private volatile VolumesetRecord record;

    History(Volumeset volumeset) {
        this.volumeset = volumeset;
        this.record = new VolumesetRecord(volumeset);
    }

    void load(Snapshot snapshot) {
        snapshots.put(snapshot.id(), snapshot);
    }

    void findHeads() {
        heads = newest(snapshot -> snapshot.taking().branch().id());
        lasts = newest(snapshot -> snapshot.taking().volumeId());
    }

    /** Of those that have the same key the one that none of them follows. */
    private ConcurrentMap<RandomId, Snapshot> newest(Function<Snapshot, RandomId> key) {
        // What came from another host moves no branch of this one, even if it has the same branch.
        Set<RandomId> passed = new HashSet<>();
        for (Snapshot snapshot : snapshots.values()) {
            snapshot.parent()
                    .filter(parent -> !snapshot.sharing().foreign())
                    .map(snapshots::get)
                    .filter(parent -> key.apply(parent).equals(key.apply(snapshot)))
                    .ifPresent(parent -> passed.add(parent.id()));
        }
        ConcurrentMap<RandomId, Snapshot> found = new ConcurrentHashMap<>();
        for (Snapshot snapshot : snapshots.values()) {
            if (!passed.contains(snapshot.id()) && !snapshot.sharing().foreign()) {
                found.merge(key.apply(snapshot), snapshot, History::later);
            }
        }
        return found;
    }

    private static Snapshot later(Snapshot one, Snapshot other) {
        return other.time().isAfter(one.time()) ? other : one;
    }

    void show(VolumesetRecord changed) {
        record = changed;
    }

    void show(Snapshot snapshot) {
        boolean isNew = snapshots.put(snapshot.id(), snapshot) == null;
        if (snapshot.sharing().foreign()) {
            return;
        }
        show(heads, snapshot.taking().branch().id(), snapshot, isNew);
        show(lasts, snapshot.taking().volumeId(), snapshot, isNew);
    }

    private static void show(Map<RandomId, Snapshot> newest, RandomId key, Snapshot snapshot, boolean isNew) {
        newest.compute(key, (same, last) -> isNew || last == null || last.id().equals(snapshot.id()) ? snapshot : last);
    }

    /** Shows one that others may follow already. */
    void insert(Snapshot snapshot) {
        snapshots.put(snapshot.id(), snapshot);
        findHeads();
    }

    void hide(Snapshot snapshot) {
        snapshots.remove(snapshot.id());
        findHeads();
    }

    VolumesetRecord record() {
        return record;
    }

    public Volumeset volumeset() {
        return volumeset;
    }

    /** All, in no order, those in the trash and tombstones among them. */
    public Collection<Snapshot> snapshots() {
        return Collections.unmodifiableCollection(snapshots.values());
    }

    public Optional<Snapshot> find(RandomId id) {
        return Optional.ofNullable(snapshots.get(id));
    }

    /** The newest snapshot that was taken on a branch on this host, be it a tombstone; empty while there is none. */
    public Optional<Snapshot> head(RandomId branch) {
        return Optional.ofNullable(heads.get(branch));
    }

    /** The newest snapshot that was taken of a volume on this host, be it a tombstone; empty while there is none. */
    public Optional<Snapshot> lastOf(RandomId volume) {
        return Optional.ofNullable(lasts.get(volume));
    }

    /** A snapshot and what led to it, newest first, tombstones among them. */
    public Stream<Snapshot> ancestry(Optional<RandomId> newest) {
        // Bounded, so that records that somebody has edited into a ring end too.
        return Stream.iterate(
                        newest.flatMap(this::find),
                        Optional::isPresent,
                        next -> next.flatMap(Snapshot::parent).flatMap(this::find))
                .limit(snapshots.size())
                .flatMap(Optional::stream);
    }

    /** As {@link #ancestry}, only what can be looked at. */
    public Stream<Snapshot> kept(Optional<RandomId> newest) {
        return ancestry(newest).filter(Snapshot::isKept);
    }

    /** As {@link #ancestry}, what can be looked at, here or after it was brought here from a remote. */
    public Stream<Snapshot> known(Optional<RandomId> newest) {
        return ancestry(newest).filter(snapshot -> snapshot.isKept() || snapshot.isElsewhere());
    }

    /** Tags by name, each with its snapshot's id. */
    public Map<Name, RandomId> tags() {
        return record.tags();
    }

    public List<Name> tagsOf(RandomId snapshot) {
        return record.tags().entrySet().stream()
                .filter(tag -> tag.getValue().equals(snapshot))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What a branch is called now. */
    public Name nameOf(Branch branch) {
        return record.branchNames().getOrDefault(branch.id(), branch.name());
    }

    /** Branches that have a snapshot which is kept, by name; each with its newest snapshot of any kind. */
    public Map<Name, Snapshot> branches() {
        Set<RandomId> alive = new HashSet<>();
        for (Snapshot snapshot : snapshots.values()) {
            if (snapshot.isKept()) {
                alive.add(snapshot.taking().branch().id());
            }
        }
        Map<Name, Snapshot> branches = new TreeMap<>();
        for (Snapshot head : heads.values()) {
            if (alive.contains(head.taking().branch().id())) {
                branches.put(nameOf(head.taking().branch()), head);
            }
        }
        return branches;
    }

    /** What was made of a snapshot: those whose parent it is. */
    public List<Snapshot> children(RandomId parent) {
        List<Snapshot> children = new ArrayList<>();
        for (Snapshot snapshot : snapshots.values()) {
            if (snapshot.parent().filter(parent::equals).isPresent()) {
                children.add(snapshot);
            }
        }
        return children;
    }
}
