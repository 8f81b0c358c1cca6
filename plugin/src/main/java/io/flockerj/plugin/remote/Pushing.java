package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.Captured;
import io.flockerj.plugin.capture.LiveCapture;
import io.flockerj.plugin.capture.TreeCapture;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.Estimated;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.store.Ancestry;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefState;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;

/** One push of one volumeset: sends snapshots, the oldest first, then moves branches. For one thread, which closes it. */
final class Pushing implements AutoCloseable {
    private final HistoryExchange exchange;
    private final Reached reached;
    private final Repository repository;
    private final Refs refs;
    private final History history;
    private final Executor workers;
    private final SentPacks.Notes notes;
    private final BlockHashes blocks;
    private final Optional<String> by;
    private final Progress progress;
    private final DiskChunkIndex index;
    /** What the index knows of. */
    private final Map<Hash, PackInfo> indexed = new HashMap<>();

    private final Set<Hash> hurt = new HashSet<>();
    private final Map<RandomId, Optional<Committed>> known = new HashMap<>();
    private final List<String> sent = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private OptionalInt refsThere = OptionalInt.empty();

    Pushing(
            HistoryExchange exchange,
            RemoteVolumeset there,
            History history,
            Executor workers,
            SentPacks.Notes notes,
            BlockHashes blocks,
            Optional<String> by,
            Progress progress) {
        this.exchange = exchange;
        this.reached = there.reached();
        this.repository = there.repository();
        this.refs = there.refs();
        this.index = there.index();
        this.history = history;
        this.workers = workers;
        this.notes = notes;
        this.blocks = blocks;
        this.by = by;
        this.progress = progress;
    }

    /** What a person may want to know of what was sent. */
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** The snapshots that were sent, the oldest first. */
    List<String> sent() {
        return List.copyOf(sent);
    }

    /**
     * Sends a snapshot and everything kept that led to it, and lets a branch end at it.
     *
     * @param id of the branch, if it is not there
     */
    Remotes.MovedBranch branch(Snapshot head, Name branch, RandomId id, boolean force)
            throws RefusedException, IOException {
        String ref = RefValue.nameOfBranch(branch.value());
        Optional<RefState> before = refs.read(ref);
        refuseDiverged(head, branch, before, force);
        Committed end = send(head);
        RefValue.Target target = new RefValue.Target(end.commit().snapshot(), end.hash());
        if (force) {
            keepOldHead(branch, before, head);
        }
        Optional<Id> branchId = before.flatMap(state -> state.value().branch())
                .filter(there -> before.get().value().target().isPresent())
                .or(() -> Optional.of(Commits.id(id)));
        refuseTooMany(before);
        RefUpdate update = refs.move(new RefMove(ref, before, target, branchId, force, by));
        Optional<String> earlier = before.flatMap(state -> state.value().target())
                .map(was -> was.snapshot().hex());
        return switch (update) {
            case RefUpdate.Moved moved ->
                new Remotes.MovedBranch(branch.value(), head.id().hex(), earlier);
            case RefUpdate.Stale stale ->
                throw diverged(head, branch, stale.actual(), "somebody else has moved it just now");
            case RefUpdate.Missing missing ->
                throw new IOException("the snapshot " + head.id().abbreviated() + " is not on " + reached.name()
                        + " though it was sent; push again, and if that changes nothing look with: fli check");
            case RefUpdate.Refused refused ->
                throw diverged(head, branch, refused.actual(), "it would not move forward");
        };
    }

    /** Gives a snapshot that was sent its tag; answers whether it has it now. */
    boolean tag(Name tag, RandomId snapshot) throws RemoteException, IOException {
        Optional<Committed> there = find(snapshot);
        if (there.isEmpty()) {
            return false;
        }
        String ref = RefValue.nameOfTag(tag.value());
        RefValue.Target target =
                new RefValue.Target(there.get().commit().snapshot(), there.get().hash());
        Optional<RefState> before = refs.read(ref);
        refuseTooMany(before);
        RefUpdate update = refs.move(new RefMove(ref, before, target, Optional.empty(), false, by));
        return update instanceof RefUpdate.Moved;
    }

