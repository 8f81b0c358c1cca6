package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.InvalidTextException;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.NameTakenException;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.progress.Continued;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots. First all trees, one right after the other; then their records, which make them exist. Until its record is
 * written a snapshot is a tree that nobody names.
 */
final class SnapshotTaking {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTaking.class);

    private final Contents contents;
    private final SizeLimits limits;
    private final Supplier<RandomId> ids;
    private final Clock clock;

    SnapshotTaking(Contents contents, SizeLimits limits, Supplier<RandomId> ids, Clock clock) {
        this.contents = contents;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
    }

    /** A tree that has been taken, and the moment just before. */
    private record Taken(VolumeRecord volume, RandomId id, Instant at, How how) {}

    /** What is to be said of how it holds together. */
    private record How(boolean atomic, Torn torn) {}

    /** What is said of all snapshots of a call. */
    record Words(Optional<String> author, Snapshot.Remarks remarks, boolean paused) {}

    List<Snapshot> take(SnapshotOrder order, Progress progress) throws RefusedException, IOException {
        Set<VolumeName> names = new HashSet<>(order.volumes());
        if (names.isEmpty()
                || names.size() > SnapshotOrder.MOST_VOLUMES
                || names.size() < order.volumes().size()) {
            throw new InvalidTextException(
                    "snapshots are taken of 1 to " + SnapshotOrder.MOST_VOLUMES + " volumes at once, each named once");
        }
        Words words = words(order);
        Optional<Name> tag = order.tag().isPresent()
                ? Optional.of(Texts.newName("tag", order.tag().get()))
                : Optional.empty();
        Choice choice = () -> {
            List<VolumeRecord> volumes = new ArrayList<>();
            for (VolumeName name : order.volumes()) {
                volumes.add(contents.require(name));
            }
            if (tag.isPresent()) {
                refuseTaken(volumes, tag.get());
            }
            return volumes;
        };
        List<Snapshot> snapshots = take(order.volumes(), choice, words, progress);
        if (tag.isPresent()) {
            for (Snapshot snapshot : snapshots) {
                tag(snapshot, tag.get());
            }
        }
        return snapshots;
    }

    /** Tells the volumes as they are now, in the turn at all of them. */
    @FunctionalInterface
    interface Choice {
        List<VolumeRecord> volumes() throws RefusedException;
    }

    /**
     * Takes snapshots of what is chosen. The caller has no turn.
     *
     * @param names of all that may be chosen
     */
    List<Snapshot> take(List<VolumeName> names, Choice choice, Words words, Progress progress)
            throws RefusedException, IOException {
        return contents.snapshotting() instanceof Shelving shelving
                ? contents.locks()
                        .whileReading(
                                names,
                                progress,
                                () -> takeLong(shelving, names, choice, words, new Continued(progress)))
                : contents.locks().during(names, () -> take(choice.volumes(), words, progress));
    }

    /**
     * Nobody waits for what takes long, for the turn at the volumes begins when that is done. The first reading takes as long as it takes; the
     * second makes the snapshots, which are so close to one moment and to each other as can be.
     */
    private List<Snapshot> takeLong(
            Shelving shelving, List<VolumeName> names, Choice choice, Words words, Progress progress)
            throws RefusedException, IOException {
        contents.refuseIfFull("no snapshot can be taken");
        List<VolumeRecord> volumes = choice.volumes();
        prepare(shelving, volumes, progress);
        List<Taken> taken = new ArrayList<>();
        return undoing(taken, () -> {
            progress.phase("snapshotting");
            for (VolumeRecord volume : volumes) {
                taken.add(take(volume, progress));
            }
            return contents.locks().during(names, () -> {
                requireSame(volumes, choice.volumes());
                for (VolumeRecord volume : volumes) {
                    contents.settle(volume);
                }
                return record(taken, words);
            });
        });
    }

    private static void requireSame(List<VolumeRecord> before, List<VolumeRecord> now) throws VolumeConflictException {
        for (int index = 0; index < before.size(); index++) {
            VolumeRecord read = before.get(index);
            if (index >= now.size()
                    || !now.get(index).id().equals(read.id())
                    || !now.get(index).tree().equals(read.tree())) {
                throw new VolumeConflictException("volume " + read.name()
                        + " has been removed or replaced while its snapshot was taken; take it again");
            }
        }
    }

    /** Does most of what takes long, before the moment of the snapshots. Nothing of it is to be undone. */
    private void prepare(Shelving shelving, List<VolumeRecord> volumes, Progress progress) throws IOException {
        progress.phase("reading");
        for (VolumeRecord volume : volumes) {
            contents.treeUse().holding(volume.tree(), () -> shelving.prepare(volume.tree(), progress));
        }
    }

    private static Words words(SnapshotOrder order) throws InvalidTextException {
        if (order.message().isPresent()) {
            Texts.message(order.message().get());
        }
        if (order.author().isPresent()) {
            Texts.author(order.author().get());
        }
        return new Words(
                order.author(),
                new Snapshot.Remarks(order.message(), Texts.labels(order.labels()), false),
                order.paused());
    }

    private void refuseTaken(List<VolumeRecord> volumes, Name tag) throws NameTakenException {
        Set<RandomId> volumesets = new HashSet<>();
        for (VolumeRecord volume : volumes) {
            if (!volumesets.add(volume.volumeset().id())) {
                throw new NameTakenException("the volumes work on one volumeset, "
                        + volume.volumeset().name() + ", in which only one snapshot can have the tag " + tag);
            }
            PoolHistory.refuseTaken(contents, volume.volumeset(), "tag", tag);
        }
    }

    /** A snapshot stays if it cannot be tagged: the caller is told, and it is in the log. */
    private void tag(Snapshot snapshot, Name tag) throws RefusedException, IOException {
        contents.locks().during(snapshot.volumeset(), () -> {
            PoolHistory.refuseTaken(contents, snapshot.volumeset(), "tag", tag);
            contents.histories().tag(snapshot.volumeset(), tag, snapshot.id());
            return tag;
        });
    }

    /** The caller has the turn at each of the volumes. Cancelled, it leaves none of the snapshots. */
    List<Snapshot> take(List<VolumeRecord> volumes, Words words, Progress progress)
            throws RefusedException, IOException {
        contents.snapshotting();
        contents.refuseIfFull("no snapshot can be taken");
        List<Taken> taken = new ArrayList<>();
        progress.phase("snapshotting");
        progress.expect(Progress.UNKNOWN, volumes.size());
        try {
            for (VolumeRecord volume : volumes) {
                contents.settle(volume);
                limits.raise(volume);
            }
            return undoing(taken, () -> {
                for (VolumeRecord volume : volumes) {
                    taken.add(take(volume, progress));
                    progress.add(0, 1);
                }
                return record(taken, words);
            });
        } finally {
            volumes.forEach(limits::settle);
        }
    }

    /** After a failure nothing is left of trees that no record names. */
    private List<Snapshot> undoing(List<Taken> taken, VolumeLocks.Work<List<Snapshot>> work)
            throws RefusedException, IOException {
        try {
            return work.run();
        } catch (IOException | RefusedException | RuntimeException e) {
            taken.forEach(each -> Undoing.after(e, () -> destroyUnlessRecorded(each.id())));
            throw e;
        }
    }

    /** All of them, or none. */
    private List<Snapshot> record(List<Taken> taken, Words words) throws RefusedException, IOException {
        List<Snapshot> recorded = new ArrayList<>();
        RandomId group = ids.get();
        try {
            for (int index = 0; index < taken.size(); index++) {
                recorded.add(record(taken, index, group, words));
            }
            return recorded;
        } catch (IOException | RefusedException | RuntimeException e) {
            recorded.forEach(snapshot -> Undoing.after(e, () -> forget(snapshot)));
            throw e;
        }
    }

    private void forget(Snapshot snapshot) throws IOException {
        try {
            contents.locks().during(snapshot.volumeset(), () -> {
                contents.histories().forget(snapshot);
                return snapshot;
            });
        } catch (RefusedException e) {
            throw new IOException(e);
        }
    }

    private Taken take(VolumeRecord volume, Progress progress) throws RefusedException, IOException {
        RandomId id = ids.get();
        Instant at = clock.instant();
        try {
            return new Taken(volume, id, at, snapshot(volume.tree(), new TreeId(id), progress));
        } catch (FileAlreadyExistsException e) {
            throw e; // It is somebody else's.
        } catch (IOException e) {
            Undoing.after(e, () -> destroyUnlessRecorded(id));
            throw e;
        }
    }

    private How snapshot(TreeId source, TreeId snapshot, Progress progress) throws RefusedException, IOException {
        Snapshotting snapshotting = contents.snapshotting();
        if (!(snapshotting instanceof Shelving shelving)) {
            boolean isAtomic = snapshotting.snapshot(source, snapshot) == Snapshotting.Consistency.ATOMIC;
            return new How(isAtomic, Torn.NONE);
        }
        // Nobody has the turn at the volume, which may be removed meanwhile.
        AtomicReference<Torn> torn = new AtomicReference<>(Torn.NONE);
        contents.treeUse().holding(source, () -> torn.set(shelving.snapshot(source, snapshot, progress)));
        return new How(false, torn.get());
    }

    private Snapshot record(List<Taken> all, int index, RandomId group, Words words)
            throws RefusedException, IOException {
        Taken taken = all.get(index);
        VolumeRecord volume = taken.volume();
        Snapshot.Group place = new Snapshot.Group(
                group,
                index,
                all.size(),
                Math.max(0, Duration.between(all.getFirst().at(), taken.at()).toNanos()));
        Snapshot.Taking how = new Snapshot.Taking(
                taken.at(),
                words.author(),
                volume.name().value(),
                volume.id(),
                volume.branch(),
                taken.how().atomic(),
                words.paused(),
                all.size() > 1 ? Optional.of(place) : Optional.empty(),
                Optional.empty(),
                limits.charged(volume, volume.tree()),
                taken.how().torn());
        // The parent is found in the same turn in which the snapshot is recorded.
        Snapshot snapshot = contents.locks().during(volume.volumeset(), () -> {
            Snapshot following = next(volume, taken.id(), how, words.remarks());
            contents.histories().put(following);
            return following;
        });
        LOG.atInfo()
                .addKeyValue("volume", volume.name())
                .addKeyValue("snapshot", snapshot.id().abbreviated())
                .log("Took a snapshot");
        return snapshot;
    }

    /** A snapshot that follows the newest one of a volume's branch, in time too. */
    Snapshot next(VolumeRecord volume, RandomId id, Snapshot.Taking taking, Snapshot.Remarks remarks) {
        Optional<RandomId> parent = contents.newest(volume);
        Instant before =
                parent.flatMap(contents.histories()::find).map(Snapshot::time).orElse(Instant.MIN);
        Snapshot.Taking later = taking.time().isBefore(before) ? taking.at(before) : taking;
        return new Snapshot(
                id, volume.volumeset(), parent, later, remarks, Optional.of(new TreeId(id)), Optional.empty());
    }

    private void destroyUnlessRecorded(RandomId id) throws IOException {
        if (contents.histories().find(id).isEmpty() && !contents.histories().mayBeThere(id)) {
            contents.driver().destroy(new TreeId(id));
        }
    }
}
