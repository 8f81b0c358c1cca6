package io.flockerj.hub.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what was read, and exports the head of the audit, again and again; and at the end. */
public final class AuditKeeper implements AutoCloseable {
    /** How old an exported head may be while the storage can be reached. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(AuditKeeper.class);

    private final AuditLog log;
    private final ReadLog reads;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private AuditKeeper(AuditLog log, ReadLog reads) {
        this.log = log;
        this.reads = reads;
        this.thread = Thread.ofVirtual().name("audit-keeper").unstarted(this::run);
    }

    public static AuditKeeper start(AuditLog log, ReadLog reads) {
        AuditKeeper keeper = new AuditKeeper(log, reads);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        try {
            while (!end.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                keep();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        try {
            reads.flush(false);
            log.exportHead();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).log("could not export the head of the audit; trying again");
        }
    }

    /** Ends the record. */
    @Override
    public void close() throws IOException {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            reads.flush(true);
        } finally {
            log.close();
        }
    }
}
