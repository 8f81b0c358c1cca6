package io.flockerj.hub.audit;

import io.flockerj.hub.database.Database;
import io.flockerj.store.id.Hash;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The record that one start of a hub makes. What {@link #record} has returned from is on disk: so whoever asks for something is answered
 * only behind that. Before something is done outside of the database, as moving a branch, {@link Outcome#BEGUN} is recorded, and behind it
 * what came of it: an act of which nobody knows the end is on record all the same.
 *
 * <p>Acts are chained by SHA-256: the hash of each covers the one before. Those who record at the same time are written together. Safe for
 * many threads; the database may hold the chains of other hubs beside this.
 */
public final class AuditLog implements AutoCloseable {
    /** How long anybody waits for a place in the queue. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MOST_WAITING = 2_000;
    private static final int MOST_TOGETHER = 500;

    private final Chain chain;
    private final AuditRows rows;
    private final AuditHeads heads;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(MOST_WAITING, true);
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock(true);
    private final ReentrantLock exporting = new ReentrantLock();
    private volatile Head head;
    private long exported;
    /** Whether the last that was written is there in spite of an error. */
    private boolean unsure;

    private boolean ended;

    AuditLog(Chain chain, AuditRows rows, AuditHeads heads, InstantSource clock) {
        this.chain = chain;
        this.rows = rows;
        this.heads = heads;
        this.clock = clock;
        this.head = new Head(chain, 0, chain.beginning(), false);
    }

    /** Begins a chain: in the database, and where heads are kept. */
    public static AuditLog begin(Database database, AuditHeads heads, InstantSource clock, Chain chain)
            throws IOException {
        AuditRows rows = new AuditRows(database);
        AuditLog log = new AuditLog(chain, rows, heads, clock);
        heads.put(log.head);
        rows.begin(chain);
        log.record(Act.of(ActKind.HUB, Outcome.BEGUN, Actor.hub()));
        return log;
    }

    private static final class Waiting {
        private final Instant since;
        private final Act act;
        private boolean settled;
        private @Nullable IOException failure;

        Waiting(Instant since, Act act) {
            this.since = since;
            this.act = act;
        }

        void settle(@Nullable IOException reason) {
            failure = reason;
            settled = true;
        }
    }

    /**
     * Puts an act on record.
     *
     * @throws IOException if that could not be done, or if nobody knows: then what was asked for must not be answered as done
     */
    public void record(Act act) throws IOException {
        Waiting mine = new Waiting(clock.instant(), act);
        enter();
        try {
            queue.add(mine);
            writing.lock();
            try {
                while (!mine.settled) {
                    writeTogether();
                }
            } finally {
                writing.unlock();
            }
        } finally {
            places.release();
        }
        if (mine.failure != null) {
            throw new IOException("the audit could not be written: " + mine.failure.getMessage(), mine.failure);
        }
    }

    private void enter() throws IOException {
        try {
            if (!places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the audit is written too slowly: " + MOST_WAITING + " acts wait");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the audit", e);
        }
    }

    private void writeTogether() {
        List<Waiting> together = new ArrayList<>(MOST_TOGETHER);
        for (Waiting next = queue.poll(); next != null; next = together.size() < MOST_TOGETHER ? queue.poll() : null) {
            together.add(next);
        }
        // An error, such as that there is no memory, is for the one thread that meets it; nobody waits for ever by
        // that.
        IOException failure = new IOException("an error ended it");
        try {
            write(together);
            failure = null;
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException(e);
        } finally {
            unsure |= failure != null;
            for (Waiting waiting : together) {
                waiting.settle(failure);
            }
        }
    }

    private void write(List<Waiting> together) throws IOException {
        if (ended) {
            throw new IOException("the record of this hub has ended");
        }
        if (unsure) {
            head = rows.last(chain)
                    .filter(last -> last.number() >= head.number())
                    .orElse(head);
            unsure = false;
        }
        List<Entry> entries = new ArrayList<>();
        Hash before = head.hash();
        for (Waiting waiting : together) {
            Entry entry = Entry.of(chain, head.number() + entries.size() + 1, waiting.since, waiting.act, before);
            before = Hash.parse(entry.hash());
            entries.add(entry);
        }
        rows.add(entries);
        head = new Head(chain, head.number() + entries.size(), before, false);
    }

    /** How far it has come. */
    public Head head() {
        return head;
    }

    /** Keeps the head where a rewritten database does not reach, if it has moved on. */
    public void exportHead() throws IOException {
        exporting.lock();
        try {
            Head current = head;
            if (current.number() != exported || current.ended()) {
                heads.put(current);
                exported = current.number();
            }
        } finally {
            exporting.unlock();
        }
    }

    /** Ends the chain; nothing can be recorded any more. */
    @Override
    public void close() throws IOException {
        record(Act.of(ActKind.HUB, Outcome.DONE, Actor.hub()));
        writing.lock();
        try {
            ended = true;
            head = new Head(chain, head.number(), head.hash(), true);
        } finally {
            writing.unlock();
        }
        exportHead();
    }
}
