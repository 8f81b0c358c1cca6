package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Histories;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Nearest;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.UnknownSnapshotException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is in a pool: its volumes, their histories, whose turn it is at them, and who reads in which tree. */
record Contents(
        Pool pool,
        StorageDriver driver,
        Catalogue catalogue,
        Histories histories,
        StagedTrees staged,
        VolumeLocks locks,
        TreeUse treeUse) {
    /** The part of a pool that should be free. */
    private static final int SHORT_OF_SPACE = 10;

    /** The driver's power to take snapshots. */
    Snapshotting snapshotting() throws SnapshotsUnsupportedException, SnapshotsUnreadableException {
        if (driver instanceof Snapshotting snapshotting) {
            Optional<String> unreadable = unreadableSnapshots();
            if (unreadable.isPresent()) {
                throw new SnapshotsUnreadableException(unreadable.get());
            }
            return snapshotting;
        }
        throw new SnapshotsUnsupportedException("the pool " + pool.description() + " has the driver " + driver.name()
                + ", which takes no snapshots; use a pool on btrfs, which the setting pool=file makes on any host whose"
                + " kernel has it");
    }

    /**
     * Makes a writable tree with what another one holds, which is not destroyed meanwhile.
     *
     * @param snapshotting the driver's power to do so
     * @param progress is told where that takes long
     */
    void clone(
            Snapshotting snapshotting,
            TreeId source,
            TreeId clone,
            SpaceAccount account,
            Optional<ByteSize> limit,
            Progress progress)
            throws IOException {
        treeUse.holding(source, () -> {
            if (snapshotting instanceof Shelving shelving) {
                shelving.clone(source, clone, account, limit, progress);
            } else {
                snapshotting.clone(source, clone, account, limit);
            }
        });
    }

    /** Why nobody knows which snapshots there are, and what to do; empty if that is known. */
    Optional<String> unreadableSnapshots() {
        return driver instanceof Shelving shelving ? shelving.unreadable() : Optional.empty();
    }

    /** The trees that are directories of their own: those of all volumes, and of snapshots where they are directories too. */
    List<TreeId> directories() throws IOException {
        return driver instanceof Shelving shelving ? shelving.directories() : driver.list();
    }

    VolumeRecord require(VolumeName name) throws UnknownVolumeException {
        return catalogue.find(name).orElseThrow(() -> unknown(name.value()));
    }

    UnknownVolumeException unknown(String name) {
        return new UnknownVolumeException("there is no volume " + name + " in the pool " + pool.description()
                + Nearest.hint(name, catalogue.names()) + "; " + wayTo(name));
    }

    private String wayTo(String name) {
        int at = name.indexOf('@');
        if (at > 0) {
            return "such a name is a clone's, which docker run -v " + name + ":… makes; a volume of which there are"
                    + " snapshots is named without @REF, as " + name.substring(0, at);
        }
        return catalogue.trash().stream()
                        .anyMatch(removed -> removed.name().value().equals(name))
                ? "a removed one is in the trash, bring it back with: fli trash restore " + name
                : "create it with: docker volume create -d flockerj " + name;
    }

    /** Refuses if a snapshot, known a moment ago, is here no more: the trash destroys it at any time. */
    void requireKept(Snapshot snapshot) throws UnknownSnapshotException {
        if (!isHere(snapshot.id())) {
            throw new UnknownSnapshotException(
                    "the snapshot " + snapshot.id().abbreviated() + " has just been removed");
        }
    }

    /** Whether there is a snapshot here that was not removed. */
    boolean isHere(RandomId snapshot) {
        return histories.find(snapshot).filter(Snapshot::isKept).isPresent();
    }

    void refuseIfFull(String what) throws PoolRefusalException, IOException {
        Optional<String> refusal = pool.refusal();
        if (refusal.isPresent()) {
            throw new PoolRefusalException(what + ": " + refusal.get());
        }
    }

    /** Whether nothing should be kept that only saves time. */
    boolean isShortOfSpace() throws IOException {
        return pool.refusal().isPresent()
                || pool.room() < FileSystemStat.of(pool.directory()).totalBytes() / SHORT_OF_SPACE;
    }

    void refuseWithoutRoom(long bytes, String what) throws PoolRefusalException, IOException {
        long room = pool.room();
        if (bytes > room) {
            throw new PoolRefusalException(what + " needs " + new ByteSize(bytes) + " of space, and the pool "
                    + pool.description() + " has room for " + new ByteSize(room)
                    + "; remove volumes and snapshots and then: fli trash empty, or give the pool more space");
        }
    }

    History historyOf(VolumeRecord record) {
        return histories.of(record.volumeset());
    }

    /** Makes sure that what is shown of a volume and its newest snapshot is on disk, before anybody relies on it. */
    void settle(VolumeRecord shown) throws IOException {
        catalogue.settle(shown);
        Optional<Snapshot> unrecorded = shown.rolledBackTo()
                .filter(snapshot -> histories.find(snapshot.id()).isEmpty());
        // Its tree was there before the volume named it: without one it was destroyed since, and forgotten with the
        // whole history.
        if (unrecorded.isPresent() && driver.exists(unrecorded.get().tree().orElseThrow())) {
            histories.put(unrecorded.get());
        }
    }

    /** The newest snapshot that was taken of a volume, be it a tombstone; before its first one that which it was made from. */
    Optional<RandomId> newest(VolumeRecord record) {
        return historyOf(record).lastOf(record.id()).map(Snapshot::id).or(record::base);
    }

    /** Whether the branch that a volume works on shows: that of a clone that is named by a ref begins with its first snapshot. */
    boolean hasBranch(VolumeRecord record) {
        return !record.name().isRef()
                || historyOf(record).head(record.branch().id()).isPresent();
    }

    Name branchName(VolumeRecord record) {
        return historyOf(record).nameOf(record.branch());
    }

    /** The branches of a volumeset that volumes work on, with the newest snapshot of each. */
    Map<Name, Optional<RandomId>> working(Volumeset volumeset) {
        Map<Name, Optional<RandomId>> working = new TreeMap<>();
        for (VolumeRecord record : catalogue.of(volumeset)) {
            if (hasBranch(record)) {
                working.put(branchName(record), newest(record));
            }
        }
        return working;
    }

    /** The volume that works on a branch. */
    Optional<VolumeRecord> workerOn(Volumeset volumeset, Branch branch) {
        return catalogue.of(volumeset).stream()
                .filter(record -> record.branch().id().equals(branch.id()))
                .findFirst();
    }

    /** Whether a tag or branch of a volumeset, one of a volume in the trash too, has a name. */
    boolean isTaken(Volumeset volumeset, Name name) {
        History history = histories.of(volumeset);
        return history.tags().containsKey(name)
                || history.snapshots().stream()
                        .anyMatch(snapshot ->
                                history.nameOf(snapshot.taking().branch()).equals(name))
                || catalogue.of(volumeset).stream()
                        .anyMatch(record -> branchName(record).equals(name))
                || catalogue.trash().stream()
                        .anyMatch(record -> record.volumeset().id().equals(volumeset.id())
                                && branchName(record).equals(name));
    }
}