    /** Whoever reads branches and tags takes in all of them. */
    private void refuseTooMany(Optional<RefState> before) throws RemoteException, IOException {
        if (before.isPresent()) {
            return;
        }
        if (refsThere.isEmpty()) {
            refsThere = OptionalInt.of(refs.names().size());
        }
        int now = refsThere.getAsInt() + 1;
        if (now > Refs.MOST) {
            throw new RemoteException(
                    RemoteException.Reason.INVALID,
                    "there are " + Refs.MOST + " branches and tags of "
                            + history.volumeset().name() + " on "
                            + reached.name() + ", and there cannot be more; push without --tags, or as a branch that is"
                            + " there");
        }
        refsThere = OptionalInt.of(now);
    }

    /** Before anything is sent: what cannot end well should not begin. */
    private void refuseDiverged(Snapshot head, Name branch, Optional<RefState> before, boolean force)
            throws RefusedException, IOException {
        Optional<RandomId> there =
                before.flatMap(state -> state.value().target()).map(target -> Commits.id(target.snapshot()));
        if (force || there.isEmpty() || there.get().equals(head.id())) {
            return;
        }
        boolean leadsOn = history.ancestry(Optional.of(head.id()))
                .anyMatch(snapshot -> snapshot.id().equals(there.get()));
        if (!leadsOn && new Ancestry(repository).isAncestor(Commits.id(head.id()), Commits.id(there.get()))) {
            throw new RemoteException(
                    RemoteException.Reason.DIVERGED,
                    "there is nothing to push: the branch " + branch + " on " + reached.name() + " has gone on from "
                            + head.id().abbreviated() + " to " + there.get().abbreviated()
                            + "; bring that here with: fli pull "
                            + head.taking().volume() + " " + reached.name());
        }
        if (!leadsOn) {
            throw diverged(head, branch, before, "what is there did not lead to what is here");
        }
    }

    private RemoteException diverged(Snapshot head, Name branch, Optional<RefState> actual, String why) {
        String there = actual.flatMap(state -> state.value().target())
                .map(target -> target.snapshot().abbreviated())
                .orElse("nothing");
        String volume = head.taking().volume();
        return new RemoteException(
                RemoteException.Reason.DIVERGED,
                "the branch " + branch + " on " + reached.name() + " ends at " + there + ", and here at "
                        + head.id().abbreviated() + ": " + why + ". Either go on from there, in a volume made with: fli"
                        + " clone " + reached.name() + "/" + head.volumeset().name() + "@" + branch
                        + " NEW; or push as another branch, with: fli push " + volume + " " + reached.name()
                        + " --to OTHER; or replace it, with --force, which keeps what is there as a tag");
    }

    private void keepOldHead(Name branch, Optional<RefState> before, Snapshot head)
            throws RefusedException, IOException {
        Optional<RefValue.Target> old = before.flatMap(state -> state.value().target())
                .filter(target -> !Commits.id(target.snapshot()).equals(head.id()));
        if (old.isPresent()) {
            String tag = branch + "-" + old.get().snapshot().abbreviated();
            String ref = RefValue.nameOfTag(tag);
            RefUpdate kept = refs.move(new RefMove(ref, refs.read(ref), old.get(), Optional.empty(), false, by));
            if (!(kept instanceof RefUpdate.Moved)) {
                throw new RemoteException(
                        RemoteException.Reason.CONFLICT,
                        "what is on the branch " + branch + " of " + reached.name() + " cannot be kept as the tag "
                                + tag + ", so the branch was not replaced; push as another"
                                + " branch, with: fli push " + head.taking().volume() + " " + reached.name()
                                + " --to OTHER");
            }
        }
    }

    /** Sends a snapshot, if it is not there, after what led to it. */
    private Committed send(Snapshot head) throws RefusedException, IOException {
        Deque<Snapshot> missing = new ArrayDeque<>();
        for (Snapshot snapshot : (Iterable<Snapshot>) history.ancestry(Optional.of(head.id()))::iterator) {
            if (find(snapshot.id()).isPresent()) {
                break;
            }
            boolean wasRemovedThere =
                    repository.tombstone(Commits.id(snapshot.id())).isPresent();
            if (wasRemovedThere && snapshot.id().equals(head.id())) {
                throw removedThere(snapshot);
            }
            if (snapshot.isKept() && !wasRemovedThere) {
                missing.push(snapshot);
            }
        }
        for (Snapshot snapshot : missing) {
            // It may have been removed since, while others were sent.
            Optional<Snapshot> now = exchange.history(snapshot.volumeset()).find(snapshot.id());
            if (now.isPresent() && now.get().isKept()) {
                sendOne(now.get());
            }
        }
        return find(head.id())
                .orElseThrow(() -> new IOException(
                        "the snapshot " + head.id().abbreviated() + " was removed while it was to be sent"));
    }

