package io.flockerj.hub.guard;

import static io.flockerj.hub.guard.TestingRemote.DB;
import static io.flockerj.hub.guard.TestingRemote.TEAM;
import static io.flockerj.hub.guard.TestingRemote.VOLUMESET;
import static io.flockerj.hub.guard.TestingRemote.hashed;
import static io.flockerj.hub.guard.TestingRemote.id;
import static io.flockerj.hub.guard.TestingRemote.in;
import static io.flockerj.hub.guard.TestingRemote.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.BranchPattern;
import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Refs;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.NameValue;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken of those who may push: objects that are what they say, commits that can be read, refs that keep to the rules. */
class ArrivalsTest {
    @TempDir
    private Path directory;

    private final Recorded recorded = new Recorded();
    private TestingRemote remote;

    @BeforeEach
    void remote() throws IOException {
        remote = new TestingRemote(directory);
    }

    private Storehouse as(String who) {
        BranchRules rules = new BranchRules(
                List.of(new BranchPattern("main"), new BranchPattern("release-*")), List.of(new BranchPattern("v*")));
        Map<String, Right> rights =
                Map.of("pusher", Right.PUSH, "publisher", Right.PUBLISH, "administrator", Right.ADMIN);
        TestingAdmission admission = new TestingAdmission()
                .owner("team", "pusher")
                .volumeset(DB, VOLUMESET, Visibility.PRIVATE, rules, rights);
        return new GuardedBackend(remote.storage, admission, recorded, TestingAdmission.caller(who), TEAM, remote.ids);
    }

