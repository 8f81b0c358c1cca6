package io.flockerj.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.BackendRemote;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.SmallPacks;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.FaultyBackend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small remote with every kind of object, of which each is damaged in every way: what is read is right, or not read. */
class DamageTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Id FIRST = new Id(2, 2);
    private static final Id SECOND = new Id(3, 3);
    private static final SnapshotRecord.Named NAME = new SnapshotRecord.Named(new Id(8, 8), "db");
    private static final String BASE = "volumesets/" + VOLUMESET + "/";

    private final Random random = new Random(5);
    private final Supplier<Id> ids = Id.source(random);
    private final MemoryBackend place = new MemoryBackend(InstantSource.system());
    private final Map<Id, Node.Directory> trees = new TreeMap<>();
    /** All that was written: objects, and values. */
    private final Map<ObjectName, byte[]> whole = new TreeMap<>();

    @BeforeEach
    void fill() throws IOException {
        write(place, 0);
        place.list(ObjectName.of("volumesets"), this::keep);
        place.list(ObjectName.of("names"), this::keep);
        keep(new Listed(ObjectName.of("flockerj"), 0, Instant.EPOCH));
        assertThat(whole.keySet().stream().map(DamageTest::kind).distinct())
                .containsExactlyInAnyOrder(
                        "flockerj", "names", "config", "packs", "lists", "commits", "branches", "tags", "sessions");
    }

    private void keep(Listed listed) {
        whole.put(
                listed.name(), place.value(listed.name()).orElseThrow().bytes().toArray());
    }

    private static String kind(ObjectName name) {
        String below = name.text().startsWith(BASE) ? name.text().substring(BASE.length()) : name.text();
        return below.substring(0, (below + "/").indexOf('/'));
    }

    /** Two snapshots, a branch, a tag, and a writer at work. */
    private void write(MemoryBackend backend, int other) throws IOException {
        BackendRemote remote = BackendRemote.create(backend, ids);
        Repository repository = remote.create(VOLUMESET);
        remote.name("db", VOLUMESET);
        repository.session(InstantSource.system(), ids, Optional.of("a writer")).keep();
        Node.Directory first = tree("first", other);
        Node.Directory second = new Node.Directory(
                new TreeMap<>(Map.of("old", first, "new", new Node.File(Bytes.utf8("new ".repeat(40 + other)), 0600))),
                0700);
        commit(backend, repository, FIRST, Optional.empty(), first);
        Hash head = commit(backend, repository, SECOND, Optional.of(FIRST), second);
        Refs refs = repository.refs(InstantSource.system(), ids);
        RefValue.Target target = new RefValue.Target(SECOND, head);
        for (String ref : List.of("branches/main", "tags/v1")) {
            Optional<Id> branch = ref.startsWith("b") ? Optional.of(new Id(6, 6)) : Optional.empty();
            assertThat(refs.move(new RefMove(ref, Optional.empty(), target, branch, false, Optional.empty())))
                    .isInstanceOf(RefUpdate.Moved.class);
        }
        if (other == 0) {
            trees.put(FIRST, first);
            trees.put(SECOND, second);
        }
    }

    private static Node.Directory tree(String name, int other) {
        byte[] noise = new byte[600];
        new Random(other).nextBytes(noise);
        return new Node.Directory(
                new TreeMap<>(Map.of(
                        "few", new Node.File(Bytes.utf8(name), 0644),
                        "link", new Node.Link(Bytes.utf8("../somewhere")),
                        "noise", new Node.File(Bytes.of(noise), 0644),
                        "text", new Node.File(Bytes.utf8("again and again ".repeat(90)), 0644))),
                0755);
    }

    private Hash commit(
            MemoryBackend backend, Repository repository, Id snapshot, Optional<Id> parent, Node.Directory tree)
            throws IOException {
        PackList before = parent.isPresent()
                ? repository.commit(parent.get()).orElseThrow().packs()
                : new PackList(List.of(), List.of());
        MemoryChunkIndex index = new MemoryChunkIndex();
        try (ChunkReader reader = repository.reader(index);
                ChunkWriter writer = SmallPacks.writer(repository, index, Runnable::run, () -> {})) {
            reader.learn(repository.packs(before));
            TreeRef root = new TreeSending(writer, new Random(1)).whole(tree);
            writer.finish();
            // Half of it in a list, as where packs are many.
            byte[] list = PackList.writeList(writer.written().subList(0, 1));
            Hash listed = Sha256.of(list);
            backend.create(new ObjectName(BASE + "lists/" + listed), List.of(list));
            List<Hash> lists = new ArrayList<>(before.lists());
            lists.add(listed);
            List<PackInfo> packs = new ArrayList<>(before.packs());
            packs.addAll(writer.written().subList(1, writer.written().size()));
            Commit commit = new Commit(
                    VOLUMESET,
                    snapshot,
                    parent,
                    Instant.EPOCH,
                    root,
                    new PackList(packs, lists),
                    List.of(),
                    0,
                    new SnapshotRecord(
                            Optional.empty(),
                            Optional.empty(),
                            new TreeMap<>(),
                            NAME,
                            NAME,
                            true,
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
            CommitOutcome outcome = repository.commit(commit);
            assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
            return Commit.hash(commit.write());
        }
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    /** Reads what the branch ends at, as somebody who knows nothing but the names of the remote and the branch; else errs. */
    private void readBranch() throws IOException {
        BackendRemote remote = BackendRemote.open(place, ids);
        Id volumeset = remote.find("db").orElseThrow(() -> new BrokenException("the name", "it is gone"));
        Repository repository = remote.open(volumeset);
        RefValue.Target target = repository
                .refs(InstantSource.system(), ids)
                .read("branches/main")
                .flatMap(ref -> ref.value().target())
                .orElseThrow(() -> new BrokenException("the branch", "it is gone"));
        Repository.Committed there = repository
                .committed(target.snapshot())
                .orElseThrow(() -> new BrokenException("the snapshot", "it is gone"));
        if (!there.hash().equals(target.commit())) {
            throw new BrokenException("the snapshot", "it is another");
        }
        assertThat(target.snapshot()).isEqualTo(SECOND);
        read(repository, there.commit());
    }

    private void read(Repository repository, Commit commit) throws IOException {
        try (ChunkReader chunks = repository.reader(new MemoryChunkIndex())) {
            chunks.learn(repository.packs(commit.packs()));
            assertThat(new TreeReading(chunks).read(commit.tree())).isEqualTo(trees.get(commit.snapshot()));
        }
    }

    private Set<String> unreadable() throws IOException {
        Repository repository = Repository.open(place, VOLUMESET);
        Set<String> unreadable = new TreeSet<>();
        for (Id snapshot : trees.keySet()) {
            try {
                read(
                        repository,
                        repository
                                .commit(snapshot)
                                .orElseThrow(() -> new BrokenException("the snapshot", "it is gone")));
            } catch (IOException e) {
                unreadable.add(snapshot.hex());
            }
        }
        return unreadable;
    }

    private boolean isRead() {
        try {
            readBranch();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void replace(ObjectName name, byte[] bytes) {
        place.delete(name);
        place.swap(name, Optional.empty(), bytes);
    }

    private static byte[] flipped(byte[] bytes, int at, int bit) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << bit);
        return flipped;
    }

    @Test
    void withAnyByteFlippedOrCutOffWhatIsReadIsRight() throws IOException {
        readBranch();
        Set<String> harmful = new HashSet<>();
        for (Map.Entry<ObjectName, byte[]> object : whole.entrySet()) {
            byte[] bytes = object.getValue();
            for (int at = 0; at < bytes.length; at++) {
                replace(object.getKey(), flipped(bytes, at, random.nextInt(8)));
                boolean read = isRead();
                replace(object.getKey(), Arrays.copyOf(bytes, at));
                if (!read || !isRead()) {
                    harmful.add(kind(object.getKey()));
                }
            }
            replace(object.getKey(), bytes);
        }
        readBranch();
        assertThat(harmful)
                .containsExactlyInAnyOrder("flockerj", "names", "config", "packs", "lists", "commits", "branches");
    }

    @Test
    void withAnyTwoObjectsSwappedOrOneMissingWhatIsReadIsRight() throws IOException {
        int refused = 0;
        for (ObjectName one : whole.keySet()) {
            place.delete(one);
            refused += isRead() ? 0 : 1;
            for (ObjectName other : whole.keySet()) {
                replace(one, whole.getOrDefault(other, new byte[0]));
                replace(other, whole.getOrDefault(one, new byte[0]));
                refused += isRead() ? 0 : 1;
                replace(other, whole.getOrDefault(other, new byte[0]));
            }
            replace(one, whole.getOrDefault(one, new byte[0]));
        }
        readBranch();
        assertThat(refused).isGreaterThan(50);
    }

    @Test
    void whatIsOfAnotherRepositoryIsNotTaken() throws IOException {
        Map<ObjectName, byte[]> others = others();
        int refused = 0;
        for (Map.Entry<ObjectName, byte[]> object : whole.entrySet()) {
            for (Map.Entry<ObjectName, byte[]> foreign : others.entrySet()) {
                boolean isMark = kind(foreign.getKey()).equals("flockerj")
                        || kind(foreign.getKey()).equals("config");
                if (kind(foreign.getKey()).equals(kind(object.getKey())) && !isMark) {
                    replace(object.getKey(), foreign.getValue());
                    refused += isRead() ? 0 : 1;
                }
            }
            replace(object.getKey(), object.getValue());
        }
        readBranch();
        assertThat(refused).isGreaterThan(5);
    }

    /** Of the same volumeset and the same snapshots by their ids, but of other content: the worst that can be mistaken. */
    private Map<ObjectName, byte[]> others() throws IOException {
        MemoryBackend elsewhere = new MemoryBackend(InstantSource.system());
        write(elsewhere, 1);
        Map<ObjectName, byte[]> others = new TreeMap<>();
        elsewhere.list(
                ObjectName.of("volumesets"),
                listed -> others.put(
                        listed.name(),
                        elsewhere
                                .value(listed.name())
                                .map(Value::bytes)
                                .orElseThrow()
                                .toArray()));
        return others;
    }

    // --- checking --------------------------------------------------------------------------------------------------

    @Test
    void aCheckFindsWhateverIsWrongAndTellsWhichSnapshotsItHurts() throws IOException {
        assertThat(check().hurt()).isEmpty();
        Map<ObjectName, byte[]> others = others();
        for (Map.Entry<ObjectName, byte[]> object : whole.entrySet()) {
            String kind = kind(object.getKey());
            if (List.of("flockerj", "names", "config", "sessions").contains(kind)) {
                continue; // Whoever opens the repository has read them, or no reader ever does.
            }
            List<byte[]> damaged = new ArrayList<>(List.of(new byte[0]));
            int length = object.getValue().length;
            for (int at = 0; at < length; at += 1 + random.nextInt(length / 10)) {
                damaged.add(flipped(object.getValue(), at, 3));
                damaged.add(Arrays.copyOf(object.getValue(), at));
            }
            damaged.add(Arrays.copyOf(object.getValue(), length + 1));
            damaged.addAll(whole.values());
            damaged.addAll(others.values());
            damaged.removeIf(bytes -> Arrays.equals(bytes, object.getValue()));
            for (byte[] bytes : damaged) {
                replace(object.getKey(), bytes);
                finds(object.getKey(), kind + ", " + bytes.length + " bytes for " + length);
            }
            place.delete(object.getKey());
            if (kind.equals("packs") || kind.equals("lists")) {
                finds(object.getKey(), "missing");
            }
            replace(object.getKey(), object.getValue());
        }
        assertThat(check().hurt()).isEmpty();
    }

    private void finds(ObjectName name, String how) throws IOException {
        RepositoryCheck.Outcome outcome = check();
        Set<String> hurt = new TreeSet<>();
        outcome.hurt().forEach(each -> hurt.add(each.what()));
        Set<String> unreadable = unreadable();
        assertThat(hurt).as("%s, %s", name, how).containsAll(unreadable);
        assertThat(hurt.size() + outcome.brokenPacks().size())
                .as("%s, %s", name, how)
                .isPositive();
        if (!kind(name).equals("packs")) {
            // What can be read is not called hurt. Of a pack more may be read than its table tells to a check.
            hurt.removeIf(what -> what.contains("/"));
            assertThat(hurt).as("%s, %s", name, how).isEqualTo(unreadable);
        }
    }

    @Test
    void whatAListDoesNotTellYetIsNotTakenForLost() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Backend stale = new FaultyBackend(place, new FaultyBackend.Faults(0, 0, 0, 0, 1), seed);
            RepositoryCheck.Outcome outcome = check(stale);
            assertThat(outcome.hurt()).isEmpty();
            assertThat(outcome.brokenPacks()).isEmpty();
        }
    }

    private RepositoryCheck.Outcome check() throws IOException {
        return check(place);
    }

    private RepositoryCheck.Outcome check(Backend backend) throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);
        try (RepositoryCheck check = repository.check(new MemoryChunkIndex(), (bytes, snapshots) -> {})) {
            return check.run(100, 7, repository.refs(InstantSource.system(), ids));
        }
    }
}
