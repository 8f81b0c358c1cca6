package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.Captured;
import io.flockerj.plugin.capture.LiveCapture;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.local.LocalRecord;
import io.flockerj.plugin.local.LocalRecords;
import io.flockerj.plugin.local.VolumeDirectory;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.LocalVolumes.Place;
import io.flockerj.plugin.volume.LocalVolumes.PushOrder;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.Remotes.MovedBranch;
import io.flockerj.plugin.volume.Remotes.Pushed;
import io.flockerj.plugin.volume.VolumeConflictException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Sends volumes of other drivers from where they lie. */
final class LocalPushes {
    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final Reaching reaching;
    private final Fetches fetches;
    private final Pushes pushes;
    private final LocalRecords records;
    private final LocalWalks walks;
    private final SentPacks sentPacks;
    private final PoolRemotes.Setting setting;

    LocalPushes(
            HistoryExchange exchange,
            KnownRemotes known,
            Reaching reaching,
            Fetches fetches,
            Pushes pushes,
            LocalRecords records,
            LocalWalks walks,
            SentPacks sentPacks,
            PoolRemotes.Setting setting) {
        this.exchange = exchange;
        this.known = known;
        this.reaching = reaching;
        this.fetches = fetches;
        this.pushes = pushes;
        this.records = records;
        this.walks = walks;
        this.sentPacks = sentPacks;
        this.setting = setting;
    }

    Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException {
        Path root = root(order.place());
        LocalRecord volume = recordOf(order.place());
        Optional<Name> wanted = order.branch().isPresent()
                ? Optional.of(Texts.newName("branch", order.branch().get()))
                : Optional.empty();
        if (order.author().isPresent()) {
            Texts.author(order.author().get());
        }
        try (Reached reached = reaching.choose(order.remote(), volume.volumeset(), progress)) {
            String name = order.name()
                    .or(() -> known.nameOn(reached.id(), volume.volumeset()))
                    .orElse(volume.volumeset().name().value());
            // First: whoever goes on with this after a crash has to know whose repository that is.
            records.put(volume);
            RemoteVolumeset there = pushes.openToWrite(
                    reached, volume.volumeset(), name, order.place().written());
            learnWhatIsBehind(there, volume);
            return push(there, root, volume, wanted, order, progress);
        }
    }

    /** The directory, after it was looked at whether it is what is meant. */
    private Path root(Place place) throws RefusedException, IOException {
        EngineView.Seen seen = setting.engine().see(place.mountPoint());
        if (!Inodes.isDirectory(seen.path())) {
            throw VolumeDirectory.gone(place);
        }
        if (place.mounted() && !seen.isMountPoint()) {
            throw new VolumeConflictException("nothing is mounted at " + place.mountPoint() + " now, where "
                    + place.written() + " is while a container uses it, as far as the process can see that started the"
                    + " daemon; start a container with it, and try again");
        }
        return seen.path();
    }

    /** What is known of a volume; a new volumeset, if nothing is. */
    private LocalRecord recordOf(Place place) throws RemoteException {
        Optional<LocalRecord> present = records.find(place, setting.engine()::mayBeThere);
        return present.isPresent()
                ? present.get()
                : LocalRecord.unused(place, setting.ids(), setting.clock().instant());
    }

    /** What led to this may have been forgotten here, with a volume that was made from it. */
    private void learnWhatIsBehind(RemoteVolumeset there, LocalRecord volume) throws RefusedException, IOException {
        Optional<RandomId> base = volume.base();
        if (base.isPresent()
                && exchange.history(volume.volumeset()).find(base.get()).isEmpty()) {
            fetches.learn(there, Progress.IGNORED);
        }
    }

