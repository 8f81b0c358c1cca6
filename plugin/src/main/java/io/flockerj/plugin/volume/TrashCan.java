package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.AmbiguousRefException;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.UnknownSnapshotException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The trash as people see it: what is in it, bringing something back, and emptying it. */
final class TrashCan {
    private static final int SHORTEST_PREFIX = 4;

    private final Contents contents;
    private final Trash trash;
    private final VolumeMaking making;

    TrashCan(Contents contents, Trash trash, VolumeMaking making) {
        this.contents = contents;
        this.trash = trash;
        this.making = making;
    }

    /** Something in the trash. */
    private sealed interface Removed {
        record Volume(VolumeRecord record) implements Removed {}

        record OfSnapshot(Snapshot snapshot) implements Removed {}

        default String id() {
            return switch (this) {
                case Volume volume -> volume.record().id().hex();
                case OfSnapshot one -> one.snapshot().id().hex();
            };
        }

        default boolean isCalled(String name) {
            return this instanceof Volume volume
                    && volume.record().name().value().equals(name);
        }
    }

    List<VolumeHistory.TrashView> list() throws IOException {
        return all().map(this::view)
                .sorted(Comparator.comparing(VolumeHistory.TrashView::removedAt)
                        .reversed()
                        .thenComparing(VolumeHistory.TrashView::name))
                .toList();
    }

    /** Records whose tree is gone only wait for the file system; there is nothing to bring back. */
    private Stream<Removed> all() throws IOException {
        // Of those that cannot be read now, nobody knows that they are gone.
        boolean areSnapshotsKnown = contents.unreadableSnapshots().isEmpty();
        Set<TreeId> present =
                new HashSet<>(areSnapshotsKnown ? contents.driver().list() : contents.directories());
        List<Removed> all = new ArrayList<>();
        contents.catalogue().trash().stream()
                .filter(record -> present.contains(record.tree()))
                .forEach(record -> all.add(new Removed.Volume(record)));
        contents.histories().trash().stream()
                .filter(snapshot -> snapshot.tree()
                        .filter(tree -> !areSnapshotsKnown || present.contains(tree))
                        .isPresent())
                .forEach(snapshot -> all.add(new Removed.OfSnapshot(snapshot)));
        return all.stream();
    }

    VolumeHistory.TrashView restore(String given, Optional<String> newName) throws RefusedException, IOException {
        return switch (find(given)) {
            case Removed.Volume volume -> restore(volume.record(), newName);
            case Removed.OfSnapshot one -> {
                if (newName.isPresent()) {
                    throw new InvalidOptionException("a snapshot comes back where it was, and takes no name");
                }
                yield restore(one.snapshot());
            }
        };
    }

    private VolumeHistory.TrashView restore(Snapshot snapshot) throws RefusedException, IOException {
        return contents.locks().during(snapshot.volumeset(), () -> {
            Optional<Snapshot> present = contents.histories()
                    .find(snapshot.id())
                    .filter(found -> found.removedAt().isPresent());
            Optional<TreeId> tree = present.flatMap(Snapshot::tree);
            if (tree.isEmpty() || !contents.driver().exists(tree.get())) {
                throw new UnknownSnapshotException(
                        "the snapshot " + snapshot.id().abbreviated() + " is no longer in the trash");
            }
            VolumeHistory.TrashView shown = view(new Removed.OfSnapshot(present.get()));
            contents.histories().put(present.get().restored());
            return shown;
        });
    }

    private VolumeHistory.TrashView restore(VolumeRecord removed, Optional<String> newName)
            throws RefusedException, IOException {
        VolumeName name = newName.isPresent() ? VolumeName.parse(newName.get()) : removed.name();
        if (!trash.claim(removed.id())) {
            throw new VolumeBusyException(
                    "volume " + removed.name() + " is being destroyed, or brought back, at this moment");
        }
        try {
            return restoreClaimed(removed, name);
        } finally {
            trash.release(removed.id());
        }
    }

    /** What takes long is done while only the removed volume is in hand, and nobody waits for his turn. */
    private VolumeHistory.TrashView restoreClaimed(VolumeRecord removed, VolumeName name)
            throws RefusedException, IOException {
        VolumeRecord present = require(removed, name);
        VolumeHistory.TrashView shown = view(new Removed.Volume(present));
        if (!name.equals(present.name())) {
            contents.settle(present);
            making.makeCopy(name, present);
            return new VolumeHistory.TrashView(
                    shown.id(), shown.kind(), name.value(), shown.removedAt(), shown.destroyedAt(), shown.snapshots());
        }
        if (contents.driver() instanceof Shelving shelving && shelving.isShelved(present.tree())) {
            restoreShelved(present);
        } else {
            restoreItself(present, () -> contents.catalogue().put(present.restored()));
        }
        return shown;
    }

