package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys removed volumes and snapshots once they have been kept long enough. Of a volume first
 * the snapshots that nobody can get at any more, then the tree, its account and the record, so that an interruption leaves something that names what is
 * left to do. A tree that any process has mounted, or that is being read, waits. So does a snapshot that the next push will be compared with, as long as
 * there is space.
 */
final class Trash {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    private final Contents contents;
    private final Catalogue catalogue;
    private final StorageDriver driver;
    private final UseCheck useCheck;
    private final SizeLimits limits;
    private final Clock clock;
    private final Duration keep;
    private final Anchors anchors;
    private final Set<RandomId> inHand = ConcurrentHashMap.newKeySet();
    private final Set<TreeId> reportedInUse = ConcurrentHashMap.newKeySet();

    /** Of these a part may be left; nobody destroys them at this moment. */
    private final Set<TreeId> halfDestroyed = ConcurrentHashMap.newKeySet();

    /** What pushes are compared with. */
    interface Anchors {
        /** Nothing. */
        Anchors NONE = snapshot -> false;

        /** Whether a snapshot is one, and there is space to keep it for that alone. */
        boolean isKept(Snapshot snapshot);
    }

    Trash(Contents contents, UseCheck useCheck, Clock clock, Duration keep, Anchors anchors) {
        this.anchors = anchors;
        this.contents = contents;
        this.catalogue = contents.catalogue();
        this.driver = contents.driver();
        this.useCheck = useCheck;
        this.limits = new SizeLimits(contents);
        this.clock = clock;
        this.keep = keep;
    }

    /** Destroys what is due. What cannot be destroyed now stays for the next time. One thread at a time. */
    void sweep() {
        try {
            sweep(clock.instant(), anchors, Progress.IGNORED);
        } catch (CancelledException e) {
            throw new IllegalStateException("nobody can have cancelled it", e);
        }
    }

    /** As {@link #sweep()}, as if it were already that time, and for everything; answers how many volumes and snapshots were destroyed. */
    int sweep(Instant when, Progress progress) throws CancelledException {
        return sweep(when, Anchors.NONE, progress);
    }

    private synchronized int sweep(Instant when, Anchors kept, Progress progress) throws CancelledException {
        destroyTheRest();
        List<Snapshot> snapshots = contents.histories().trash().stream()
                .filter(snapshot -> !dueAt(snapshot).isAfter(when) && !kept.isKept(snapshot))
                .toList();
        List<VolumeRecord> volumes = catalogue.trash().stream()
                .filter(record -> !dueAt(record).isAfter(when) && !mayBeLost(record))
                .toList();
        progress.phase("destroying");
        progress.expect(Progress.UNKNOWN, snapshots.size() + volumes.size());
        int destroyed = 0;
        for (Snapshot snapshot : snapshots) {
            progress.check();
            destroyed += tryTo(() -> destroy(snapshot), snapshot.id().abbreviated()) ? 1 : 0;
            progress.add(0, 1);
        }
        for (VolumeRecord record : volumes) {
            progress.check();
            destroyed += tryTo(() -> destroy(record), record.name().value()) ? 1 : 0;
            progress.add(0, 1);
        }
        return destroyed;
    }

    /** When a volume will be destroyed. An anonymous one without a past was never meant to outlive its container. */
    Instant dueAt(VolumeRecord record) {
        boolean atOnce = record.name().isAnonymous()
                && contents.historyOf(record).head(record.branch().id()).isEmpty();
        return record.removedAt().orElse(Instant.MAX.minus(keep)).plus(atOnce ? Duration.ZERO : keep);
    }

    /** When a snapshot will be destroyed; empty if it stays beyond its time, while there is space. */
    Optional<Instant> destroyedAt(Snapshot snapshot) {
        Instant due = dueAt(snapshot);
        return due.isAfter(clock.instant()) || !anchors.isKept(snapshot) ? Optional.of(due) : Optional.empty();
    }

    private Instant dueAt(Snapshot snapshot) {
        return snapshot.removedAt().orElse(Instant.MAX.minus(keep)).plus(keep);
    }

    /** While a record cannot be read, a tree that was found without one may be its. */
    private boolean mayBeLost(VolumeRecord record) {
        return record.isFoundling() && !isAllKnown();
    }

    private boolean isAllKnown() {
        return catalogue.isComplete() && contents.histories().isComplete();
    }

    /** What answers whether something was destroyed. */
    private interface Destruction {
        boolean run() throws RefusedException, IOException;
    }

    private static boolean tryTo(Destruction destruction, String what) {
        try {
            return destruction.run();
        } catch (IOException | RefusedException | RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("removed", what)
                    .log("What was removed could not be destroyed; it stays in the trash");
            return false;
        }
    }

    /** Destroys a volume in the trash; answers false if something has it mounted, or the file system is still cleaning up after it. */
    boolean destroy(VolumeRecord record) throws RefusedException, IOException {
        if (!claim(record.id())) {
            return false;
        }
        try {
            Optional<VolumeRecord> present = catalogue.findRemoved(record.id());
            return present.isPresent() && destroyRemoved(present.get());
        } finally {
            release(record.id());
        }
    }

    /**
     * Takes a removed volume in hand, to destroy it or to bring it back; answers false while somebody else has it. No lock, for
     * destroying one can take long.
     */
    boolean claim(RandomId volume) {
        return inHand.add(volume);
    }

    void release(RandomId volume) {
        inHand.remove(volume);
    }