    private Pushed push(
            RemoteVolumeset there,
            Path root,
            LocalRecord volume,
            Optional<Name> wanted,
            PushOrder order,
            Progress progress)
            throws RefusedException, IOException {
        History history = exchange.history(volume.volumeset());
        Reached reached = there.reached();
        Branch branch = wanted.filter(name -> !name.equals(history.nameOf(volume.branch())))
                .map(name -> new Branch(setting.ids().get(), name))
                .orElseGet(() -> new Branch(volume.branch().id(), history.nameOf(volume.branch())));
        Optional<String> by = order.author().map(author -> author + " on " + setting.host());
        try (PushSession open = new PushSession(there.repository().session(setting.clock(), setting.storeIds(), by))) {
            SentPacks.Notes notes =
                    sentPacks.begin(there.repository().id(), setting.ids().get(), open.session());
            try (Pushing pushing =
                    new Pushing(exchange, there, history, setting.workers(), notes, BlockHashes.NONE, by, progress)) {
                if (!order.force()) {
                    pushing.refuseDiverged(
                            volume.base(), branch.name(), order.place().written());
                }
                Snapshot head = send(pushing, root, volume, reached, order, progress);
                MovedBranch moved = pushing.branch(head, branch.name(), branch.id(), order.force());
                if (!pushing.sent().isEmpty()) {
                    notes.done();
                }
                pushes.learnAfterPush(there);
                return new Pushed(
                        reached.name(),
                        there.name(),
                        volume.volumeset().id().hex(),
                        List.of(moved),
                        List.of(),
                        pushing.sent(),
                        reached.bytesSent(),
                        pushing.remarks());
            }
        }
    }

    /** When this returns, what the volume holds is there, and remembered as what it comes from. */
    private Snapshot send(
            Pushing pushing, Path root, LocalRecord volume, Reached reached, PushOrder order, Progress progress)
            throws RefusedException, IOException {
        LocalWalks.Course course = new LocalWalks.Course(volume.id(), reached.id());
        progress.phase("sending " + order.place().written());
        try {
            Pushing.SentTree sent = pushing.sendAsCaptured(draft(volume, order), (writer, since, nodes) -> {
                LiveCapture.Taken taken = walks.capture(root, course, since, writer, nodes, progress);
                // What was unmounted meanwhile has left the directory beneath it, which is another one.
                root(order.place());
                return told(taken);
            });
            Snapshot head = sent.snapshot();
            if (sent.isAsCaptured()) {
                walks.committed(course, head.id());
            }
            records.put(volume.holding(
                    head.volumeset(),
                    volume.branch(),
                    head.id(),
                    setting.clock().instant()));
            return head;
        } finally {
            walks.forget(course);
        }
    }

    private static LiveCapture.Taken told(LiveCapture.Taken taken) {
        Captured captured = taken.captured();
        List<String> remarks = new ArrayList<>(captured.remarks());
        if (taken.torn().files() > 0) {
            remarks.addFirst(taken.torn().files()
                    + " files were written to each time they were read, and are torn; stop or pause"
                    + " what writes to them, and push again.");
        }
        Captured said = new Captured(
                captured.root(),
                captured.entries(),
                captured.bytesRead(),
                remarks.stream().limit(Remotes.MOST_REMARKS).toList());
        return new LiveCapture.Taken(said, taken.torn());
    }

    /** A snapshot of this moment, which is not before that of what it comes from. */
    private Snapshot draft(LocalRecord volume, PushOrder order) {
        Instant before = volume.base()
                .flatMap(exchange.history(volume.volumeset())::find)
                .map(Snapshot::time)
                .orElse(Instant.MIN);
        Instant now = setting.clock().instant();
        Snapshot.Taking taking = new Snapshot.Taking(
                now.isBefore(before) ? before : now,
                order.author(),
                order.place().written(),
                volume.id(),
                volume.branch(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        return new Snapshot(
                setting.ids().get(),
                volume.volumeset(),
                volume.base(),
                taking,
                Snapshot.Remarks.NONE,
                Optional.empty(),
                Optional.empty(),
                // As of one that was only fetched: no branch in the pool goes on because of it.
                new Snapshot.Sharing(true, Optional.empty(), Set.of()));
    }
}
