package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What its snapshots and its first tree, which bears its id, tell of a volume whose record is damaged or lost. */
final class VolumeTraces {
    private final Contents contents;
    private final Supplier<RandomId> ids;
    private final Map<RandomId, List<Snapshot>> taken = new HashMap<>();

    /** Looks at all records there are. */
    VolumeTraces(Contents contents, Supplier<RandomId> ids) {
        this.contents = contents;
        this.ids = ids;
        for (History history : contents.histories().all()) {
            for (Snapshot snapshot : history.snapshots()) {
                taken.computeIfAbsent(snapshot.taking().volumeId(), id -> new ArrayList<>())
                        .add(snapshot);
            }
        }
        taken.values().forEach(all -> all.sort(Comparator.comparing(Snapshot::time)));
    }

    /** What the volume was called when its last snapshot was taken. */
    Optional<VolumeName> nameOf(RandomId volume) {
        return last(volume)
                .map(snapshot -> snapshot.taking().volume())
                .filter(VolumeName::isName)
                .map(VolumeName::new);
    }

    private Optional<Snapshot> last(RandomId volume) {
        return Optional.ofNullable(taken.get(volume)).map(List::getLast);
    }

    /**
     * The volume as the traces tell it, without options; in the trash if another volume has its name or its branch.
     *
     * @param latest before which it was made
     */
    VolumeRecord rebuilt(RandomId id, VolumeName name, Instant latest, Instant now) {
        Volumeset volumeset = last(id).map(Snapshot::volumeset)
                .orElseGet(() -> new Volumeset(ids.get(), new Name(name.value().replaceAll("[@~]", "-"))));
        Branch branch = last(id).map(snapshot -> snapshot.taking().branch()).orElse(new Branch(id, Name.MAIN));
        boolean isTaken = contents.catalogue().names().contains(name.value())
                || contents.workerOn(volumeset, branch).isPresent();
        return new VolumeRecord(
                id,
                name,
                volumeset,
                branch,
                base(id),
                new TreeId(id),
                first(id)
                        .map(Snapshot::time)
                        .filter(latest::isAfter)
                        .orElse(latest)
                        .truncatedTo(ChronoUnit.SECONDS),
                VolumeOptions.NONE,
                Optional.empty(),
                isTaken ? Optional.of(now.truncatedTo(ChronoUnit.SECONDS)) : Optional.empty());
    }

    private Optional<Snapshot> first(RandomId volume) {
        return Optional.ofNullable(taken.get(volume)).map(List::getFirst);
    }

    /** Its first snapshot follows the one that it was made from, unless that is one of its own. */
    private Optional<RandomId> base(RandomId volume) {
        return first(volume)
                .flatMap(Snapshot::parent)
                .filter(parent -> contents.histories()
                        .find(parent)
                        .filter(snapshot -> snapshot.taking().volumeId().equals(volume))
                        .isEmpty());
    }
}
