package io.flockerj.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.BackendRemote;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefState;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Remote;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.Session;
import io.flockerj.store.SmallPacks;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.FaultyBackend;
import io.flockerj.store.backend.FaultyBackend.Faults;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * A host that takes snapshots of one volume, pushes and pulls, dies now and then and begins anew. It does what the daemon does with the
 * store, and tells the {@link Truth} what it was told.
 */
final class Host {
    private static final int FIRST_WRITES = 40;

    private final String name;
    private final World world;
    private final Truth truth;
    private final Random random;
    private final Supplier<Id> ids;
    private final Growth growth;
    private final InstantSource clock;
    private final RetryLimits retries;

    // What a crash leaves: snapshots are in the truth.
    private Optional<Id> head = Optional.empty();

    // What it does not.
    private FaultyBackend network;
    private Backend backend;
    private MemoryChunkIndex index = new MemoryChunkIndex();
    private final Map<Hash, PackInfo> indexed = new HashMap<>();
    private Optional<RefMove> moving = Optional.empty();
    private Optional<Id> nonce = Optional.empty();

    // How many of its pushes and tags, and of those that it began before it died, may yet make a ref name what one
    // named before.
    private int naming;

    Host(String name, World world, long seed) {
        this.name = name;
        this.world = world;
        this.truth = world.truth();
        this.random = new Random(seed);
        this.ids = Id.source(random);
        this.growth = new Growth(random);
        Duration skew = Duration.ofSeconds(random.nextInt(7200) - 3600L);
        this.clock = () -> world.turns().instant().plus(skew);
        this.retries = random.nextBoolean()
                ? RetryLimits.PATIENT
                : new RetryLimits(2, Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofMinutes(2));
        this.network = new FaultyBackend(truth, Faults.NONE, 0);
        this.backend = network;
        connect(random.nextInt(3) == 0 ? Faults.NONE : Faults.SOME, random.nextBoolean());
    }

    Optional<Id> head() {
        return head;
    }

    boolean isNaming() {
        return naming > 0;
    }

    private void connect(Faults faults, boolean mortal) {
        network = new FaultyBackend(truth, faults, random.nextLong());
        if (mortal) {
            network.crashAt(random.nextInt(FIRST_WRITES), random.nextBoolean());
        }
        Backend slow = new SlowBackend(
                network, world.turns(), new Random(random.nextLong()), what -> world.log(name + " " + what));
        backend = new RetryingBackend(slow, retries, clock, world.turns(), new Random(random.nextLong()));
    }

    private void reboot(Faults faults, boolean mortal) {
        FaultyBackend old = network;
        Duration delay = Duration.ofSeconds(random.nextInt(300));
        naming++;
        world.turns().begin(() -> {
            world.turns().sleep(delay);
            try {
                old.deliver();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            naming--;
        });
        index = new MemoryChunkIndex();
        indexed.clear();
        connect(faults, mortal);
    }

    /** Does so many things, whatever happens. */
    void live(int steps) {
        for (int step = 0; step < steps; step++) {
            try {
                step();
            } catch (FaultyBackend.Crash e) {
                world.happened("crash");
                reboot(Faults.SOME, random.nextBoolean());
            } catch (UnavailableException e) {
                world.happened("given up");
            } catch (IOException e) {
                // Only what nobody can tell: everything else is an answer that is wrong.
                if (e.getClass() != IOException.class) {
                    throw new AssertionError(name, e);
                }
                world.happened("in doubt");
            }
        }
    }

    /** Over a network in order, takes snapshots and pushes them; answers whether it came to the end before it died at a write. */
    boolean work(long write, boolean after) throws IOException {
        reboot(Faults.NONE, false);
        network.crashAt(write, after);
        try {
            for (int i = 0; i < 3; i++) {
                grow();
                assertThat(push("branches/main", false)).isTrue();
            }
            tag();
            return true;
        } catch (FaultyBackend.Crash e) {
            return false;
        }
    }

    /** With everything in order, pushes what it has, and reads it again. */
    void settle() throws IOException {
        reboot(Faults.NONE, false);
        if (head.isPresent()) {
            assertThat(push("branches/of-" + name, true))
                    .as("%s can push", name)
                    .isEqualTo(!truth.isRemoved(head.get()));
            pull("branches/of-" + name);
        }
        check();
    }

    private void step() throws IOException {
        String branch = "branches/" + (random.nextInt(4) > 0 ? "main" : "other");
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> grow();
            case 3, 4, 5, 6 -> {
                grow();
                push(branch, false);
            }
            case 7 -> push(branch, false);
            case 8, 9, 10 -> pull(branch);
            case 11 -> pullAny();
            case 12 -> check();
            case 13 -> tag();
            case 14 -> remove();
            default -> world.aHead(random).ifPresent(other -> head = Optional.of(other)); // By another remote.
        }
    }