    /** What is there of a snapshot; another one of the same id is none. */
    private Optional<Committed> find(RandomId snapshot) throws RemoteException, IOException {
        Optional<Committed> found = known.get(snapshot);
        if (found == null) {
            found = repository.committed(Commits.id(snapshot));
            if (found.isPresent()) {
                Commits.refuseOther(history.find(snapshot), found.get().commit(), reached.name());
            }
            known.put(snapshot, found);
        }
        return found;
    }

    private RemoteException removedThere(Snapshot snapshot) {
        return new RemoteException(
                RemoteException.Reason.CONFLICT,
                "the snapshot " + snapshot.id().abbreviated() + " was removed from " + reached.name()
                        + ", and does not come back; take another snapshot, and push that");
    }

    private void sendOne(Snapshot snapshot) throws RefusedException, IOException {
        progress.phase("sending " + snapshot.id().abbreviated());
        Optional<Snapshot> base = base(snapshot);
        Optional<Commit> before = base.isPresent() ? find(base.get().id()).map(Committed::commit) : newestThere();
        PackList packs = before.map(Commit::packs).orElse(new PackList(List.of(), List.of()));
        List<PackInfo> named = repository.packs(packs);
        if (!learn(named)) {
            if (base.isPresent() && remarks.size() < Remotes.MOST_REMARKS) {
                remarks.add(snapshot.id().abbreviated()
                        + ": all of it was read, for something that an earlier snapshot needs is missing or damaged there;"
                        + " fli check tells what");
            }
            // What is built on a base of which something is gone could not be read either.
            base = Optional.empty();
        }
        learn(notes.earlier());
        try (ChunkWriter writer = repository.writer(index, workers, notes)) {
            Captured captured = captured(snapshot, base, before, writer);
            captured.remarks().stream()
                    .limit(Remotes.MOST_REMARKS - remarks.size())
                    .forEach(remark -> remarks.add(snapshot.id().abbreviated() + ": " + remark));
            writer.finish();
            refuseOtherContent(snapshot, captured);
            writer.written().forEach(pack -> indexed.put(pack.name(), pack));
            PackList needed = repository.name(packs, beyond(named), workers);
            Commit commit = Commits.commit(
                    snapshot, history.nameOf(snapshot.taking().branch()), captured.root(), needed, lineage(snapshot));
            committed(snapshot, commit, repository.commit(commit));
        }
        sent.add(snapshot.id().hex());
    }

    /** Captures what a snapshot is made of when it is sent. */
    interface Capturing {
        /**
         * Captures.
         *
         * @param since the nearest snapshot that led to it and is there, if all that it needs is there too
         * @param nodes of trees there
         */
        LiveCapture.Taken capture(ChunkWriter writer, Optional<RandomId> since, NodeSource nodes)
                throws RefusedException, IOException;
    }

    /**
     * A snapshot that was sent as it was captured.
     *
     * @param isAsCaptured whether the very tree that was captured is there, and not just one that holds the same
     */
    record SentTree(Snapshot snapshot, boolean isAsCaptured) {}

    /**
     * Sends a snapshot that is made by being sent, and of which nothing but its record is here then.
     *
     * @param draft of it, as nobody knows it yet
     * @return its record; its parent's, if nothing has changed since
     */
    SentTree sendAsCaptured(Snapshot draft, Capturing capturing) throws RefusedException, IOException {
        Optional<Snapshot> base = nearestThere(draft);
        Optional<Commit> before = base.isPresent() ? find(base.get().id()).map(Committed::commit) : newestThere();
        PackList packs = before.map(Commit::packs).orElse(new PackList(List.of(), List.of()));
        List<PackInfo> named = repository.packs(packs);
        Optional<RandomId> since = learn(named) ? base.map(Snapshot::id) : Optional.empty();
        learn(notes.earlier());
        try (ChunkWriter writer = repository.writer(index, workers, notes);
                ChunkReader nodes = repository.reader(index)) {
            LiveCapture.Taken taken = capturing.capture(writer, since, nodes.known());
            Captured captured = taken.captured();
            remarks.addAll(captured.remarks());
            writer.finish();
            Snapshot made = draft.with(draft.taking().with(taken.torn()));
            Snapshot snapshot = unchanged(draft, captured).orElse(made);
            if (find(snapshot.id()).isPresent()) {
                return sentTree(snapshot, captured);
            }
            writer.written().forEach(pack -> indexed.put(pack.name(), pack));
            PackList needed = repository.name(packs, beyond(named), workers);
            Commit commit = Commits.commit(
                    snapshot, history.nameOf(snapshot.taking().branch()), captured.root(), needed, lineage(snapshot));
            CommitOutcome outcome = repository.commit(commit);
            if (snapshot.equals(made)) {
                exchange.learn(made.with(made.sharing()
                        .on(reached.id(), Optional.of(captured.root().digest().hex()))));
            }
            committed(snapshot, commit, outcome);
            sent.add(snapshot.id().hex());
            return sentTree(snapshot, captured);
        }
    }

