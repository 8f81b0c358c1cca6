package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.InvalidTextException;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Snapshots of this host as commits of the store, and back. */
final class Commits {
    private static final String WRITER = "flockerj";
    private static final int LONGEST_VOLUME_NAME = 200;

    private Commits() {}

    static Id id(RandomId id) {
        return Id.parse(id.hex());
    }

    static RandomId id(Id id) {
        return new RandomId(id.hex());
    }

    /** A snapshot's commit. */
    static Commit commit(Snapshot snapshot, Name branch, TreeRef tree, PackList packs, List<Ancestor> lineage) {
        Snapshot.Taking how = snapshot.taking();
        SnapshotRecord record = new SnapshotRecord(
                how.author(),
                snapshot.remarks().message(),
                new TreeMap<>(snapshot.remarks().labels()),
                new SnapshotRecord.Named(id(how.volumeId()), how.volume()),
                new SnapshotRecord.Named(id(how.branch().id()), branch.value()),
                how.atomic(),
                how.paused(),
                how.group()
                        .map(group -> new SnapshotRecord.Group(
                                id(group.id()), group.index(), group.size(), group.gapNanos())),
                how.restoredFrom().map(Commits::id),
                Optional.of(WRITER),
                Optional.of(how.torn())
                        .filter(torn -> torn.files() > 0)
                        .map(torn -> new SnapshotRecord.Torn(torn.files(), torn.first())));
        return new Commit(
                id(snapshot.volumeset().id()),
                id(snapshot.id()),
                snapshot.parent().map(Commits::id),
                snapshot.time(),
                tree,
                packs,
                lineage,
                0,
                record);
    }

    /**
     * The snapshot that a commit is, as one that was taken elsewhere, without its content.
     *
     * @param remote the id of the remote that it is on
     * @throws BrokenException if its names cannot be names here
     */
    static Snapshot snapshot(Commit commit, Volumeset volumeset, RandomId remote) throws BrokenException {
        SnapshotRecord record = commit.snapshotRecord();
        Optional<Name> branch = Name.parse(record.branch().name());
        check(commit, branch.isPresent(), "its branch has no name that a branch can have");
        check(commit, isText(record.volume().name()), "its volume has no name that a volume can have");
        try {
            Texts.author(record.author().orElse(""));
            Texts.message(record.message().orElse(""));
            Texts.labels(record.labels());
        } catch (InvalidTextException e) {
            throw new BrokenException("commit " + commit.snapshot(), String.valueOf(e.getMessage()));
        }
        Optional<Torn> torn = record.torn().map(Commits::torn);
        check(commit, torn.stream().allMatch(Commits::isForPeople), "a path in it has control characters");
        Snapshot.Taking taking = new Snapshot.Taking(
                commit.time(),
                record.author(),
                record.volume().name(),
                id(record.volume().id()),
                new Branch(id(record.branch().id()), branch.get()),
                record.atomic(),
                record.paused(),
                record.group()
                        .map(group ->
                                new Snapshot.Group(id(group.id()), group.index(), group.size(), group.gapNanos())),
                record.restoredFrom().map(Commits::id),
                OptionalLong.empty(),
                torn.orElse(Torn.NONE));
        return new Snapshot(
                id(commit.snapshot()),
                volumeset,
                commit.parent().map(Commits::id),
                taking,
                new Snapshot.Remarks(record.message(), record.labels(), false),
                Optional.empty(),
                Optional.empty(),
                new Snapshot.Sharing(true, Optional.empty(), Set.of(remote)));
    }

    /**
     * A snapshot is its id and its content: two contents under one id are refused.
     *
     * @param here what is known of it on this host
     * @param remote where the commit is
     */
    static void refuseOther(Optional<Snapshot> here, Commit there, String remote) throws RemoteException {
        if (here.isEmpty()) {
            return;
        }
        Snapshot known = here.get();
        boolean isSame = known.parent().map(Commits::id).equals(there.parent())
                && id(known.volumeset().id()).equals(there.volumeset())
                && known.sharing()
                        .digest()
                        .map(digest -> digest.equals(there.tree().digest().hex()))
                        .orElse(true);
        if (!isSame) {
            throw new RemoteException(
                    RemoteException.Reason.CONFLICT,
                    "on " + remote + " there is another snapshot with the id "
                            + known.id().abbreviated()
                            + ", which holds something else or comes from elsewhere; one of the two hosts has a damaged"
                            + " history, and nothing was replaced");
        }
    }

    /** As much of it as is kept here. */
    private static Torn torn(SnapshotRecord.Torn torn) {
        List<String> first = torn.first().stream()
                .filter(path -> path.length() <= Torn.LONGEST)
                .limit(Torn.MOST_NAMED)
                .toList();
        return new Torn(Math.max(torn.files(), first.size()), first);
    }

    private static boolean isForPeople(Torn torn) {
        return torn.first().stream().flatMapToInt(String::chars).noneMatch(Character::isISOControl);
    }

    private static boolean isText(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_VOLUME_NAME
                && name.chars().noneMatch(Character::isISOControl);
    }

    private static void check(Commit commit, boolean isRight, String what) throws BrokenException {
        if (!isRight) {
            throw new BrokenException("commit " + commit.snapshot(), what);
        }
    }
}