    private void grow() {
        Node.Directory tree =
                head.map(at -> growth.changed(truth.get(at).tree())).orElseGet(growth::first);
        Instant now = clock.instant();
        Instant before = head.map(at -> truth.get(at).time()).orElse(now);
        Id id = ids.get();
        truth.add(new Snapshot(id, head, now.isBefore(before) ? before : now, tree, random.nextInt(4) > 0));
        head = Optional.of(id);
    }

    private Repository open() throws IOException {
        BackendRemote remote = BackendRemote.create(backend, ids);
        Repository repository = remote.create(world.volumeset());
        Id wanted = random.nextInt(5) == 0 ? ids.get() : world.volumeset();
        world.toldName(remote.id(), wanted, remote.name("db", wanted));
        Optional<Id> found = remote.find("db");
        assertThat(found).isPresent();
        world.toldName(remote.id(), found.get(), new Remote.Naming.Named());
        return repository;
    }

    private Refs refs(Repository repository) {
        return repository.refs(clock, () -> {
            Id made = ids.get();
            nonce = Optional.of(made);
            truth.intend(made, moving.orElseThrow());
            return made;
        });
    }

    // --- pushing ---------------------------------------------------------------------------------------------------

    private boolean push(String branch, boolean force) throws IOException {
        naming++;
        try {
            return head.isPresent() && pushHead(branch, force);
        } finally {
            naming--;
        }
    }

    private boolean pushHead(String branch, boolean force) throws IOException {
        Id target = head.get();
        Repository repository = open();
        Refs refs = refs(repository);
        Optional<RefState> before = readRef(refs, branch);
        Optional<RefValue.Target> old = before.flatMap(state -> state.value().target());
        boolean forward = old.isEmpty() || truth.isAncestor(old.get().snapshot(), target);
        boolean forced = force || (!forward && random.nextInt(4) == 0);
        if (!forward && !forced && random.nextInt(4) > 0) {
            return false;
        }
        Committed there;
        try (Session session = repository.session(clock, ids, Optional.of(name))) {
            Optional<Committed> sent = send(repository, refs, session, target);
            if (sent.isEmpty()) {
                return false;
            }
            there = sent.get();
        }
        if (!forward && forced) {
            String tag = "tags/main-" + old.get().snapshot().abbreviated();
            move(refs, new RefMove(tag, readRef(refs, tag), old.get(), Optional.empty(), false, Optional.empty()));
        }
        Optional<Id> branchId = before.flatMap(state -> state.value().branch()).or(() -> Optional.of(ids.get()));
        RefValue.Target to = new RefValue.Target(target, there.hash());
        return move(refs, new RefMove(branch, before, to, branchId, forced, Optional.of(name)));
    }

    private Optional<RefState> readRef(Refs refs, String ref) throws IOException {
        Optional<RefState> read = refs.read(ref);
        read.ifPresent(truth::toldRef);
        return read;
    }

    private boolean move(Refs refs, RefMove move) throws IOException {
        moving = Optional.of(move);
        nonce = Optional.empty();
        RefUpdate update = refs.move(move);
        world.happened(update.getClass().getSimpleName());
        switch (update) {
            case RefUpdate.Moved(RefState now) -> {
                truth.toldRef(now);
                assertThat(now.value().target()).contains(move.target());
                assertThat(now.value().branch()).isEqualTo(move.branch());
                return true;
            }
            case RefUpdate.Stale(Optional<RefState> actual) -> {
                actual.ifPresent(truth::toldRef);
                assertThat(actual).as("what %s expected", name).isNotEqualTo(move.expected());
            }
            case RefUpdate.Missing() ->
                assertThat(truth.isRemoved(move.target().snapshot())).isTrue();
            case RefUpdate.Refused(RefUpdate.Reason reason, Optional<RefState> actual) -> {
                assertThat(reason).isNotEqualTo(RefUpdate.Reason.NAME);
                if (reason == RefUpdate.Reason.NOT_FORWARD) {
                    Id old = actual.orElseThrow().value().target().orElseThrow().snapshot();
                    assertThat(truth.isAncestor(old, move.target().snapshot())).isFalse();
                }
            }
        }
        nonce.ifPresent(used -> truth.toldUnmoved(move.name(), used));
        return false;
    }