    private VolumeRecord require(VolumeRecord removed, VolumeName name) throws RefusedException {
        VolumeRecord present = contents.catalogue()
                .findRemoved(removed.id())
                .orElseThrow(
                        () -> new UnknownVolumeException("volume " + removed.name() + " is no longer in the trash"));
        if (contents.catalogue().find(name).isPresent()) {
            throw new VolumeConflictException("there is a volume " + name
                    + " again; bring the removed one back under another name, with: fli trash restore "
                    + present.id().abbreviated() + " --name NAME");
        }
        return present;
    }

    private void restoreItself(VolumeRecord removed, UnnamedTree.Making record) throws RefusedException, IOException {
        contents.locks().during(removed.name(), () -> {
            VolumeRecord present = require(removed, removed.name());
            contents.settle(present);
            // Within the volumeset's turn, in which the trash asks whether anybody still has the history.
            return contents.locks().during(present.volumeset(), () -> {
                refuseIfBranchIsTaken(present);
                record.run();
                return present;
            });
        });
    }

    /**
     * A snapshot that no record named is no directory that could be written to: the volume gets one that holds the same. It goes back to the trash at the next
     * start, or is a snapshot again if its record is brought back.
     */
    private void restoreShelved(VolumeRecord removed) throws RefusedException, IOException {
        try (UnnamedTree live = making.copyOf(removed)) {
            restoreItself(removed, () -> live.name(() -> contents.catalogue().put(removed.restored(live.id()))));
        }
    }

    private void refuseIfBranchIsTaken(VolumeRecord removed) throws VolumeConflictException {
        Optional<VolumeRecord> worker = contents.workerOn(removed.volumeset(), removed.branch());
        if (worker.isPresent()) {
            throw new VolumeConflictException(
                    "volume " + worker.get().name() + " works on the branch of the removed volume " + removed.name()
                            + "; bring it back under another name, with: fli trash restore "
                            + removed.id().abbreviated() + " --name NAME");
        }
    }

    void destroy(String given) throws RefusedException, IOException {
        Removed found = find(given);
        boolean destroyed = switch (found) {
            case Removed.Volume volume -> trash.destroy(volume.record());
            case Removed.OfSnapshot one -> trash.destroy(one.snapshot());
        };
        if (!destroyed && all().anyMatch(left -> left.id().equals(found.id()))) {
            throw new VolumeInUseException(
                    "what was removed is still mounted somewhere, or being read; stop what uses it, then it can be destroyed");
        }
    }

    VolumeHistory.Emptied empty(Progress progress) throws IOException {
        int destroyed = trash.sweep(Instant.MAX, progress);
        return new VolumeHistory.Emptied(destroyed, Math.toIntExact(all().count()));
    }

    private Removed find(String given) throws RefusedException, IOException {
        List<Removed> found = all().filter(removed -> removed.isCalled(given)
                        || (given.length() >= SHORTEST_PREFIX && removed.id().startsWith(given)))
                .toList();
        if (found.isEmpty()) {
            throw new UnknownSnapshotException(
                    "there is no " + Quoted.text(given) + " in the trash; see what is, with: fli trash list");
        }
        if (found.size() > 1) {
            String ids = String.join(
                    ", ", found.stream().map(one -> one.id().substring(0, 12)).toList());
            throw new AmbiguousRefException(
                    Quoted.text(given) + " means " + found.size() + " things in the trash; name one by its id: " + ids);
        }
        return found.getFirst();
    }

    private VolumeHistory.TrashView view(Removed removed) {
        return switch (removed) {
            case Removed.Volume volume -> {
                VolumeRecord record = volume.record();
                int snapshots = contents.catalogue().of(record.volumeset()).isEmpty()
                        ? Math.toIntExact(contents.historyOf(record).snapshots().stream()
                                .filter(Snapshot::isKept)
                                .count())
                        : 0;
                yield new VolumeHistory.TrashView(
                        record.id().hex(),
                        VolumeHistory.Kind.VOLUME,
                        record.name().value(),
                        record.removedAt().orElseThrow(),
                        Optional.of(trash.dueAt(record)),
                        snapshots);
            }
            case Removed.OfSnapshot one ->
                new VolumeHistory.TrashView(
                        one.snapshot().id().hex(),
                        VolumeHistory.Kind.SNAPSHOT,
                        one.snapshot().volumeset().name() + "@"
                                + one.snapshot().id().abbreviated(),
                        one.snapshot().removedAt().orElseThrow(),
                        trash.destroyedAt(one.snapshot()),
                        0);
        };
    }
}
