package io.flockerj.hub;

import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefState;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Small pushes to one volumeset by the store's own code: each snapshot is a single chunk, and comes from the head that it moves. */
public final class Pushed {
    private static final int LARGEST = 60_000;
    private static final Id BRANCH = new Id(2, 2);

    private final Id volumeset;
    private final Supplier<Id> ids;

    public Pushed(Id volumeset, Supplier<Id> ids) {
        this.volumeset = volumeset;
        this.ids = ids;
    }

    /**
     * A push that was acknowledged.
     *
     * @param generation of the branch
     */
    public record Snapshot(Id id, Optional<Id> parent, long generation, Bytes content) {}

    private Refs refs(Repository repository) {
        return repository.refs(InstantSource.system(), ids);
    }

    /** Pushes something new; empty if somebody else was faster. */
    public Optional<Snapshot> push(Backend backend, String branch, RandomGenerator random) throws IOException {
        Repository repository = Repository.open(backend, volumeset);
        String ref = "branches/" + branch;
        Optional<RefState> head = refs(repository).read(ref);
        Optional<Id> parent = head.flatMap(state -> state.value().target()).map(RefValue.Target::snapshot);
        byte[] content = new byte[1 + random.nextInt(LARGEST)];
        random.nextBytes(content);
        Id snapshot = ids.get();
        Hash commit = commit(repository, snapshot, parent, content);
        RefMove move = new RefMove(
                ref, head, new RefValue.Target(snapshot, commit), Optional.of(BRANCH), false, Optional.empty());
        return refs(repository).move(move) instanceof RefUpdate.Moved(RefState moved)
                ? Optional.of(new Snapshot(snapshot, parent, moved.value().generation(), Bytes.of(content)))
                : Optional.empty();
    }

    private Hash commit(Repository repository, Id snapshot, Optional<Id> parent, byte[] content) throws IOException {
        Hash chunk;
        PackList packs;
        try (ChunkWriter writer = repository.writer(new MemoryChunkIndex())) {
            chunk = writer.data(content, 0, content.length);
            writer.finish();
            packs = new PackList(writer.written(), List.of());
        }
        SnapshotRecord record = new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                new SnapshotRecord.Named(volumeset, "db"),
                new SnapshotRecord.Named(BRANCH, "main"),
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        TreeRef tree = new TreeRef(chunk, chunk, new Totals(1, content.length, content.length));
        Commit commit = new Commit(
                volumeset, snapshot, parent, InstantSource.system().instant(), tree, packs, List.of(), 0, record);
        return switch (repository.commit(commit)) {
            case CommitOutcome.Committed(Hash hash) -> hash;
            case CommitOutcome.AlreadyThere(Hash hash) -> hash;
            case CommitOutcome.OtherContent _, CommitOutcome.WasRemoved _ ->
                throw new AssertionError("a snapshot that nobody else has is there");
        };
    }

    /** What a snapshot holds there, verified by its hash. */
    public Bytes content(Backend backend, Id snapshot) throws IOException {
        Repository repository = Repository.open(backend, volumeset);
        Commit commit = repository.commit(snapshot).orElseThrow();
        try (ChunkReader reader = repository.reader(new MemoryChunkIndex())) {
            reader.learn(repository.packs(commit.packs()));
            return reader.chunk(commit.tree().id());
        }
    }

    /** The snapshots of a branch from its head backwards; each has to be there. */
    public List<Id> line(Backend backend, String branch) throws IOException {
        Repository repository = Repository.open(backend, volumeset);
        Optional<Id> at = refs(repository)
                .read("branches/" + branch)
                .flatMap(state -> state.value().target())
                .map(RefValue.Target::snapshot);
        List<Id> line = new ArrayList<>();
        while (at.isPresent()) {
            line.add(at.get());
            Committed committed = repository
                    .committed(at.get())
                    .orElseThrow(() -> new AssertionError("a snapshot of " + branch + " is not there"));
            at = committed.commit().parent();
        }
        return line;
    }
}
