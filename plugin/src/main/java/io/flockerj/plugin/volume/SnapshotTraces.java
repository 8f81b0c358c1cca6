package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What the other records of a pool tell of snapshots whose own is damaged or lost. */
final class SnapshotTraces {
    private static final String MESSAGE = "rebuilt from other records, for its own was damaged or lost";

    private final Contents contents;
    private final Set<TreeId> present;

    /** The earliest of those whose parent it is. */
    private final Map<RandomId, Snapshot> children = new HashMap<>();

    /** One of those that were made from it. */
    private final Map<RandomId, VolumeRecord> clones = new HashMap<>();

    private final Map<RandomId, Volumeset> tagged = new HashMap<>();

    /** Looks at all records there are. */
    SnapshotTraces(Contents contents, Set<TreeId> present) {
        this.contents = contents;
        this.present = present;
        for (History history : contents.histories().all()) {
            for (Snapshot snapshot : history.snapshots()) {
                snapshot.parent().ifPresent(parent -> children.merge(parent, snapshot, SnapshotTraces::earlier));
            }
            history.tags().values().forEach(id -> tagged.put(id, history.volumeset()));
        }
        contents.catalogue().trash().forEach(this::look);
        contents.catalogue().volumes().forEach(this::look);
    }

    private void look(VolumeRecord volume) {
        volume.base().ifPresent(base -> clones.put(base, volume));
    }

    private static Snapshot earlier(Snapshot one, Snapshot other) {
        return other.time().isBefore(one.time()) ? other : one;
    }

    /** The snapshots that others speak of and that have no record; of those with damaged ones too. */
    Set<RandomId> missing() {
        Set<RandomId> missing = new LinkedHashSet<>(children.keySet());
        missing.addAll(clones.keySet());
        missing.addAll(tagged.keySet());
        missing.removeIf(id -> contents.histories().find(id).isPresent());
        return missing;
    }

    boolean hasTree(RandomId snapshot) {
        return present.contains(new TreeId(snapshot));
    }

    /** Whether anything is known of it but its id. */
    boolean isKnown(RandomId snapshot) {
        return hasTree(snapshot)
                || children.containsKey(snapshot)
                || clones.containsKey(snapshot)
                || tagged.containsKey(snapshot);
    }

    /**
     * The snapshot as the traces tell it: with its tree if that is there, else a tombstone. Of one that nobody speaks of, in a
     * volumeset of its own.
     *
     * @param latest before which it was taken
     */
    Snapshot rebuilt(RandomId id, Instant latest, Instant now) {
        Optional<Snapshot> child = Optional.ofNullable(children.get(id));
        Place place = child.map(next -> new Place(
                        next.volumeset(),
                        next.taking().volume(),
                        next.taking().volumeId(),
                        next.taking().branch()))
                .or(() -> Optional.ofNullable(clones.get(id)).map(clone -> placeIn(clone.volumeset(), id)))
                .or(() -> Optional.ofNullable(tagged.get(id)).map(volumeset -> placeIn(volumeset, id)))
                .orElseGet(() -> placeIn(new Volumeset(id, found(id)), id));
        Instant time = child.map(Snapshot::time).filter(latest::isAfter).orElse(latest);
        Snapshot.Taking taking = new Snapshot.Taking(
                time,
                Optional.empty(),
                place.volume(),
                place.volumeId(),
                place.branch(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        boolean whole = hasTree(id);
        return new Snapshot(
                id,
                place.volumeset(),
                parent(place, id, time),
                taking,
                whole ? new Snapshot.Remarks(Optional.of(MESSAGE), Map.of(), false) : Snapshot.Remarks.NONE,
                whole ? Optional.of(new TreeId(id)) : Optional.empty(),
                whole ? Optional.empty() : Optional.of(now));
    }

    private record Place(Volumeset volumeset, String volume, RandomId volumeId, Branch branch) {}

    private static Name found(RandomId id) {
        return new Name("found-" + id.abbreviated());
    }

    /** On the branch of the volumeset's last snapshot before, or on one of its own. */
    private Place placeIn(Volumeset volumeset, RandomId id) {
        return contents.histories().of(volumeset).snapshots().stream()
                .max(Comparator.comparing(Snapshot::time))
                .map(last -> new Place(
                        volumeset,
                        last.taking().volume(),
                        last.taking().volumeId(),
                        last.taking().branch()))
                .orElseGet(() -> new Place(volumeset, found(id).value(), id, new Branch(id, found(id))));
    }

    /**
     * A branch is a line, so its parent is the one before it that has no other child there. None is told if it was the first: which
     * snapshot the branch began at, its own record alone has said.
     */
    private Optional<RandomId> parent(Place place, RandomId id, Instant time) {
        History history = contents.histories().of(place.volumeset());
        Set<RandomId> passed = new HashSet<>();
        for (Snapshot snapshot : history.snapshots()) {
            if (isOn(place.branch(), snapshot)) {
                snapshot.parent().ifPresent(passed::add);
            }
        }
        return history.snapshots().stream()
                .filter(other -> isOn(place.branch(), other) && !other.id().equals(id))
                .filter(other -> !passed.contains(other.id()) && !other.time().isAfter(time))
                .filter(other -> history.ancestry(Optional.of(other.id()))
                        .noneMatch(before -> before.parent().equals(Optional.of(id))))
                .max(Comparator.comparing(Snapshot::time))
                .map(Snapshot::id);
    }

    private static boolean isOn(Branch branch, Snapshot snapshot) {
        return snapshot.taking().branch().id().equals(branch.id());
    }
}
