package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.Continued;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a volume back to a snapshot. What is there becomes a snapshot first; then a new live tree is made of the one that is
 * meant, and a snapshot of that, to go on from. One write makes the change: that of the volume's record, which names the new
 * tree and carries the record of the new snapshot, whose own file is written after it.
 */
final class Rollback {
    private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);

    private static final String PURPOSE = "rolled back";

    private final Contents contents;
    private final Detaching detaching;
    private final RollbacksUnderWay rollbacks;
    private final SnapshotTaking taking;
    private final SizeLimits limits;
    private final UsageReader usage;
    private final PoolVolumes.Setting setting;

    Rollback(
            Contents contents,
            Detaching detaching,
            RollbacksUnderWay rollbacks,
            SnapshotTaking taking,
            SizeLimits limits,
            UsageReader usage,
            PoolVolumes.Setting setting) {
        this.contents = contents;
        this.detaching = detaching;
        this.rollbacks = rollbacks;
        this.taking = taking;
        this.limits = limits;
        this.usage = usage;
        this.setting = setting;
    }

    /** The safety snapshot, and the one that the volume goes on from. */
    record Done(VolumeRecord volume, Snapshot safety, Snapshot outcome) {}

    /**
     * The caller has no turn: where a copy takes long, it is made before. Cancelled, or refused because the safety snapshot is torn, it leaves the
     * volume as it is, and the safety snapshot if that was taken.
     */
    Done run(VolumeRecord asked, Snapshot target, Optional<String> author, Progress progress)
            throws RefusedException, IOException {
        if (asked.isReadOnly()) {
            throw new SnapshotsUnsupportedException(
                    "volume " + asked.name() + " is read-only, and stays what it is; remove it and make another");
        }
        Snapshotting snapshotting = contents.snapshotting();
        try (UnnamedTree live =
                new UnnamedTree(contents, new TreeId(setting.ids().get()), asked.account())) {
            return snapshotting instanceof Shelving shelving
                    ? contents.locks()
                            .whileReading(
                                    List.of(asked.name()),
                                    progress,
                                    () -> runLong(shelving, asked, target, live, author, new Continued(progress)))
                    : contents.locks().during(asked.name(), () -> run(same(asked), target, live, author, progress));
        }
    }

    private VolumeRecord same(VolumeRecord asked) throws RefusedException {
        VolumeRecord present = contents.require(asked.name());
        if (!present.id().equals(asked.id())) {
            throw new VolumeConflictException("volume " + asked.name()
                    + " has been removed, and another made of its name; say again which one is meant");
        }
        return present;
    }

    private Done run(VolumeRecord volume, Snapshot target, UnnamedTree live, Optional<String> author, Progress progress)
            throws RefusedException, IOException {
        boolean wasMounted = detaching.detach(volume, PURPOSE);
        try {
            return switchTo(live, volume, target, safety(volume, target, author, progress), author, progress);
        } finally {
            if (wasMounted) {
                reattach(contents.catalogue().find(volume.name()).orElse(volume));
            }
        }
    }

    /** Nobody waits for what takes long: who wants to use the volume in that part of it in which nobody may is refused. */
    private Done runLong(
            Shelving shelving,
            VolumeRecord asked,
            Snapshot target,
            UnnamedTree live,
            Optional<String> author,
            Progress progress)
            throws RefusedException, IOException {
        VolumeRecord volume = same(asked);
        detaching.refuseIfUsed(volume, PURPOSE);
        progress.phase("reading");
        contents.treeUse().holding(volume.tree(), () -> shelving.prepare(volume.tree(), progress));
        progress.phase("cloning");
        live.copy(target.tree().orElseThrow(), limits.of(volume), progress);
        boolean wasMounted = contents.locks().during(volume.name(), () -> close(volume));
        try {
            Snapshot safety = safety(volume, target, author, progress);
            refuseTorn(volume, target, safety);
            return contents.locks()
                    .during(volume.name(), () -> switchTo(live, unchanged(volume), target, safety, author, progress));
        } finally {
            rollbacks.end(volume.name());
            if (wasMounted) {
                reattach(volume.name());
            }
        }
    }

    /** Nobody has the volume mounted from here on; answers whether it was. */
    private boolean close(VolumeRecord volume) throws RefusedException, IOException {
        boolean wasMounted = detaching.detach(unchanged(volume), PURPOSE);
        rollbacks.begin(volume.name());
        return wasMounted;
    }

    private VolumeRecord unchanged(VolumeRecord volume) throws RefusedException {
        VolumeRecord present = same(volume);
        if (!present.tree().equals(volume.tree())) {
            throw new VolumeConflictException(
                    "what volume " + volume.name() + " holds has been replaced meanwhile; roll it back again");
        }
        return present;
    }

    private Snapshot safety(VolumeRecord volume, Snapshot target, Optional<String> author, Progress progress)
            throws RefusedException, IOException {
        String message = "before the rollback to " + target.id().abbreviated();
        return taking.take(
                        List.of(volume),
                        new SnapshotTaking.Words(
                                author, new Snapshot.Remarks(Optional.of(message), Map.of(), false), false),
                        progress)
                .getFirst();
    }

    /** What the volume holds is about to be destroyed, and there would be no whole copy of it. */
    private static void refuseTorn(VolumeRecord volume, Snapshot target, Snapshot safety) throws VolumeInUseException {
        Torn torn = safety.taking().torn();
        if (torn.files() > 0) {
            throw new VolumeInUseException("volume " + volume.name() + " stays as it is: no container uses it, but "
                    + (torn.files() == 1
                            ? "a file changed each time it was read, "
                            : torn.files() + " files changed each time they were read, such as ")
                    + torn.first().getFirst()
                    + ", so that the snapshot of what is there, " + safety.id().abbreviated()
                    + ", is not whole. Stop what writes there from outside, and roll back again; or make another volume"
                    + " of what you want back, with: fli clone " + volume.name() + "@"
                    + target.id().abbreviated()
                    + " NEW");
        }
    }

    /** The caller has the turn at the volume. */
    private Done switchTo(
            UnnamedTree live,
            VolumeRecord volume,
            Snapshot target,
            Snapshot safety,
            Optional<String> author,
            Progress progress)
            throws RefusedException, IOException {
        progress.phase("rolling-back");
        return contents.locks().during(volume.volumeset(), () -> {
            contents.requireKept(target);
            return switchInTurn(live, volume, target, safety, author, progress);
        });
    }

    private Done switchInTurn(
            UnnamedTree live,
            VolumeRecord volume,
            Snapshot target,
            Snapshot safety,
            Optional<String> author,
            Progress progress)
            throws RefusedException, IOException {
        TreeId content = target.tree().orElseThrow();
        RandomId outcomeId = setting.ids().get();
        try {
            if (!live.isMade()) {
                live.copy(content, limits.of(volume), progress);
            }
            contents.snapshotting().snapshot(content, new TreeId(outcomeId));
            progress.check();
        } catch (IOException e) {
            destroyMade(e, outcomeId);
            throw e;
        }
        Snapshot outcome = taking.next(
                volume,
                outcomeId,
                new Snapshot.Taking(
                        setting.clock().instant(),
                        author,
                        volume.name().value(),
                        volume.id(),
                        volume.branch(),
                        target.taking().atomic(),
                        target.taking().paused(),
                        Optional.empty(),
                        Optional.of(target.id()),
                        safety.taking().charged(),
                        target.taking().torn()),
                new Snapshot.Remarks(Optional.of("rollback to " + target.id().abbreviated()), Map.of(), false));
        VolumeRecord changed = volume.rolledBack(live.id(), outcome);
        try {
            live.name(() -> contents.catalogue().put(changed));
        } catch (DurableFile.UnchangedFileException e) {
            destroyMade(e, outcomeId);
            throw e;
        }
        usage.forget(volume);
        destroyOld(volume);
        LOG.atInfo()
                .addKeyValue("volume", volume.name())
                .addKeyValue("snapshot", target.id().abbreviated())
                .log("Rolled a volume back");
        // If this fails, the volume's record holds the snapshot until its own can be written.
        contents.histories().put(outcome);
        return new Done(changed, safety, outcome);
    }

    private void destroyMade(IOException failure, RandomId outcome) {
        Undoing.after(failure, () -> contents.driver().destroy(new TreeId(outcome)));
    }

    /** The safety snapshot has what the old tree held. A tree that is left, because it is mounted or nobody got to it, goes at the next start. */
    private void destroyOld(VolumeRecord volume) {
        try {
            setting.background().execute(() -> {
                try {
                    detaching.destroyUnused(volume.tree());
                } catch (IOException | RuntimeException e) {
                    LOG.atWarn()
                            .setCause(e)
                            .addKeyValue("tree", volume.tree())
                            .log("What a volume held before a rollback stays until the next start");
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("Too busy to destroy what a volume held before a rollback");
        }
    }

    /** For those who hold it, as far as it is still there. The caller has no turn. */
    private void reattach(VolumeName name) {
        try {
            contents.locks().during(name, () -> {
                contents.catalogue().find(name).ifPresent(this::reattach);
                return name;
            });
        } catch (RefusedException | IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("volume", name).log("A volume is no longer mounted");
        }
    }

    private void reattach(VolumeRecord shown) {
        try {
            detaching.attach(shown);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("volume", shown.name()).log("A volume is no longer mounted");
        }
    }
}
