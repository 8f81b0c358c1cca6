package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.LiveCapture;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.local.LocalRecord;
import io.flockerj.plugin.local.LocalRecords;
import io.flockerj.plugin.local.VolumeDirectory;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.restore.EarlierTree;
import io.flockerj.plugin.restore.Restored;
import io.flockerj.plugin.restore.TreeRestore;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.LocalVolumes.Place;
import io.flockerj.plugin.volume.LocalVolumes.PullOrder;
import io.flockerj.plugin.volume.LocalVolumes.PulledBack;
import io.flockerj.plugin.volume.OutOfSpace;
import io.flockerj.plugin.volume.PoolRefusalException;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.plugin.volume.Remotes.Pulled;
import io.flockerj.plugin.volume.VolumeBusyException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.history.Commit;
import io.flockerj.store.index.DiskChunkIndex;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts snapshots of remotes into volumes of other drivers. What is to come is filled beside the volume, whole and verified, before it changes places with
 * what is there; whatever happens until then, the volume is as it was.
 */
final class LocalPulls {
    private static final int MOST_ATTEMPTS = 50;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final Reaching reaching;
    private final Fetches fetches;
    private final Pulls pulls;
    private final LocalRecords records;
    private final LocalWalks walks;
    private final PoolRemotes.Setting setting;

    LocalPulls(
            HistoryExchange exchange,
            KnownRemotes known,
            Reaching reaching,
            Fetches fetches,
            Pulls pulls,
            LocalRecords records,
            LocalWalks walks,
            PoolRemotes.Setting setting) {
        this.exchange = exchange;
        this.known = known;
        this.reaching = reaching;
        this.fetches = fetches;
        this.pulls = pulls;
        this.records = records;
        this.walks = walks;
        this.setting = setting;
    }

    PulledBack pull(PullOrder order, Progress progress) throws RefusedException, IOException {
        try (VolumeDirectory directory = open(order.place(), progress)) {
            directory.refuseInUse();
            Optional<LocalRecord> present = records.find(order.place(), setting.engine()::mayBeThere);
            try (Reached reached = reach(order, present, progress)) {
                String name = order.name()
                        .or(() -> present.flatMap(record -> known.nameOn(reached.id(), record.volumeset())))
                        .orElse(order.place().name());
                return pull(directory, reaching.volumeset(reached, name), present, order, progress);
            }
        }
    }