    private SentTree sentTree(Snapshot snapshot, Captured captured) throws RemoteException, IOException {
        TreeRef there = find(snapshot.id()).orElseThrow().commit().tree();
        Snapshot record =
                exchange.history(snapshot.volumeset()).find(snapshot.id()).orElse(snapshot);
        return new SentTree(record, there.equals(captured.root()));
    }

    private Optional<Snapshot> nearestThere(Snapshot snapshot) throws RemoteException, IOException {
        for (Snapshot ancestor : (Iterable<Snapshot>) history.ancestry(snapshot.parent())::iterator) {
            if (find(ancestor.id()).isPresent()) {
                return Optional.of(ancestor);
            }
        }
        return Optional.empty();
    }

    /** What holds that already: the parent, or what came of it when a push of the same volume was cut off. */
    private Optional<Snapshot> unchanged(Snapshot draft, Captured captured) {
        Optional<String> digest = Optional.of(captured.root().digest().hex());
        return history.snapshots().stream()
                .filter(known ->
                        known.removedAt().isEmpty() && known.sharing().digest().equals(digest))
                .filter(known -> draft.parent().equals(Optional.of(known.id()))
                        || (known.parent().equals(draft.parent())
                                && known.taking()
                                        .volumeId()
                                        .equals(draft.taking().volumeId())))
                .findFirst();
    }

    /**
     * Refuses to begin, where a branch there would not move forward.
     *
     * @param parent of what is to be sent
     * @param written what is to be pushed, as people write it
     */
    void refuseDiverged(Optional<RandomId> parent, Name branch, String written) throws RefusedException, IOException {
        Optional<RandomId> there = refs.read(RefValue.nameOfBranch(branch.value()))
                .flatMap(state -> state.value().target())
                .map(target -> Commits.id(target.snapshot()));
        boolean leadsOn = there.isEmpty()
                || history.ancestry(parent).anyMatch(snapshot -> snapshot.id().equals(there.get()));
        if (!leadsOn) {
            throw new RemoteException(
                    RemoteException.Reason.DIVERGED,
                    "the branch " + branch + " on " + reached.name() + " ends at "
                            + there.get().abbreviated() + ", which " + written
                            + " does not come from, so nothing was sent. Either push as another branch, with: fli push "
                            + written + " " + reached.name()
                            + " --to OTHER; or replace it, with --force, which keeps what is there as a tag; or put what"
                            + " is there into the volume, with: fli pull " + written + " " + reached.name()
                            + ", after a push of what it holds");
        }
    }

    /** At the cost of what changed since a snapshot that is here and there. */
    private Captured captured(Snapshot snapshot, Optional<Snapshot> base, Optional<Commit> before, ChunkWriter writer)
            throws IOException {
        if (base.isEmpty()) {
            return exchange.reading(snapshot, reading(writer, exchange.aboutBytes(snapshot))::whole);
        }
        Touched touched = exchange.touched(base.get(), snapshot);
        boolean isAllRead = touched instanceof Touched.Everything;
        TreeCapture capture = reading(writer, isAllRead ? exchange.aboutBytes(snapshot) : OptionalLong.empty());
        try (ChunkReader nodes = repository.reader(index)) {
            return exchange.reading(
                    snapshot, root -> capture.changes(root, before.orElseThrow().tree(), nodes.known(), touched));
        }
    }

    /** @param bytes about, that will be read */
    private TreeCapture reading(ChunkWriter writer, OptionalLong bytes) {
        return new TreeCapture(writer, blocks, workers, new Estimated(progress, bytes.orElse(Progress.UNKNOWN)));
    }

