package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The snapshots and volumesets of a pool. One file for each snapshot, and one for each volumeset of which people have said
 * something; to write one of them is to make a change, and no two have to agree. Where a branch's head is follows from its
 * snapshots.
 *
 * <p>Reading is free of locks. Callers see to it that one volumeset is changed by one thread at a time.
 */
public final class Histories {
    private final RecordShelf<Snapshot> snapshots;
    private final RecordShelf<VolumesetRecord> volumesets;
    private final ConcurrentMap<RandomId, History> histories = new ConcurrentHashMap<>();

    private Histories(RecordShelf<Snapshot> snapshots, RecordShelf<VolumesetRecord> volumesets) {
        this.snapshots = snapshots;
        this.volumesets = volumesets;
    }

    /**
     * Reads all records.
     *
     * @param snapshotRecords the directory of snapshots' records
     * @param volumesetRecords the directory of volumesets' records
     */
    public static Histories load(Path snapshotRecords, Path volumesetRecords, RecordFiles files) throws IOException {
        Histories loaded = new Histories(
                RecordShelf.load(
                        snapshotRecords,
                        files,
                        new RecordShelf.Form<>(Snapshot::id, SnapshotFormat::write, SnapshotFormat::read)),
                RecordShelf.load(
                        volumesetRecords,
                        files,
                        new RecordShelf.Form<>(
                                record -> record.volumeset().id(), VolumesetRecord::write, VolumesetRecord::read)));
        for (VolumesetRecord record : loaded.volumesets.all()) {
            loaded.history(record.volumeset()).show(record);
        }
        for (Snapshot snapshot : loaded.snapshots.all()) {
            loaded.history(snapshot.volumeset()).load(snapshot);
        }
        loaded.histories.values().forEach(History::findHeads);
        return loaded;
    }

    private History history(Volumeset volumeset) {
        return histories.computeIfAbsent(volumeset.id(), id -> new History(volumeset));
    }

    /** What is known of a volumeset; empty if it has no snapshot yet and nothing was said of it. */
    public History of(Volumeset volumeset) {
        History known = histories.get(volumeset.id());
        return known == null ? new History(volumeset) : known;
    }

    /** Every volumeset of which anything is known. */
    public Collection<History> all() {
        return Collections.unmodifiableCollection(histories.values());
    }

    public Optional<Snapshot> find(RandomId id) {
        return snapshots.find(id);
    }

    /** How many snapshots are kept. */
    public int count() {
        int kept = 0;
        for (Snapshot snapshot : snapshots.all()) {
            kept += snapshot.isKept() ? 1 : 0;
        }
        return kept;
    }

    /** Every tree that a snapshot names, or may name after a failure. */
    public Set<TreeId> trees() {
        Set<TreeId> trees = new HashSet<>();
        snapshots.all().forEach(snapshot -> snapshot.tree().ifPresent(trees::add));
        return trees;
    }

    /** Snapshots in the trash. */
    public List<Snapshot> trash() {
        List<Snapshot> removed = new ArrayList<>();
        for (Snapshot snapshot : snapshots.all()) {
            if (snapshot.removedAt().isPresent() && snapshot.tree().isPresent()) {
                removed.add(snapshot);
            }
        }
        return removed;
    }

    /** Whether every record could be read, so that what none of them names is known to belong to none. */
    public boolean isComplete() {
        return snapshots.isComplete() && volumesets.isComplete();
    }

    /** What cannot be read of the snapshots' records. */
    public List<DamagedRecord> damagedSnapshots() {
        return snapshots.damaged();
    }

    /** What cannot be read of the volumesets' records. */
    public List<DamagedRecord> damagedVolumesets() {
        return volumesets.damaged();
    }

    /** Takes a damaged file among the records away; it stays under another name. */
    public void setAside(DamagedRecord record, Path aside) throws IOException {
        if (snapshots.damaged().contains(record)) {
            snapshots.setAside(record, aside);
        } else {
            volumesets.setAside(record, aside);
        }
    }

    /** Writes a snapshot in place of its damaged record, which stays under another name. */
    public void rebuild(DamagedRecord record, Path aside, Snapshot snapshot) throws IOException {
        snapshots.rebuild(record, aside, snapshot);
        history(snapshot.volumeset()).insert(snapshot);
    }

    /** Writes a snapshot that others follow and that has no record. */
    public void rebuild(Snapshot snapshot) throws IOException {
        snapshots.put(snapshot);
        history(snapshot.volumeset()).insert(snapshot);
    }

    /** Writes a snapshot, new or changed; when this returns it survives a loss of power. After a failure nothing has changed. */
    public void put(Snapshot snapshot) throws IOException {
        snapshots.put(snapshot);
        history(snapshot.volumeset()).show(snapshot);
    }

    /** Makes sure that a snapshot's record is on disk as it is shown. */
    public void settle(Snapshot shown) throws IOException {
        snapshots.settle(shown);
    }

    /** Whether a new snapshot that could not be written may be on disk all the same. */
    public boolean mayBeThere(RandomId snapshot) {
        return snapshots.isDoubtful(snapshot);
    }

    /** Takes a snapshot back that was not told to anybody. */
    public void forget(Snapshot snapshot) throws IOException {
        snapshots.delete(snapshot);
        history(snapshot.volumeset()).hide(snapshot);
    }

    /** Forgets a volumeset with all its records; nothing of it may have a tree any more. */
    public void forget(History history) throws IOException {
        for (Snapshot snapshot : List.copyOf(history.snapshots())) {
            snapshots.delete(snapshot);
        }
        Optional<VolumesetRecord> record = volumesets.find(history.volumeset().id());
        if (record.isPresent()) {
            volumesets.delete(record.get());
        }
        histories.remove(history.volumeset().id());
    }

    /** Gives a snapshot a tag, in place of one of that name. */
    public void tag(Volumeset volumeset, Name tag, RandomId snapshot) throws IOException {
        put(history(volumeset).record().tagged(tag, snapshot));
    }

    public void untag(Volumeset volumeset, Name tag) throws IOException {
        put(history(volumeset).record().untagged(tag));
    }

    public void renameBranch(Volumeset volumeset, RandomId branch, Name name) throws IOException {
        put(history(volumeset).record().renamed(branch, name));
    }

    private void put(VolumesetRecord record) throws IOException {
        volumesets.put(record);
        history(record.volumeset()).show(record);
    }
}