    private boolean destroyRemoved(VolumeRecord record) throws RefusedException, IOException {
        contents.settle(record);
        if (driver.exists(record.tree())) {
            String name = record.name().value();
            if (isUsed(record.tree(), name) || !destroyHistory(record) || !destroyTree(record.tree(), name)) {
                return false;
            }
        }
        // While a snapshot keeps something that the volume has written, its account stays, and with it the record.
        if (!driver.release(record.account())) {
            return false;
        }
        forgetHistory(record);
        catalogue.delete(record);
        return true;
    }

    private boolean isUsed(TreeId tree, String what) throws IOException {
        List<String> users = useCheck.users(contents.treeUse().place(tree));
        if (!users.isEmpty()) {
            reportInUse(tree, what, users);
        }
        return !users.isEmpty();
    }

    /** Answers false, and leaves it, if something has it mounted or reads in it. */
    private boolean destroyTree(TreeId id, String what) throws IOException {
        if (driver.exists(id)) {
            // Looked at anew for each: destroying the ones before can have taken long.
            if (isUsed(id, what) || !contents.treeUse().destroying(id, () -> destroyForGood(id))) {
                return false;
            }
            LOG.atInfo().addKeyValue("removed", what).addKeyValue("tree", id).log("Destroyed what was removed");
        }
        reportedInUse.remove(id);
        return true;
    }

    private void destroyForGood(TreeId id) throws IOException {
        try {
            driver.destroy(id);
        } catch (IOException e) {
            halfDestroyed.add(id);
            throw e;
        }
    }

    /** Takes over what an earlier daemon has begun to destroy, before anybody else can; answers whether there is any. */
    boolean takeOverHalfDestroyed() throws IOException {
        return halfDestroyed.addAll(driver.halfDestroyed());
    }

    private void destroyTheRest() {
        for (TreeId id : List.copyOf(halfDestroyed)) {
            halfDestroyed.remove(id);
            tryTo(() -> destroyRest(id), id.toString());
        }
    }

    /** One that is whole still waits for its turn, with its record. */
    private boolean destroyRest(TreeId id) throws IOException {
        if (driver.exists(id)) {
            return false;
        }
        destroyForGood(id);
        return true;
    }

    /** Whether no other volume, in the trash or not, has this history. Of one whose files are gone only the account is left. */
    private boolean isLastOf(VolumeRecord record) throws IOException {
        // The trash first: what is brought back meanwhile is then seen among the volumes.
        for (VolumeRecord other : List.copyOf(catalogue.trash())) {
            if (other.volumeset().id().equals(record.volumeset().id())
                    && !other.id().equals(record.id())
                    && driver.exists(other.tree())) {
                return false;
            }
        }
        return catalogue.of(record.volumeset()).isEmpty();
    }

    /**
     * Of a volumeset that no other volume works on, only what is held stays. Answers false if something has to stay for now that
     * is not.
     */
    private boolean destroyHistory(VolumeRecord record) throws RefusedException, IOException {
        return contents.locks().during(record.volumeset(), () -> {
            if (!isLastOf(record)) {
                return true;
            }
            List<Snapshot> doomed = contents.historyOf(record).snapshots().stream()
                    .filter(snapshot ->
                            snapshot.tree().isPresent() && !snapshot.remarks().held())
                    .toList();
            if (!isAllKnown() && !doomed.isEmpty()) {
                return false;
            }
            boolean allGone = true;
            for (Snapshot snapshot : doomed) {
                Snapshot removed = snapshot;
                if (snapshot.removedAt().isEmpty()) {
                    // First, so that an interruption never leaves one that seems kept and has no files.
                    removed = snapshot.removed(clock.instant());
                    contents.histories().put(removed);
                }
                allGone &= bury(removed);
            }
            return allGone;
        });
    }

    /** What is left of a history without any files, once no volume has it. */
    private void forgetHistory(VolumeRecord record) throws RefusedException, IOException {
        contents.locks().during(record.volumeset(), () -> {
            History history = contents.historyOf(record);
            boolean isEmpty = history.snapshots().stream()
                    .noneMatch(snapshot -> snapshot.tree().isPresent());
            if (isEmpty && isAllKnown() && isLastOf(record)) {
                contents.histories().forget(history);
            }
            return isEmpty;
        });
    }

    /** Destroys a snapshot in the trash; answers false if something has it mounted, or it is no longer there. */
    boolean destroy(Snapshot snapshot) throws RefusedException, IOException {
        boolean buried = contents.locks().during(snapshot.volumeset(), () -> {
            Optional<Snapshot> present = contents.histories()
                    .find(snapshot.id())
                    .filter(found ->
                            found.removedAt().isPresent() && found.tree().isPresent());
            return present.isPresent() && bury(present.get());
        });
        if (buried) {
            lowerLimit(snapshot);
        }
        return buried;
    }

    private boolean bury(Snapshot snapshot) throws IOException {
        contents.histories().settle(snapshot);
        TreeId tree = snapshot.tree().orElseThrow();
        if (!destroyTree(tree, snapshot.volumeset().name() + "@" + snapshot.id().abbreviated())) {
            return false;
        }
        contents.histories().put(snapshot.tombstone());
        return true;
    }

    private void lowerLimit(Snapshot destroyed) throws RefusedException, IOException {
        for (VolumeRecord volume : catalogue.of(destroyed.volumeset())) {
            if (volume.id().equals(destroyed.taking().volumeId())) {
                contents.locks().during(volume.name(), () -> {
                    catalogue
                            .find(volume.name())
                            .filter(present -> present.id().equals(volume.id()))
                            .ifPresent(limits::settle);
                    return volume;
                });
            }
        }
    }

    private void reportInUse(TreeId tree, String what, List<String> users) {
        if (reportedInUse.add(tree)) {
            LOG.atWarn()
                    .addKeyValue("removed", what)
                    .addKeyValue("users", users)
                    .log("What was removed is still mounted; it stays in the trash until it is not");
        }
    }
}