    /** Who tidies up beside a volume has it for a moment. */
    private VolumeDirectory open(Place place, Progress progress) throws RefusedException, IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return VolumeDirectory.open(setting.engine(), place);
            } catch (VolumeBusyException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                pause(progress);
            }
        }
    }

    private void pause(Progress progress) throws IOException {
        progress.check();
        try {
            setting.sleeper().sleep(BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a volume");
        }
    }

    private Reached reach(PullOrder order, Optional<LocalRecord> present, Progress progress)
            throws RefusedException, IOException {
        // One that nobody has heard of is on no remote yet.
        Volumeset volumeset = present.map(LocalRecord::volumeset)
                .orElseGet(() -> new Volumeset(setting.ids().get(), Name.MAIN));
        return reaching.choose(order.remote(), volumeset, progress);
    }

    /** A snapshot that was chosen, and the branch that the volume works on from then on. */
    private record Wanted(Commit commit, Branch branch) {
        RandomId id() {
            return Commits.id(commit.snapshot());
        }
    }

    private PulledBack pull(
            VolumeDirectory directory,
            RemoteVolumeset there,
            Optional<LocalRecord> present,
            PullOrder order,
            Progress progress)
            throws RefusedException, IOException {
        Tracking tracking = fetches.learn(there, progress).tracking();
        Wanted wanted = wanted(there, tracking, present, order);
        LocalRecord record = present.isPresent()
                ? present.get()
                : LocalRecord.unused(
                        order.place(), setting.ids(), setting.clock().instant());
        progress.phase("comparing");
        Optional<String> digest = digest(directory, there, record, progress);
        if (digest.equals(Optional.of(wanted.commit().tree().digest().hex()))) {
            remember(there, record, wanted);
            return new PulledBack(pulled(there, wanted, 0, List.of()), Optional.empty());
        }
        refuseUnlessOnRemote(directory, digest, record, there, order);
        // First: what is left beside the volume after a crash is found by it.
        records.put(record);
        Restored restored = fill(directory, there, wanted.commit(), progress);
        share(there, wanted);
        directory.discardEarlier();
        if (!order.force()) {
            // Somebody may have used the volume meanwhile, and forgotten a remote.
            progress.phase("comparing");
            refuseUnlessOnRemote(directory, digest(directory, there, record, progress), record, there, order);
        }
        progress.phase("exchanging");
        Optional<Path> kept = exchange(directory, there, record, wanted, order);
        return new PulledBack(pulled(there, wanted, restored.bytes(), Pulling.remarks(restored)), kept);
    }

    private void refuseUnlessOnRemote(
            VolumeDirectory directory,
            Optional<String> digest,
            LocalRecord record,
            RemoteVolumeset there,
            PullOrder order)
            throws RefusedException, IOException {
        if (!order.force() && !directory.isEmpty() && !isOnRemote(digest, record, there.volumeset())) {
            throw new VolumeConflictException(order.place().written() + " holds what is on no remote, as far as this"
                    + " host has seen. Push it first, with: fli push "
                    + order.place().written() + " "
                    + there.reached().name() + "; or pull with --force, which keeps it beside the volume");
        }
    }

    /** A failure after which the volume holds what was pulled says so, and where that is which it held. */
    private Optional<Path> exchange(
            VolumeDirectory directory, RemoteVolumeset there, LocalRecord record, Wanted wanted, PullOrder order)
            throws RefusedException, IOException {
        try {
            Optional<Path> kept = directory.exchange(setting.clock().instant());
            remember(there, record, wanted);
            return kept;
        } catch (RefusedException | IOException | RuntimeException e) {
            Optional<VolumeDirectory.Before> before = directory.before();
            if (before.isEmpty()) {
                throw e;
            }
            throw new IOException(
                    order.place().written() + " holds " + wanted.id().abbreviated() + " now, and "
                            + before.get().told() + ". But then this failed: " + e.getMessage()
                            + ". Put that right, and pull again, which brings nothing any more",
                    e);
        }
    }

    private Wanted wanted(RemoteVolumeset there, Tracking tracking, Optional<LocalRecord> present, PullOrder order)
            throws RefusedException, IOException {
        Optional<Name> own = present.filter(record -> isOf(record, there))
                .map(record -> exchange.history(record.volumeset()).nameOf(record.branch()));
        Optional<String> usual = own.map(Name::value);
        String ref = order.ref().isPresent() ? order.ref().get() : Pulls.branchThere(there, tracking, usual);
        RandomId id = pulls.wanted(there, tracking, ref, new Pulls.Terms(usual, order.zone(), order.askedAt()));
        Committed found = there.repository()
                .committed(Commits.id(id))
                .orElseThrow(() -> new RemoteException(
                        Reason.UNKNOWN,
                        "the snapshot " + id.abbreviated() + " is not on "
                                + there.reached().name() + " any more"));
        Commits.refuseOther(exchange.history(there.volumeset()).find(id), found.commit(), there.place());
        Branch taken = Commits.snapshot(found.commit(), there.volumeset(), there.remote())
                .taking()
                .branch();
        String named = Pulls.isTime(ref) ? Pulls.branchThere(there, tracking, usual) : ref;
        Branch branch = Optional.ofNullable(tracking.branches().get(named))
                .flatMap(Tracking.Tip::branch)
                .map(its -> new Branch(its, new Name(named)))
                .orElse(taken);
        return new Wanted(found.commit(), branch);
    }

    private static boolean isOf(LocalRecord record, RemoteVolumeset there) {
        return record.volumeset().id().equals(there.volumeset().id());
    }

    /** Of what the volume holds; empty if that was never found at rest. */
    private Optional<String> digest(
            VolumeDirectory directory, RemoteVolumeset there, LocalRecord record, Progress progress)
            throws RefusedException, IOException {
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        LocalWalks.Course course = new LocalWalks.Course(record.id(), there.remote());
        try (DiskChunkIndex index = there.index();
                ChunkReader nodes = there.repository().reader(index);
                ChunkWriter writer = there.repository().writer(new KnownAlready())) {
            Optional<Commit> base = isOf(record, there) && record.base().isPresent()
                    ? there.repository().commit(Commits.id(record.base().get()))
                    : Optional.empty();
            if (base.isPresent()) {
                nodes.learn(there.repository().packs(base.get().packs()));
            }
            LiveCapture.Taken taken = walks.capture(
                    directory.content(),
                    course,
                    base.map(commit -> Commits.id(commit.snapshot())),
                    writer,
                    nodes.known(),
                    progress);
            return taken.torn().files() == 0
                    ? Optional.of(taken.captured().root().digest().hex())
                    : Optional.empty();
        } finally {
            walks.forget(course);
        }
    }

    /** Whether a snapshot of one of these volumesets holds the same, on a remote that the pool has, as this host has seen itself. */
    private boolean isOnRemote(Optional<String> digest, LocalRecord record, Volumeset other) {
        Set<RandomId> present = known.all().stream().map(RemoteRecord::remote).collect(Collectors.toSet());
        return digest.isPresent()
                && Stream.of(record.volumeset(), other)
                        .map(exchange::history)
                        .map(History::snapshots)
                        .flatMap(snapshots -> snapshots.stream())
                        .anyMatch(snapshot -> snapshot.sharing().digest().equals(digest)
                                && snapshot.sharing().remotes().stream().anyMatch(present::contains));
    }

    private Restored fill(VolumeDirectory directory, RemoteVolumeset there, Commit commit, Progress progress)
            throws RefusedException, IOException {
        Path staged = directory.stage(setting.clock().instant());
        try {
            refuseWithoutRoom(directory, there, commit);
            return fill(directory, staged, there, commit, progress);
        } catch (PoolRefusalException e) {
            discard(directory, e);
            throw e;
        } catch (IOException e) {
            // Of what failed for another reason the next attempt takes what is right.
            if (OutOfSpace.message(e).isPresent()) {
                discard(directory, e);
            }
            throw e;
        }
    }

    private static void discard(VolumeDirectory directory, Exception failure) {
        try {
            directory.discard();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private Restored fill(
            VolumeDirectory directory, Path staged, RemoteVolumeset there, Commit commit, Progress progress)
            throws IOException {
        progress.phase("fetching " + Commits.id(commit.snapshot()).abbreviated());
        progress.expect(commit.tree().totals().data(), Progress.UNKNOWN);
        // What is there already, or was brought by an attempt before, is compared and not fetched.
        Path like = directory.earlier().orElse(directory.content());
        try (DiskChunkIndex index = there.index();
                ChunkReader chunks = there.repository().reader(index, setting.workers());
                EarlierTree earlier = EarlierTree.in(List.of(like), bytes -> {})) {
            chunks.learn(there.repository().packs(commit.packs()));
            return new TreeRestore(chunks, earlier, BlockHashes.NONE, setting.workers(), progress)
                    .whole(commit.tree(), staged);
        }
    }

    private static void refuseWithoutRoom(VolumeDirectory directory, RemoteVolumeset there, Commit commit)
            throws RefusedException, IOException {
        long needed = Pulling.needed(commit.tree().totals(), Optional.empty());
        long room = directory.room();
        if (needed > room && directory.discardEarlier()) {
            room = directory.room();
        }
        if (needed > room) {
            throw new PoolRefusalException("the snapshot "
                    + Commits.id(commit.snapshot()).abbreviated() + " from "
                    + there.reached().name() + " needs " + new ByteSize(needed)
                    + " of space beside what the volume holds, and the file system that it is on has room for "
                    + new ByteSize(room) + "; make room there, or make a volume of flockerj's of it, with: fli clone "
                    + there.place() + " NEW");
        }
    }

    /** What is in a volume from now on is known by its digest, also if nobody comes to remember where it came from. */
    private void share(RemoteVolumeset there, Wanted wanted) throws RefusedException, IOException {
        Snapshot snapshot = Commits.snapshot(wanted.commit(), there.volumeset(), there.remote());
        exchange.learn(snapshot);
        String digest = wanted.commit().tree().digest().hex();
        exchange.share(wanted.id(), sharing -> sharing.on(there.remote(), Optional.of(digest)));
    }

    private void remember(RemoteVolumeset there, LocalRecord record, Wanted wanted)
            throws RefusedException, IOException {
        share(there, wanted);
        records.put(record.holding(
                there.volumeset(), wanted.branch(), wanted.id(), setting.clock().instant()));
    }

    private static Pulled pulled(RemoteVolumeset there, Wanted wanted, long bytes, List<String> remarks) {
        return new Pulled(
                there.reached().name(),
                there.name(),
                there.volumeset().id().hex(),
                wanted.id().hex(),
                bytes == 0 ? List.of() : List.of(wanted.id().hex()),
                bytes,
                there.reached().bytesReceived(),
                Optional.empty(),
                remarks);
    }
}
