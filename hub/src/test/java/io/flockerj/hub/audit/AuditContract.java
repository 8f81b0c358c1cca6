package io.flockerj.hub.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The record of acts, and what shows in it when somebody rewrites it. */
abstract class AuditContract implements InstantSource {
    @RegisterExtension
    final OnDatabase on;

    private Instant now = Instant.parse("2026-11-03T23:32:00Z");
    private final Supplier<Id> ids = Id.source(new Random(3));
    private final Id volumeset = ids.get();
    private final Id anna = ids.get();
    private final StoredHeads heads = new StoredHeads(new MemoryBackend(this), ids);
    private AuditLog log;

    AuditContract(OnDatabase on) {
        this.on = on;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @BeforeEach
    void open() throws IOException {
        log = begin();
    }

    private AuditLog begin() throws IOException {
        return AuditLog.begin(on.database(), heads, this, new Chain(ids.get(), now, "hub-1", "0.1.0"));
    }

    private Act push(int number) {
        Actor actor = new Actor(
                Optional.of(anna),
                Optional.of("anna"),
                Optional.empty(),
                Optional.of("::1"),
                Optional.of("r" + number));
        return Act.of(ActKind.PUSH, Outcome.DONE, actor)
                .on(volumeset, "crew/db")
                .about("main")
                .with("bytes", Integer.toString(number));
    }

    private void record(int count) throws IOException {
        for (int n = 0; n < count; n++) {
            now = now.plusSeconds(1);
            log.record(push(n));
        }
    }

    private AuditCheck.Report check() throws IOException {
        return new AuditCheck(on.database(), heads).run();
    }

    private Id chain() {
        return log.head().chain().id();
    }

    @Test
    void whatWasRecordedIsReadAsItWasAndVerified() throws IOException {
        record(5);
        Entry entry = new AuditReader(on.database())
                .newestFirst(AuditQuery.all(), Optional.empty(), 1)
                .entries()
                .getFirst();
        assertThat(entry.number()).isEqualTo(6);
        assertThat(entry.happened()).isEqualTo(now);
        assertThat(entry.kind()).isEqualTo("push");
        assertThat(entry.outcome()).isEqualTo("done");
        assertThat(entry.accountName()).contains("anna");
        assertThat(entry.volumesetName()).contains("crew/db");
        assertThat(entry.subject()).contains("main");
        assertThat(entry.details()).isEqualTo("{\"bytes\":\"4\"}");
        assertThat(entry.hash()).isEqualTo(log.head().hash().hex());

        assertThat(check()).isEqualTo(new AuditCheck.Report(1, 6, 6, List.of()));
        log.exportHead();
        assertThat(check()).isEqualTo(new AuditCheck.Report(1, 6, 0, List.of()));
        log.close();
        assertThat(check()).isEqualTo(new AuditCheck.Report(1, 7, 0, List.of()));
        assertThatThrownBy(() -> log.record(push(9)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void aChangedRowIsFoundInEveryColumn() throws IOException {
        record(3);
        log.exportHead();
        List<String> changes = List.of(
                "happened = happened + 1",
                "kind = 'read'",
                "outcome = 'refused'",
                "account_id = NULL",
                "account_name = 'bert'",
                "token_id = 'x'",
                "address = '::2'",
                "request_id = 'x'",
                "volumeset_id = NULL",
                "volumeset_name = 'crew/other'",
                "subject = 'mainx'",
                "details = '{}'",
                "hash = '" + "0".repeat(64) + "'");
        for (String change : changes) {
            Entry before = row(3);
            on.tamper("UPDATE audit SET " + change + " WHERE number = 3");
            assertThat(check().findings()).as(change).contains(new Finding.Changed(chain(), 3));
            restore(before);
            assertThat(check().isGood()).as("back from %s", change).isTrue();
        }
    }

    private Entry row(long number) throws IOException {
        return new AuditRows(on.database()).behind(chain(), number - 1, 1).getFirst();
    }

    private void restore(Entry entry) throws IOException {
        on.tamper("DELETE FROM audit WHERE number = ?", entry.number());
        new AuditRows(on.database()).add(List.of(entry));
    }

    @Test
    void aRemovedRowIsFoundAndATruncatedTail() throws IOException {
        record(5);
        log.exportHead();
        on.tamper("DELETE FROM audit WHERE number IN (2, 3)");
        assertThat(check().findings()).containsExactly(new Finding.Removed(chain(), 2, 3));
        on.tamper("DELETE FROM audit WHERE number > 4");
        assertThat(check().findings())
                .containsExactly(new Finding.Removed(chain(), 2, 3), new Finding.Truncated(chain(), 5, 6));
        on.tamper("DELETE FROM audit");
        assertThat(check().findings()).containsExactly(new Finding.Truncated(chain(), 1, 6));
        on.tamper("DELETE FROM audit_chains");
        assertThat(check().findings()).containsExactly(new Finding.Lost(chain(), 6));
    }

    @Test
    void rowsThatChangedPlacesAreFound() throws IOException {
        record(5);
        log.exportHead();
        on.tamper("UPDATE audit SET number = 99 WHERE number = 3");
        on.tamper("UPDATE audit SET number = 3 WHERE number = 4");
        on.tamper("UPDATE audit SET number = 4 WHERE number = 99");
        assertThat(check().findings()).contains(new Finding.Changed(chain(), 3), new Finding.Changed(chain(), 4));
    }

    @Test
    void aChainThatWasWrittenAnewWithRightHashesIsFoundByItsHead() throws IOException {
        record(4);
        log.exportHead();
        rewrite(3);
        assertThat(check().findings()).containsExactly(new Finding.Rewritten(chain(), 5));
        // Further acts are chained to the real head, and do not hide it.
    }

    /** As somebody would who knows the program: changes a row, and all hashes from there on. */
    private void rewrite(long from) throws IOException {
        on.tamper("UPDATE audit SET account_name = 'bert' WHERE number = ?", from);
        Hash before = Hash.parse(row(from - 1).hash());
        for (Entry entry : new AuditRows(on.database()).behind(chain(), from - 1, 100)) {
            before = entry.chainedTo(before);
            on.tamper("UPDATE audit SET hash = ? WHERE number = ?", before.hex(), entry.number());
        }
    }

    @Test
    void addedRowsAreFound() throws IOException {
        record(2);
        log.close();
        Entry last = row(4);
        Entry forged = Entry.of(log.head().chain(), 5, now, push(7), Hash.parse(last.hash()));
        new AuditRows(on.database()).add(List.of(forged));
        assertThat(check().findings()).containsExactly(new Finding.Added(chain(), 5, 5));
        on.tamper("DELETE FROM audit WHERE number = 5");
        on.tamper("UPDATE audit SET number = 0 WHERE number = 1");
        assertThat(check().findings()).contains(new Finding.Added(chain(), 0, 0));
        on.tamper("UPDATE audit SET number = 1 WHERE number = 0");
        assertThat(check().isGood()).isTrue();

        Chain another = new Chain(ids.get(), now, "hub-2", "0.1.0");
        AuditRows rows = new AuditRows(on.database());
        rows.begin(another);
        rows.add(List.of(Entry.of(another, 1, now, push(1), another.beginning())));
        assertThat(check().findings()).containsExactly(new Finding.Added(another.id(), 1, 1));
    }

    @Test
    void aChainWhoseBeginningWasChangedIsFound() throws IOException {
        log.exportHead();
        on.tamper("UPDATE audit_chains SET host = 'another'");
        assertThat(check().findings()).containsExactly(new Finding.Changed(chain(), 1));
    }

    @Test
    void eachHubHasAChainOfItsOwn() throws IOException {
        AuditLog second = begin();
        record(3);
        second.record(push(1));
        log.close();
        second.close();
        assertThat(check()).isEqualTo(new AuditCheck.Report(2, 5 + 3, 0, List.of()));
    }

    @Test
    void actsOfManyAtOnceAreEachOnRecordWhenTheyReturn() throws Exception {
        int threads = 30;
        int each = 20;
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < threads; thread++) {
                int from = thread * each;
                all.add(executor.submit(() -> {
                    for (int n = 0; n < each; n++) {
                        log.record(push(from + n));
                        assertThat(isRecorded(from + n)).isTrue();
                    }
                    return null;
                }));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        log.exportHead();
        assertThat(check()).isEqualTo(new AuditCheck.Report(1, 1 + threads * each, 0, List.of()));
    }

    private boolean isRecorded(int number) throws IOException {
        return on.database()
                        .read(handle -> handle.select("SELECT count(*) FROM audit WHERE request_id = ?", "r" + number)
                                .mapTo(Long.class)
                                .one())
                == 1;
    }

    @Test
    void anActThatCannotBeWrittenIsToldAndTheChainGoesOnBehindIt() throws IOException {
        record(1);
        on.tamper("ALTER TABLE audit RENAME TO elsewhere");
        assertThatThrownBy(() -> log.record(push(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the audit could not be written");
        on.tamper("ALTER TABLE elsewhere RENAME TO audit");
        record(2);
        log.exportHead();
        assertThat(check()).isEqualTo(new AuditCheck.Report(1, 4, 0, List.of()));
    }

    @Test
    void aHubThatBeginsWhileTheRecordIsLookedAtIsNoFinding() throws IOException {
        AuditHeads beforeIt = new AuditHeads() {
            private final List<Head> before = heads.all();

            @Override
            public void put(Head head) throws IOException {
                heads.put(head);
            }

            @Override
            public Optional<Head> find(Id chain) throws IOException {
                return heads.find(chain);
            }

            @Override
            public List<Head> all() {
                return before;
            }
        };
        begin();

        assertThat(new AuditCheck(on.database(), beforeIt).run().findings()).isEmpty();
    }

    @Test
    void anErrorThatOneMeetsLeavesNobodyElseWaiting() throws Exception {
        int actors = 20;
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        AuditRows rows = new AuditRows(on.database()) {
            @Override
            void add(List<Entry> entries) throws DatabaseException {
                if (calls.incrementAndGet() == 2) {
                    throw new OutOfMemoryError("for this test");
                }
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new DatabaseException("interrupted", e);
                }
                super.add(entries);
            }
        };
        Chain chain = new Chain(ids.get(), now, "hub-2", "0.1.0");
        rows.begin(chain);
        AuditLog broken = new AuditLog(chain, rows, heads, this);
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        List<Future<Act>> all = new ArrayList<>();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        try {
            for (int number = 0; number < actors; number++) {
                Act act = push(number);
                all.add(executor.submit(() -> {
                    threads.add(Thread.currentThread());
                    broken.record(act);
                    return act;
                }));
            }
            // One writes, the others wait for it, and are then written together.
            while (threads.size() < actors
                    || !List.copyOf(threads).stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
                LockSupport.parkNanos(1_000_000);
            }
            open.countDown();
            List<String> ends = new ArrayList<>();
            for (Future<Act> one : all) {
                ends.add(end(one));
            }
            assertThat(ends).containsOnlyOnce("written", "OutOfMemoryError");
            assertThat(Collections.frequency(ends, "IOException")).isEqualTo(actors - 2);
        } finally {
            executor.shutdownNow();
        }
        broken.record(push(actors));
        assertThat(broken.head().number()).isEqualTo(2);
    }

    private static String end(Future<Act> act) throws Exception {
        try {
            act.get(60, TimeUnit.SECONDS);
            return "written";
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause()).getClass().getSimpleName();
        }
    }

    @Test
    void anActOfWhichNobodyKnowsWhetherItWasWrittenIsThereOnce() throws IOException {
        record(1);
        // As after a lost answer to a commit: it is there, and the log does not know.
        Entry lost = Entry.of(log.head().chain(), 3, now, push(5), log.head().hash());
        new AuditRows(on.database()).add(List.of(lost));
        assertThatThrownBy(() -> log.record(push(6))).isInstanceOf(IOException.class);
        log.record(push(6));
        assertThat(log.head().number()).isEqualTo(4);
        log.exportHead();
        assertThat(check().findings()).isEmpty();
    }

    @Test
    void whatActsOnTerminalsOrDatabasesIsNotRecorded() throws IOException {
        log.record(Act.of(ActKind.SIGN_IN, Outcome.REFUSED, Actor.unknown("::1\u0000\u001b[2J"))
                .about("a\u202eb\ud800" + "x".repeat(1000))
                .with("agent", "q\u0000"));
        Entry entry = row(2);
        assertThat(entry.address()).contains("::1??[2J");
        assertThat(entry.subject().orElseThrow()).startsWith("a?b?x").hasSize(256);
        assertThat(entry.details()).isEqualTo("{\"agent\":\"q?\"}");
        log.exportHead();
        assertThat(check().isGood()).isTrue();
    }

    @Test
    void readsOfOnePersonAreRecordedFirstAtOnceAndThenByTheMinute() throws IOException {
        ReadLog reads = new ReadLog(log, this);
        Act read = new Act(
                ActKind.READ,
                Outcome.DONE,
                push(0).actor(),
                Optional.of(volumeset),
                Optional.of("crew/db"),
                Optional.empty(),
                new TreeMap<>());
        for (int n = 0; n < 100; n++) {
            reads.record(read, 10);
        }
        assertThat(reads()).containsExactly("{\"bytes\":\"10\"}");
        reads.record(Act.of(ActKind.READ, Outcome.DONE, Actor.unknown("::2")).on(volumeset, "crew/db"), 1);
        assertThat(reads()).hasSize(2);
        reads.flush(false);
        assertThat(reads()).hasSize(2);
        String since = now.toString();
        now = now.plus(ReadLog.WINDOW);
        reads.flush(false);
        assertThat(reads()).hasSize(3).contains("{\"bytes\":\"990\",\"reads\":\"99\",\"since\":\"" + since + "\"}");
        reads.record(read, 7);
        assertThat(reads()).hasSize(4);
        reads.record(read, 8);
        reads.flush(true);
        assertThat(reads()).hasSize(5);
    }

    @Test
    void denialsAndWhatANetworkReadsAreCountedByTheMinute() throws IOException {
        ReadLog reads = new ReadLog(log, this);
        long before = log.head().number();
        for (int number = 1; number <= 50; number++) {
            Actor nobody = new Actor(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("2001:db8:0:1::" + number),
                    Optional.of("r"));
            reads.record(Act.of(ActKind.READ, Outcome.DONE, nobody).on(volumeset, "crew/db"), 10);
            reads.denied(new Act(
                            ActKind.DENIAL,
                            Outcome.REFUSED,
                            push(number).actor(),
                            Optional.of(volumeset),
                            Optional.of("crew/db"),
                            Optional.of("branch b" + number),
                            new TreeMap<>())
                    .with("why", "no"));
        }
        assertThat(log.head().number()).isEqualTo(before + 2);
        reads.flush(true);
        assertThat(log.head().number()).isEqualTo(before + 4);
        assertThat(new AuditReader(on.database())
                        .newestFirst(AuditQuery.all(), Optional.empty(), 2).entries().stream()
                                .map(Entry::details)
                                .toList())
                .anyMatch(details -> details.contains("\"denials\":\"49\""))
                .anyMatch(details -> details.contains("\"reads\":\"49\""));
    }

    @Test
    void whoIsSignedInIsCountedByTheNetworkToo() throws IOException {
        ReadLog reads = new ReadLog(log, this);
        for (int number = 1; number <= 50; number++) {
            Actor person = new Actor(
                    push(0).actor().account(),
                    Optional.of("anna"),
                    Optional.empty(),
                    Optional.of("2001:db8:0:1::" + number),
                    Optional.of("r"));
            reads.record(Act.of(ActKind.READ, Outcome.DONE, person).on(volumeset, "crew/db"), 10);
        }
        assertThat(reads()).hasSize(1);
    }

    @Test
    void countedReadsAreKeptUntilTheyCanBeWritten() throws IOException {
        ReadLog reads = new ReadLog(log, this);
        Act read = Act.of(ActKind.READ, Outcome.DONE, push(0).actor()).on(volumeset, "crew/db");
        reads.record(read, 1);
        reads.record(read, 2);
        now = now.plus(ReadLog.WINDOW);
        on.tamper("ALTER TABLE audit RENAME TO elsewhere");
        assertThatThrownBy(() -> reads.flush(false)).isInstanceOf(IOException.class);
        on.tamper("ALTER TABLE elsewhere RENAME TO audit");
        reads.flush(false);
        assertThat(reads()).hasSize(2).anyMatch(details -> details.contains("\"reads\":\"1\""));
    }

    private List<String> reads() throws IOException {
        AuditQuery query = new AuditQuery(
                Optional.of(volumeset), Optional.empty(), Set.of(ActKind.READ), Optional.empty(), Optional.empty());
        return new AuditReader(on.database())
                .newestFirst(query, Optional.empty(), 100).entries().stream()
                        .map(Entry::details)
                        .toList();
    }

    @Test
    void actsAreFoundByVolumesetPersonTimeAndKindPageByPage() throws IOException {
        record(7);
        Instant last = now;
        log.record(Act.of(ActKind.DENIAL, Outcome.REFUSED, Actor.unknown("::9")));
        AuditReader reader = new AuditReader(on.database());
        Optional<Id> any = Optional.empty();
        assertThat(all(reader, AuditQuery.all(), 2)).hasSize(9);
        assertThat(all(
                        reader,
                        new AuditQuery(Optional.of(volumeset), any, Set.of(), Optional.empty(), Optional.empty()),
                        3))
                .hasSize(7);
        assertThat(all(reader, new AuditQuery(any, Optional.of(anna), Set.of(), Optional.empty(), Optional.empty()), 3))
                .hasSize(7);
        assertThat(all(
                        reader,
                        new AuditQuery(any, Optional.of(ids.get()), Set.of(), Optional.empty(), Optional.empty()),
                        3))
                .isEmpty();
        assertThat(all(
                        reader,
                        new AuditQuery(
                                any, any, Set.of(ActKind.DENIAL, ActKind.HUB), Optional.empty(), Optional.empty()),
                        3))
                .extracting(Entry::kind)
                .containsExactly("denial", "hub");
        for (String owner : List.of("crew", "other")) {
            AuditQuery of = new AuditQuery(
                    Optional.of(volumeset),
                    Optional.of(new OwnerName(owner)),
                    any,
                    Set.of(),
                    Optional.empty(),
                    Optional.empty());
            assertThat(all(reader, of, 3)).hasSize(owner.equals("crew") ? 7 : 0);
        }
        AuditQuery some = new AuditQuery(
                any, any, Set.of(ActKind.PUSH), Optional.of(last.minus(Duration.ofSeconds(2))), Optional.of(last));
        assertThat(all(reader, some, 1))
                .extracting(Entry::happened)
                .containsExactly(last.minusSeconds(1), last.minusSeconds(2));
    }

    private static List<Entry> all(AuditReader reader, AuditQuery query, int most) throws IOException {
        List<Entry> all = new ArrayList<>();
        Optional<AuditReader.Cursor> behind = Optional.empty();
        do {
            AuditReader.Page page = reader.newestFirst(query, behind, most);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(most);
            all.addAll(page.entries());
            behind = page.next().flatMap(cursor -> AuditReader.Cursor.parse(cursor.written()));
        } while (behind.isPresent());
        return all;
    }

    @Test
    void anExportIsLinesOfJsonTheOldestFirst() throws IOException {
        record(3);
        StringWriter writer = new StringWriter();
        assertThat(new AuditReader(on.database()).export(AuditQuery.all(), writer))
                .isEqualTo(4);
        List<String> lines = writer.toString().lines().toList();
        assertThat(lines).hasSize(5);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(lines.getFirst()).get("host").asText()).isEqualTo("hub-1");
        JsonNode last = json.readTree(lines.getLast());
        assertThat(last.get("number").asLong()).isEqualTo(4);
        assertThat(last.get("details").get("bytes").asText()).isEqualTo("2");
        assertThat(last.get("hash").asText()).isEqualTo(log.head().hash().hex());
    }

    /** Two hubs of one database. */
    @Test
    void aSecondOpenDatabaseRecordsBesideTheFirst() throws IOException {
        try (Database other = Database.open(on.location())) {
            AuditLog second = AuditLog.begin(other, heads, this, new Chain(ids.get(), now, "hub-2", "0.1.0"));
            for (int n = 0; n < 5; n++) {
                log.record(push(n));
                second.record(push(n));
            }
            second.close();
        }
        log.close();
        assertThat(check().isGood()).isTrue();
    }
}
