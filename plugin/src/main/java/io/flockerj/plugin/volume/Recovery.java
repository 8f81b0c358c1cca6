package io.flockerj.plugin.volume;

import com.google.common.collect.Iterables;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts right at the start what an interrupted change has left half done. The records are the truth. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Contents contents;
    private final Catalogue catalogue;
    private final StorageDriver driver;
    private final SizeLimits limits;
    private final Clock clock;

    Recovery(Contents contents, Clock clock) {
        this.contents = contents;
        this.catalogue = contents.catalogue();
        this.driver = contents.driver();
        this.limits = new SizeLimits(contents);
        this.clock = clock;
    }

    void run() throws IOException {
        recordRollbacks();
        Optional<String> unreadable = contents.unreadableSnapshots();
        if (unreadable.isEmpty()) {
            finishBurials();
        }
        takeLiveTreesOutOfTrash();
        if (unreadable.isEmpty()) {
            moveUnnamedTreesToTrash();
        } else {
            LOG.atWarn()
                    .addKeyValue("why", unreadable.get())
                    .log("What trees there are is not known, so nothing is taken for gone, nor for nobody's");
        }
        if (driver instanceof SizeLimited limited) {
            catalogue.volumes().stream()
                    .filter(record -> !record.isReadOnly())
                    .forEach(record -> repairLimit(limited, record));
        } else {
            warnOfLimits();
        }
    }

    /** A rollback is done when the volume's record says so; the snapshot that it ended with may still lack its own. */
    private void recordRollbacks() {
        for (VolumeRecord record : Iterables.concat(catalogue.volumes(), catalogue.trash())) {
            try {
                contents.settle(record);
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("volume", record.name())
                        .log("The snapshot that a rollback ended with cannot be recorded yet");
            }
        }
    }

    /** A snapshot whose tree was destroyed, and whose record does not say so yet: there is nothing to bring back. */
    private void finishBurials() throws IOException {
        Set<TreeId> present = new HashSet<>(driver.list());
        Set<RandomId> workedOn = new HashSet<>();
        catalogue.volumes().forEach(record -> workedOn.add(record.volumeset().id()));
        for (VolumeRecord record : catalogue.trash()) {
            if (present.contains(record.tree())) {
                workedOn.add(record.volumeset().id());
            }
        }
        List<Snapshot> destroyed = new ArrayList<>();
        for (History history : List.copyOf(contents.histories().all())) {
            boolean isNobodys = catalogue.isComplete()
                    && contents.histories().isComplete()
                    && !workedOn.contains(history.volumeset().id());
            for (Snapshot snapshot : List.copyOf(history.snapshots())) {
                boolean mayBeDestroyed = snapshot.removedAt().isPresent()
                        || (isNobodys && !snapshot.remarks().held());
                if (mayBeDestroyed
                        && snapshot.tree().isPresent()
                        && !present.contains(snapshot.tree().get())) {
                    destroyed.add(snapshot);
                }
            }
        }
        if (!destroyed.isEmpty() && hasNoSnapshots(present)) {
            // Where one is left, others were destroyed one by one; where none is, they may have got lost, and be
            // brought back.
            LOG.atWarn()
                    .addKeyValue("snapshots", destroyed.size())
                    .log("The pool holds no snapshot at all, so none is taken for destroyed by the daemon");
            return;
        }
        destroyed.forEach(this::bury);
    }

    /** Of a pool in which snapshots are not beside volumes, but in one place that can be lost. */
    private boolean hasNoSnapshots(Set<TreeId> present) throws IOException {
        return driver instanceof Shelving shelving && present.equals(Set.copyOf(shelving.directories()));
    }

    private void bury(Snapshot snapshot) {
        try {
            Snapshot removed = snapshot.removedAt().isPresent() ? snapshot : snapshot.removed(clock.instant());
            contents.histories().put(removed.tombstone());
            LOG.atInfo()
                    .addKeyValue("snapshot", snapshot.id().abbreviated())
                    .log("Recorded that a removed snapshot is destroyed");
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("snapshot", snapshot.id().abbreviated())
                    .log("That a removed snapshot is destroyed cannot be recorded yet");
        }
    }

    private void warnOfLimits() {
        List<VolumeName> limited = catalogue.volumes().stream()
                .filter(record -> record.options().size().isPresent())
                .map(VolumeRecord::name)
                .toList();
        if (!limited.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("volumes", limited.size())
                    .addKeyValue("first", limited.getFirst())
                    .log("Size limits do not hold, for the pool has no simple quotas; see the setting 'quotas'");
        }
    }

    /** A record that was lost, so that its tree came to the trash, and has been put back from a backup. */
    private void takeLiveTreesOutOfTrash() throws IOException {
        Set<TreeId> live = treesOf(catalogue.volumes());
        live.addAll(contents.histories().trees());
        for (VolumeRecord removed : List.copyOf(catalogue.trash())) {
            if (live.contains(removed.tree())) {
                catalogue.delete(removed);
                LOG.atInfo().addKeyValue("tree", removed.tree()).log("Took a tree that a volume has out of the trash");
            }
        }
    }

    private void moveUnnamedTreesToTrash() throws IOException {
        if (!catalogue.isComplete() || !contents.histories().isComplete()) {
            LOG.atWarn().log("Not every record can be read, so no tree is taken for nobody's");
            return;
        }
        Set<TreeId> named = treesOf(catalogue.volumes());
        named.addAll(treesOf(catalogue.trash()));
        named.addAll(contents.histories().trees());
        named.addAll(contents.staged().trees());
        for (VolumeRecord record : Iterables.concat(catalogue.volumes(), catalogue.trash())) {
            record.rolledBackTo().flatMap(Snapshot::tree).ifPresent(named::add);
        }
        for (TreeId tree : driver.list()) {
            if (!named.contains(tree)) {
                moveToTrash(tree);
            }
        }
    }

    private void moveToTrash(TreeId tree) {
        try {
            catalogue.put(removedRecordOf(tree));
            LOG.atInfo().addKeyValue("tree", tree).log("Moved a tree that no record names to the trash");
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("tree", tree).log("A tree that no record names stays where it is");
        }
    }

    private static Set<TreeId> treesOf(Collection<VolumeRecord> records) {
        return records.stream().map(VolumeRecord::tree).collect(Collectors.toSet());
    }

    /** A volume's first tree bears the volume's id, so a half-made volume's account is found by its tree. */
    private VolumeRecord removedRecordOf(TreeId tree) {
        VolumeName name = new VolumeName("unnamed-" + tree.id().abbreviated());
        RandomId id = isTaken(tree.id()) ? reversed(tree.id()) : tree.id();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new VolumeRecord(
                id,
                name,
                new Volumeset(id, new Name(name.value())),
                new Branch(id, Name.MAIN),
                tree,
                now,
                VolumeOptions.NONE,
                Optional.of(now));
    }

    /** A volume that was rolled back has its first tree no more, which may have been left. */
    private boolean isTaken(RandomId id) {
        return catalogue.findRemoved(id).isPresent()
                || catalogue.volumes().stream().anyMatch(record -> record.id().equals(id));
    }

    private static RandomId reversed(RandomId id) {
        return new RandomId(new StringBuilder(id.hex()).reverse().toString());
    }

    private void repairLimit(SizeLimited limited, VolumeRecord record) {
        try {
            if (limited.repair(record.tree(), record.account(), limits.now(record))) {
                LOG.atInfo()
                        .addKeyValue("volume", record.name())
                        .log("Set a size limit, or counted a volume, that had not been");
            }
        } catch (IOException e) {
            LOG.atError().setCause(e).addKeyValue("volume", record.name()).log("A size limit cannot be set");
        }
    }
}