    private Optional<Committed> send(Repository repository, Refs refs, Session session, Id target) throws IOException {
        Deque<Snapshot> missing = new ArrayDeque<>();
        for (Optional<Id> at = Optional.of(target);
                at.isPresent();
                at = truth.get(at.get()).parent()) {
            if (committed(repository, at.get()).isPresent()) {
                break;
            }
            Snapshot snapshot = truth.get(at.get());
            boolean wasRemoved = repository.tombstone(at.get()).isPresent();
            if (wasRemoved) {
                assertThat(truth.isRemoved(at.get())).isTrue();
            }
            if (at.get().equals(target) || (snapshot.isKept() && !wasRemoved)) {
                missing.push(snapshot);
            }
        }
        for (Snapshot snapshot : missing) {
            if (!sendOne(repository, refs, session, snapshot)) {
                return Optional.empty();
            }
        }
        return committed(repository, target);
    }

    private Optional<Committed> committed(Repository repository, Id snapshot) throws IOException {
        Optional<Committed> there = repository.committed(snapshot);
        if (there.isPresent()) {
            truth.toldCommitted(snapshot, there.get().hash());
        } else {
            assertThat(!truth.isCommitted(snapshot) || truth.isRemoved(snapshot))
                    .as("%s sees %s", name, snapshot)
                    .isTrue();
        }
        return there;
    }

    private boolean sendOne(Repository repository, Refs refs, Session session, Snapshot snapshot) throws IOException {
        Optional<Commit> base = base(repository, snapshot);
        Optional<Commit> before = base.isPresent() ? base : newestThere(repository, refs);
        PackList packs = before.map(Commit::packs).orElse(new PackList(List.of(), List.of()));
        List<PackInfo> named = repository.packs(packs);
        learn(repository, named);
        ChunkWriter writer = SmallPacks.writer(repository, index, workers(), session::keep);
        TreeRef tree;
        try (writer;
                ChunkReader nodes = repository.reader(index)) {
            TreeSending sending = new TreeSending(writer, random);
            tree = base.isPresent()
                    ? sending.changed(
                            snapshot.tree(),
                            truth.get(base.get().snapshot()).tree(),
                            base.get().tree(),
                            nodes)
                    : sending.whole(snapshot.tree());
            writer.finish();
        } finally {
            writer.written().forEach(pack -> indexed.put(pack.name(), pack));
        }
        Map<Hash, PackInfo> beyond = new HashMap<>(indexed);
        named.forEach(pack -> beyond.remove(pack.name()));
        PackList needed = repository.name(packs, List.copyOf(beyond.values()));
        if (!needed.lists().isEmpty()) {
            world.happened("list of packs");
        }
        Commit commit = new Commit(
                world.volumeset(),
                snapshot.id(),
                snapshot.parent(),
                snapshot.time(),
                tree,
                needed,
                lineage(repository, snapshot),
                0,
                record());
        CommitOutcome outcome = repository.commit(commit);
        world.happened(outcome.getClass().getSimpleName());
        switch (outcome) {
            case CommitOutcome.Committed(Hash hash) -> truth.toldCommitted(snapshot.id(), hash);
            case CommitOutcome.AlreadyThere(Hash hash) -> truth.toldCommitted(snapshot.id(), hash);
            case CommitOutcome.WasRemoved() ->
                assertThat(truth.isRemoved(snapshot.id())).isTrue();
            case CommitOutcome.OtherContent other -> throw new AssertionError("there is another " + snapshot);
        }
        return !(outcome instanceof CommitOutcome.WasRemoved);
    }