    private void committed(Snapshot snapshot, Commit commit, CommitOutcome outcome)
            throws RefusedException, IOException {
        Committed there = switch (outcome) {
            case CommitOutcome.Committed(Hash hash) -> new Committed(commit, hash);
            case CommitOutcome.AlreadyThere(Hash hash) ->
                new Committed(
                        repository
                                .commit(commit.snapshot())
                                .orElseThrow(() -> new IOException("the snapshot "
                                        + snapshot.id().abbreviated() + " was removed from " + reached.name()
                                        + " just now; push again")),
                        hash);
            case CommitOutcome.OtherContent other ->
                throw new RemoteException(
                        RemoteException.Reason.CONFLICT,
                        "on " + reached.name() + " there is another snapshot with the id "
                                + snapshot.id().abbreviated()
                                + ", which holds something else; one of the two hosts has a damaged history, and"
                                + " nothing was replaced");
            case CommitOutcome.WasRemoved removed -> throw removedThere(snapshot);
        };
        known.put(snapshot.id(), Optional.of(there));
        String digest = commit.tree().digest().hex();
        exchange.share(snapshot.id(), sharing -> sharing.on(reached.id(), Optional.of(digest)));
    }

    /** The nearest ancestor that is here, in the trash too, and there with the same content, as far as this host has seen that itself. */
    private Optional<Snapshot> base(Snapshot snapshot) throws RemoteException, IOException {
        for (Snapshot ancestor : (Iterable<Snapshot>) history.ancestry(snapshot.parent())::iterator) {
            Optional<Committed> there = find(ancestor.id());
            if (there.isPresent()) {
                boolean isSame = ancestor.tree().isPresent()
                        && ancestor.sharing()
                                .digest()
                                .equals(Optional.of(
                                        there.get().commit().tree().digest().hex()));
                return isSame ? Optional.of(ancestor) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Where nothing led here, much may still be the same as in any branch's newest snapshot. */
    private Optional<Commit> newestThere() throws RemoteException, IOException {
        Optional<Commit> newest = Optional.empty();
        for (RefState ref : refs.all()) {
            Optional<Committed> head =
                    find(Commits.id(ref.value().target().orElseThrow().snapshot()));
            if (head.isPresent()
                    && (newest.isEmpty()
                            || head.get().commit().time().isAfter(newest.get().time()))) {
                newest = head.map(Committed::commit);
            }
        }
        return newest;
    }

    /** Whether all of these packs are there and can be read. */
    private boolean learn(List<PackInfo> packs) throws IOException {
        List<PackInfo> unknown =
                packs.stream().filter(pack -> !indexed.containsKey(pack.name())).toList();
        try (ChunkReader reader = repository.reader(index, workers)) {
            reader.learnPresent(unknown).forEach(pack -> hurt.add(pack.name()));
        }
        unknown.stream().filter(pack -> !hurt.contains(pack.name())).forEach(pack -> indexed.put(pack.name(), pack));
        return packs.stream().noneMatch(pack -> hurt.contains(pack.name()));
    }

    /** All packs in which something was found that did not have to be sent, and those that were written, but for these. */
    private List<PackInfo> beyond(List<PackInfo> named) {
        Map<Hash, PackInfo> others = new HashMap<>(indexed);
        named.forEach(pack -> others.remove(pack.name()));
        return List.copyOf(others.values());
    }

    /** A snapshot never changes: where it was captured before, it was the same. */
    private static void refuseOtherContent(Snapshot snapshot, Captured captured) throws IOException {
        Optional<String> before = snapshot.sharing().digest();
        if (before.isPresent() && !before.get().equals(captured.root().digest().hex())) {
            throw new IOException("the snapshot " + snapshot.id().abbreviated() + " does not hold what it held when it"
                    + " was sent or fetched before, so it is not sent; look at the disk, and at: fli doctor");
        }
    }

    /** Ancestors that are not there, from the parent backwards to one that is. */
    private List<Ancestor> lineage(Snapshot snapshot) throws RemoteException, IOException {
        List<Ancestor> lineage = new ArrayList<>();
        for (Snapshot ancestor : (Iterable<Snapshot>) history.ancestry(snapshot.parent())::iterator) {
            if (find(ancestor.id()).isPresent()
                    || repository.tombstone(Commits.id(ancestor.id())).isPresent()
                    || lineage.size() == Commit.MOST_ANCESTORS) {
                break;
            }
            lineage.add(
                    new Ancestor(Commits.id(ancestor.id()), ancestor.parent().map(Commits::id), ancestor.time()));
        }
        return lineage;
    }

    /** Keeps what was learned for the next time. */
    @Override
    public void close() {
        index.close();
    }
}