    private boolean move(String who, String ref, Optional<Integer> to) throws IOException {
        Optional<Value> now = remote.backend.value(in(ref));
        long generation = now.isPresent()
                ? RefValue.read(ref, now.get().bytes().toArray()).generation() + 1
                : 1;
        return as(who).swap(in(ref), now.map(Value::version), remote.ref(ref, to, generation))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            branches/main      | 12 | pusher        | moved by those only who have publish
            branches/main      | 12 | publisher     |
            branches/main      | 12 | administrator |
            branches/main      | 20 | publisher     | forward only
            branches/main      | 10 | administrator | forward only
            branches/main      |    | publisher     | deleted by those only who have admin
            branches/main      |    | administrator |
            branches/release-1 | 10 | pusher        | moved by those only who have publish
            branches/release-1 | 10 | publisher     |
            branches/idea      | 10 | pusher        |
            tags/v1            | 11 | administrator | immutable
            tags/v1            |    | administrator | immutable
            tags/v2            | 11 | pusher        |
            tags/nightly       | 11 | pusher        |
            """)
    void protectedBranchesAndImmutableTagsAreMovedAsTheRulesSay(
            String ref, @Nullable Integer to, String who, @Nullable String refusal) throws IOException {
        Optional<Value> before = remote.backend.value(in(ref));

        if (refusal == null) {
            assertThat(move(who, ref, Optional.ofNullable(to))).isTrue();
            assertThat(recorded.kinds()).containsExactly("ref begun", "ref done");
        } else {
            assertThatThrownBy(() -> move(who, ref, Optional.ofNullable(to)))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                    .hasMessageContaining(refusal);
            assertThat(remote.backend.value(in(ref))).isEqualTo(before);
            assertThat(recorded.kinds()).containsExactly("denial refused");
        }
    }

    @Test
    void aProtectedBranchStaysWhereItCannotBeToldInTimeWhetherItMovesForward() throws IOException {
        int last = 1000 + RefMoves.FARTHEST.reads();
        for (int snapshot = 1001; snapshot <= last; snapshot++) {
            int parent = snapshot == 1001 ? 11 : snapshot - 1;
            commit(snapshot, parent);
        }
        Optional<Value> before = remote.backend.value(in("branches/main"));

        commit(last + 1, last);
        assertThatThrownBy(() -> moveTo(last + 1, last))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                .hasMessageContaining("move the branch to a snapshot in between first");
        assertThat(remote.backend.value(in("branches/main"))).isEqualTo(before);

        assertThat(moveTo(1500, 1499)).isPresent();
        assertThat(moveTo(last + 1, last)).isPresent();
    }

    private void commit(int snapshot, int parent) throws IOException {
        remote.backend.create(in("commits/" + id(snapshot).hex()), List.of(TestingRemote.commit(snapshot, parent)));
    }

    private Optional<Version> moveTo(int snapshot, int parent) throws IOException {
        Value now = remote.backend.value(in("branches/main")).orElseThrow();
        RefValue before = RefValue.read("branches/main", now.bytes().toArray());
        RefValue after = new RefValue(
                before.name(),
                Optional.of(new RefValue.Target(id(snapshot), Commit.hash(TestingRemote.commit(snapshot, parent)))),
                remote.ids.get(),
                before.generation() + 1,
                before.branch(),
                Optional.empty(),
                Optional.empty());
        return as("publisher").swap(in("branches/main"), Optional.of(now.version()), after.write());
    }

    @Test
    void branchesAndTagsThatNobodyProtectsAreMovedAnywhereAndRemoved() throws IOException {
        for (String ref : List.of("branches/idea", "tags/nightly")) {
            assertThat(move("pusher", ref, Optional.of(12))).isTrue();
            assertThat(move("pusher", ref, Optional.of(20))).isTrue();
            assertThat(move("pusher", ref, Optional.empty())).isTrue();
            assertThat(move("pusher", ref, Optional.of(10))).isTrue();
        }
    }

    @Test
    void whoExpectsAnOldValueIsStaleAndMovesNothing() throws IOException {
        Optional<Version> old = remote.backend.value(in("branches/main")).map(Value::version);
        move("publisher", "branches/main", Optional.of(12));

        assertThat(as("publisher").swap(in("branches/main"), old, remote.ref("branches/main", Optional.of(12), 2)))
                .isEmpty();
        assertThat(as("publisher")
                        .swap(in("branches/main"), Optional.empty(), remote.ref("branches/main", Optional.of(12), 1)))
                .isEmpty();
    }

    @Test
    void aRefThatIsNoneIsNotTaken() throws IOException {
        Optional<Version> now = remote.backend.value(in("branches/main")).map(Value::version);
        Map<String, byte[]> bad = Map.of(
                "generation", remote.ref("branches/main", Optional.of(12), 3),
                "not branches/main", remote.ref("branches/other", Optional.of(12), 2),
                "it is none of ours", new byte[100],
                "not in the repository", remote.ref("branches/main", Optional.of(99), 2));

        bad.forEach((why, value) -> assertThatThrownBy(() -> as("publisher").swap(in("branches/main"), now, value))
                .as(why)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isIn(Reason.UNACCEPTABLE, Reason.NOT_ALLOWED)));
        assertThat(remote.backend.value(in("branches/main")).map(Value::version))
                .isEqualTo(now);
    }

    @Test
    void thereAreNeverSoManyRefsThatNobodyCanReadThem() throws IOException {
        for (int number = 0; number < RefMoves.MOST_REFS - 2; number++) {
            String tag = "tags/t" + number;
            remote.backend.swap(in(tag), Optional.empty(), remote.ref(tag, Optional.of(10), 1));
        }

        assertThatThrownBy(() -> move("pusher", "tags/one-more", Optional.of(10)))
                .hasMessageContaining("no more");
        assertThat(move("pusher", "tags/t1", Optional.of(11))).isTrue();
    }

    private boolean create(ObjectName name, byte[] bytes) throws IOException {
        return as("pusher").create(name, remote.deposit(bytes));
    }

    @ParameterizedTest
    @CsvSource({"packs", "lists", "index"})
    void whatItsHashDoesNotMatchIsNotTaken(String folder) {
        ObjectName name = hashed(folder, named(folder, "one"));

        assertThatThrownBy(() -> create(name, named(folder, "another")))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED));
    }

    @Test
    void whatBeginsAsSomethingElseIsNotTaken() {
        byte[] bytes = "anything at all".getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> create(hashed("packs", bytes), bytes)).hasMessageContaining("flkjPACK");
    }

    @Test
    void aConfigOfAnotherVolumesetIsNotTaken() throws IOException {
        byte[] config = remote.backend.read(in("config"), 0, 1000);
        ObjectName other = ObjectName.of("volumesets", new Id(5, 5).hex(), "config");

        assertThatThrownBy(() -> create(other, config)).hasMessageContaining("it is of volumeset");
    }

    private void assertNotTaken(int snapshot, byte[] commit, String why) throws IOException {
        ObjectName name = in("commits/" + id(snapshot).hex());
        assertThatThrownBy(() -> create(name, commit))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNACCEPTABLE))
                .hasMessageContaining(why);
        assertThat(recorded.kinds()).containsExactly("denial refused");
    }

    @Test
    void aCommitIsTakenWhenAllThatItNeedsIsThere() throws IOException {
        byte[] bytes = named("packs", "there");
        PackInfo pack = new PackInfo(Sha256.of(bytes), bytes.length, 1, new Hash(1, 1, 1, 1));
        byte[] list = PackList.writeList(List.of(pack));
        remote.backend.create(hashed("lists", list), List.of(list));
        byte[] commit = TestingRemote.commit(
                VOLUMESET, 13, 12, new PackList(List.of(pack), List.of(Sha256.of(list))), List.of());

        assertThat(create(in("commits/" + id(13).hex()), commit)).isTrue();
        assertThat(create(in("commits/" + id(13).hex()), commit)).isFalse();

        assertThat(recorded.kinds()).containsExactly("push begun", "push done");
        assertThat(recorded.acts().getLast().outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aCommitThatNeedsAPackThatIsNotThereIsNotTaken() throws IOException {
        PackInfo pack = new PackInfo(new Hash(9, 9, 9, 9), 100, 1, new Hash(1, 1, 1, 1));

        assertNotTaken(
                13,
                TestingRemote.commit(VOLUMESET, 13, 12, new PackList(List.of(pack), List.of()), List.of()),
                "is not in the repository");
    }

    @Test
    void aCommitOfMorePacksThanAnyoneCanCheckIsNotTaken() throws IOException {
        List<PackInfo> packs = new ArrayList<>();
        for (int number = 0; number < PackList.MOST_IN_LIST; number++) {
            Hash hash = new Hash(1, 1, 1, number);
            packs.add(new PackInfo(hash, 1, 1, hash));
            String hex = hash.hex();
            remote.backend.create(in("packs/" + hex.substring(0, 2) + "/" + hex), List.of(new byte[1]));
        }
        List<Hash> lists = new ArrayList<>();
        for (int number = 0; number < 17; number++) {
            packs.removeLast();
            byte[] list = PackList.writeList(packs);
            remote.backend.create(hashed("lists", list), List.of(list));
            lists.add(Sha256.of(list));
        }

        assertNotTaken(
                13,
                TestingRemote.commit(VOLUMESET, 13, 12, new PackList(List.of(), lists), List.of()),
                "it names more than");
    }

    @Test
    void aConfigIsShort() throws IOException {
        assertThat(as("pusher").terms(in("config")).longest()).isEqualTo(64 * 1024);
    }

    @Test
    void aCommitThatNamesPacksOfAnotherVolumesetIsNotTaken() throws IOException {
        byte[] bytes = named("packs", "of another");
        String hex = Sha256.of(bytes).hex();
        remote.backend.create(
                ObjectName.of("volumesets", new Id(6, 6).hex(), "packs", hex.substring(0, 2), hex), List.of(bytes));
        PackInfo pack = new PackInfo(Sha256.of(bytes), bytes.length, 1, new Hash(1, 1, 1, 1));

        assertNotTaken(
                13,
                TestingRemote.commit(VOLUMESET, 13, 12, new PackList(List.of(pack), List.of()), List.of()),
                "is not in the repository");
    }

    @Test
    void ofManyPacksAnyThatIsMissingOrOfAnotherSizeIsFound() throws IOException {
        List<PackInfo> packs = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            byte[] bytes = named("packs", "pack " + number);
            remote.backend.create(hashed("packs", bytes), List.of(bytes));
            packs.add(new PackInfo(Sha256.of(bytes), bytes.length, 1, new Hash(1, 1, 1, 1)));
        }
        byte[] whole = TestingRemote.commit(VOLUMESET, 13, 12, new PackList(packs, List.of()), List.of());
        assertThat(create(in("commits/" + id(13).hex()), whole)).isTrue();

        PackInfo last = packs.removeLast();
        packs.add(new PackInfo(last.name(), last.size() + 1, 1, last.footerHash()));
        byte[] wrong = TestingRemote.commit(VOLUMESET, 14, 12, new PackList(packs, List.of()), List.of());
        assertThatThrownBy(() -> create(in("commits/" + id(14).hex()), wrong))
                .hasMessageContaining("is not in the repository");
    }

    @Test
    void aCommitWhoseListIsNotThereIsNotTaken() throws IOException {
        PackList packs = new PackList(List.of(), List.of(new Hash(5, 5, 5, 5)));

        assertNotTaken(13, TestingRemote.commit(VOLUMESET, 13, 12, packs, List.of()), "there is no");
    }

    @Test
    void aCommitOfAnotherSnapshotOrVolumesetIsNotTaken() throws IOException {
        assertNotTaken(14, TestingRemote.commit(13, 12), "of another snapshot");
    }

    @Test
    void aCommitOfAnotherVolumesetIsNotTaken() throws IOException {
        PackList none = new PackList(List.of(), List.of());

        assertNotTaken(13, TestingRemote.commit(new Id(6, 6), 13, 12, none, List.of()), "of another snapshot");
    }

    @Test
    void aCommitWhoseParentIsNowhereIsNotTaken() throws IOException {
        assertNotTaken(13, TestingRemote.commit(13, 99), "its parent");
    }

    @Test
    void aCommitMayTellItsAncestorsItself() throws IOException {
        List<Ancestor> lineage = List.of(new Ancestor(id(99), Optional.of(id(12)), Instant.EPOCH));
        byte[] commit = TestingRemote.commit(VOLUMESET, 13, 99, new PackList(List.of(), List.of()), lineage);

        assertThat(create(in("commits/" + id(13).hex()), commit)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40})
    void aCommitThatSaysOfSnapshotsHereThatTheyComeFromOthersIsNotTaken(int before) throws IOException {
        List<Ancestor> lineage = new ArrayList<>();
        for (int number = 1; number <= before; number++) {
            int parent = number == before ? 20 : 100 + number + 1;
            lineage.add(new Ancestor(id(100 + number), Optional.of(id(parent)), Instant.EPOCH));
        }
        lineage.add(new Ancestor(id(20), Optional.of(id(11)), Instant.EPOCH));
        int parent = before == 0 ? 20 : 101;

        assertNotTaken(
                13,
                TestingRemote.commit(VOLUMESET, 13, parent, new PackList(List.of(), List.of()), lineage),
                "comes from another than it does");
    }

    @Test
    void aCommitWhoseLineageEndsNowhereIsNotTaken() throws IOException {
        List<Ancestor> lineage = List.of(new Ancestor(id(98), Optional.of(id(99)), Instant.EPOCH));

        assertNotTaken(
                13,
                TestingRemote.commit(VOLUMESET, 13, 98, new PackList(List.of(), List.of()), lineage),
                "its lineage ends before");
    }

    @Test
    void aConfigThatNobodyCanOpenIsNotTaken() throws IOException {
        byte[] config = Envelope.wrap("CONF", new FieldWriter().field(2, value -> value.id(VOLUMESET)));

        assertThatThrownBy(() -> create(in("config"), config))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNACCEPTABLE))
                .hasMessageContaining("field 4 is missing");
    }

    @Test
    void aNameIsNotGivenToWhatHasNoRepository() throws IOException {
        byte[] value = new NameValue("new", Optional.of(new Id(5, 5)), remote.ids.get(), 1).write();

        assertThatThrownBy(() -> as("pusher").swap(new ObjectName("names/new"), Optional.empty(), value))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNACCEPTABLE))
                .hasMessageContaining("its config comes first");
        assertThat(recorded.kinds()).isEmpty();
    }

    @Test
    void theFirstObjectOfAVolumesetAndTheRemovalOfAnIndexAreOnRecord() throws IOException {
        Id other = new Id(5, 5);
        BackendRemote.create(remote.backend, remote.ids).create(other);
        ObjectName name = ObjectName.of("volumesets", other.hex(), "config");
        byte[] config = remote.backend.read(name, 0, 1000);
        remote.backend.delete(name);

        assertThat(create(name, config)).isTrue();
        as("pusher").delete(hashed("index", named("index", "there")));

        assertThat(recorded.kinds()).containsExactly("volumeset begun", "volumeset done", "push begun", "push done");
        assertThat(recorded.acts().getFirst().volumeset()).contains(other);
    }

    @Test
    void aNameThatOnlyTheRightsKnowIsCompletedAndListed() throws IOException {
        remote.backend.delete(new ObjectName("names/db"));
        List<String> names = new ArrayList<>();

        as("pusher")
                .list(new ObjectName("names"), listed -> names.add(listed.name().text()));

        assertThat(names).containsExactly("names/db");
        assertThat(remote.backend.value(new ObjectName("names/db"))).isPresent();
    }

    @Test
    void whoWouldDeleteWhatANameNoLongerStandsForDeletesNothing() throws IOException {
        ObjectName name = new ObjectName("names/db");
        Optional<Value> before = remote.backend.value(name);
        byte[] other = new NameValue("db", Optional.of(new Id(5, 5)), remote.ids.get(), 2).write();
        // As it is between the moment that the rights have another volumeset of this name and the storage's following.
        Optional<Version> stale = remote.backend.swap(name, before.map(Value::version), other);
        byte[] deletion = new NameValue("db", Optional.empty(), remote.ids.get(), 3).write();

        assertThat(as("administrator").swap(name, stale, deletion)).isEmpty();
        assertThat(recorded.kinds()).isEmpty();
        assertThat(as("administrator").value(name)).isPresent();
    }

    @Test
    void whatWasMadeOrDeletedIsOnRecordAsDoneThoughTheStorageDoesNotFollow() throws IOException {
        BackendRemote.create(remote.backend, remote.ids).create(new Id(5, 5));
        Storehouse storehouse = stubborn();
        byte[] value = new NameValue("new", Optional.of(new Id(5, 5)), remote.ids.get(), 1).write();
        assertThatThrownBy(() -> storehouse.swap(new ObjectName("names/new"), Optional.empty(), value))
                .hasMessage("the storage does not follow");

        Optional<Version> now = remote.backend.value(new ObjectName("names/db")).map(Value::version);
        byte[] deletion = new NameValue("db", Optional.empty(), remote.ids.get(), 2).write();
        assertThatThrownBy(() -> storehouse.swap(new ObjectName("names/db"), now, deletion))
                .hasMessage("the storage does not follow");

        assertThat(recorded.kinds())
                .containsExactly("volumeset begun", "volumeset done", "deletion begun", "deletion done");
    }

    private Storehouse stubborn() {
        StreamingBackend storage = new MemoryStorage(remote.storage) {
            @Override
            public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value)
                    throws IOException {
                throw new IOException("the storage does not follow");
            }
        };
        TestingAdmission admission = new TestingAdmission()
                .owner("team", "administrator")
                .volumeset(DB, VOLUMESET, Visibility.PRIVATE, BranchRules.NONE, Map.of("administrator", Right.ADMIN));
        return new GuardedBackend(
                storage, admission, recorded, TestingAdmission.caller("administrator"), TEAM, remote.ids);
    }

    /** As many as there is place for are counted and made; who waits is counted behind them. */
    @Test
    @Timeout(120)
    void refsThatAreMadeAtOnceAreNeverSoManyThatNobodyCanReadThem() throws Exception {
        int most = RefMoves.SPARE;
        int attempts = 2 * most;
        for (int number = 0; number < RefMoves.MOST_REFS - 3; number++) {
            String tag = "tags/t" + number;
            remote.backend.swap(in(tag), Optional.empty(), remote.ref(tag, Optional.of(10), 1));
        }
        CountDownLatch open = new CountDownLatch(1);
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        StreamingBackend storage = new MemoryStorage(remote.storage) {
            @Override
            public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value)
                    throws IOException {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.swap(name, expected, value);
            }
        };
        TestingAdmission admission = new TestingAdmission()
                .owner("team")
                .volumeset(DB, VOLUMESET, Visibility.PRIVATE, BranchRules.NONE, Map.of("pusher", Right.PUSH));
        Storehouse storehouse =
                new GuardedBackend(storage, admission, recorded, TestingAdmission.caller("pusher"), TEAM, remote.ids);
        List<byte[]> values = new ArrayList<>();
        for (int number = 0; number < attempts; number++) {
            values.add(remote.ref("tags/new" + number, Optional.of(10), 1));
        }
        List<Future<Optional<Version>>> swaps = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < attempts; number++) {
                ObjectName name = in("tags/new" + number);
                byte[] value = values.get(number);
                swaps.add(executor.submit(() -> {
                    threads.add(Thread.currentThread());
                    return storehouse.swap(name, Optional.empty(), value);
                }));
            }
            while (threads.size() < attempts || !List.copyOf(threads).stream().allMatch(ArrivalsTest::isAtRest)) {
                LockSupport.parkNanos(1_000_000);
            }
            open.countDown();
        }
        assertThat(swaps).allMatch(Future::isDone);
        int[] refs = {0};
        remote.backend.list(in("tags"), _ -> refs[0]++);
        remote.backend.list(in("branches"), _ -> refs[0]++);
        assertThat(refs[0]).isGreaterThanOrEqualTo(RefMoves.MOST_REFS).isLessThan(Refs.MOST);
    }

    private static boolean isAtRest(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            case NEW, RUNNABLE, BLOCKED -> false;
        };
    }

    @Test
    void whatCannotBeRecordedIsNotDone() throws IOException {
        Optional<Value> before = remote.backend.value(in("branches/main"));
        Recording full = new Recording() {
            @Override
            public void act(Act act) throws IOException {
                throw new IOException("the record is full");
            }

            @Override
            public void read(Act act, long bytes) throws IOException {
                throw new IOException("the record is full");
            }
        };
        TestingAdmission admission = new TestingAdmission()
                .owner("team")
                .volumeset(DB, VOLUMESET, Visibility.PRIVATE, BranchRules.NONE, Map.of("pusher", Right.PUSH));
        Storehouse storehouse = new GuardedBackend(
                remote.storage, admission, full, TestingAdmission.caller("pusher"), TEAM, remote.ids);

        assertThatThrownBy(() -> storehouse.swap(
                        in("branches/main"),
                        before.map(Value::version),
                        remote.ref("branches/main", Optional.of(12), 2)))
                .hasMessage("the record is full");
        assertThatThrownBy(() -> storehouse.open(in("commits/" + id(11).hex()), 0, 10))
                .hasMessage("the record is full");
        assertThat(remote.backend.value(in("branches/main"))).isEqualTo(before);
    }
}