    private SnapshotRecord record() {
        SnapshotRecord.Named named = new SnapshotRecord.Named(new Id(8, 8), name);
        return new SnapshotRecord(
                Optional.empty(),
                Optional.of("by " + name),
                new TreeMap<>(),
                named,
                named,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Optional<Commit> base(Repository repository, Snapshot snapshot) throws IOException {
        if (random.nextInt(5) == 0) {
            return Optional.empty();
        }
        for (Optional<Id> at = snapshot.parent();
                at.isPresent();
                at = truth.get(at.get()).parent()) {
            Optional<Committed> there = committed(repository, at.get());
            if (there.isPresent()) {
                return there.map(Committed::commit);
            }
        }
        return Optional.empty();
    }

    private Optional<Commit> newestThere(Repository repository, Refs refs) throws IOException {
        Optional<Commit> newest = Optional.empty();
        for (RefState ref : refs.all()) {
            truth.toldRef(ref);
            Optional<Commit> there = committed(
                            repository, ref.value().target().orElseThrow().snapshot())
                    .map(Committed::commit);
            if (there.isPresent()
                    && (newest.isEmpty()
                            || there.get().time().isAfter(newest.get().time()))) {
                newest = there;
            }
        }
        return newest;
    }

    private void learn(Repository repository, List<PackInfo> named) throws IOException {
        try (ChunkReader reader = repository.reader(index)) {
            for (PackInfo pack : named) {
                // One by one: where one cannot be read, commits have to name those that were all the same.
                if (!indexed.containsKey(pack.name())) {
                    assertThat(reader.learn(List.of(pack)))
                            .as("packs that are hurt")
                            .isEmpty();
                    indexed.put(pack.name(), pack);
                }
            }
        }
    }

    private List<Ancestor> lineage(Repository repository, Snapshot snapshot) throws IOException {
        List<Ancestor> lineage = new ArrayList<>();
        for (Optional<Id> at = snapshot.parent();
                at.isPresent();
                at = truth.get(at.get()).parent()) {
            if (committed(repository, at.get()).isPresent()
                    || repository.tombstone(at.get()).isPresent()) {
                break;
            }
            lineage.add(new Ancestor(
                    at.get(), truth.get(at.get()).parent(), truth.get(at.get()).time()));
        }
        return lineage;
    }

    /** Some work is done by others, beside the host's own; some is refused, some done at once. */
    private Executor workers() {
        int kind = random.nextInt(3);
        return work -> {
            if (kind == 0) {
                work.run();
            } else if (kind == 1 && random.nextBoolean()) {
                throw new RejectedExecutionException("told to refuse");
            } else {
                world.turns().begin(work);
            }
        };
    }

    // --- pulling ---------------------------------------------------------------------------------------------------

    private void pull(String branch) throws IOException {
        Repository repository = open();
        Optional<RefState> ref = readRef(refs(repository), branch);
        if (ref.isEmpty()) {
            return;
        }
        RefValue.Target target = ref.get().value().target().orElseThrow();
        Optional<Committed> there = committed(repository, target.snapshot());
        if (there.isEmpty()) {
            assertThat(truth.isRemoved(target.snapshot())).isTrue();
            return;
        }
        assertThat(there.get().hash()).isEqualTo(target.commit());
        read(repository, there.get().commit());
        boolean forward = head.isEmpty() || truth.isAncestor(head.get(), target.snapshot());
        if (forward || random.nextBoolean()) {
            head = Optional.of(target.snapshot());
        }
    }

    private void pullAny() throws IOException {
        Repository repository = open();
        List<Id> snapshots = repository.snapshots();
        if (snapshots.isEmpty()) {
            return;
        }
        Optional<Committed> there = committed(repository, snapshots.get(random.nextInt(snapshots.size())));
        if (there.isPresent()) {
            read(repository, there.get().commit());
        }
    }

    private void read(Repository repository, Commit commit) throws IOException {
        learn(repository, repository.packs(commit.packs()));
        try (ChunkReader chunks = repository.reader(random.nextBoolean() ? index : new MemoryChunkIndex())) {
            chunks.learn(repository.packs(commit.packs()));
            assertThat(new TreeReading(chunks).read(commit.tree()))
                    .isEqualTo(truth.get(commit.snapshot()).tree());
        }
        world.happened("pull");
    }

    // --- the rest --------------------------------------------------------------------------------------------------

    private void check() throws IOException {
        Repository repository = open();
        try (RepositoryCheck check = repository.check(new MemoryChunkIndex(), (bytes, snapshots) -> {})) {
            RepositoryCheck.Outcome outcome =
                    check.run(random.nextInt(3) * 50, random.nextLong(), repository.refs(clock, ids));
            assertThat(outcome.hurt()).as("what %s finds hurt", name).isEmpty();
            assertThat(outcome.brokenPacks()).as("what %s finds broken", name).isEmpty();
        }
        world.happened("check");
    }

    private void tag() throws IOException {
        naming++;
        try {
            if (head.isPresent()) {
                tag(head.get());
            }
        } finally {
            naming--;
        }
    }

    private void tag(Id target) throws IOException {
        Repository repository = open();
        Optional<Committed> there = committed(repository, target);
        if (there.isPresent()) {
            Refs refs = refs(repository);
            String tag = "tags/t" + random.nextInt(4);
            RefValue.Target to = new RefValue.Target(target, there.get().hash());
            move(refs, new RefMove(tag, readRef(refs, tag), to, Optional.empty(), false, Optional.empty()));
        }
    }

    /** Something that nobody names, goes on from, or is about to name. */
    private void remove() throws IOException {
        Repository repository = open();
        for (Id snapshot : repository.snapshots()) {
            if (!truth.isNamed(snapshot) && !world.isUsed(snapshot) && !world.isNaming() && random.nextInt(3) == 0) {
                truth.remove(snapshot);
                repository.remove(snapshot);
                world.happened("removal");
                return;
            }
        }
    }
}
