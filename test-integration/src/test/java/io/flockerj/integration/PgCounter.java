package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.sandbox.Eventually;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;

/**
 * A psql process that writes 1, 2, 3 and so on into a table, each in a transaction of its own, begun when the one before was
 * acknowledged: so the rows of a copy say up to which moment it goes.
 */
final class PgCounter {
    static final String TABLE = "numbers";

    private final Process process;
    private final Thread thread;
    private volatile long begun;
    private volatile long acknowledged;
    private volatile boolean ended;
    private volatile String failure = "";

    /** @param process psql, which takes statements and tells of each what came of it */
    PgCounter(Process process) {
        this.process = process;
        this.thread = Thread.ofVirtual().start(this::count);
    }

    /** The last number whose transaction may have been committed by now. */
    long begun() {
        return begun;
    }

    /** The last number whose transaction is known to be committed by now. */
    long acknowledged() {
        return acknowledged;
    }

    /** Waits for numbers that are written after this was called. */
    void awaitMore() {
        long enough = begun + 20;
        Eventually.await("further numbers", () -> !thread.isAlive() || acknowledged >= enough);
        assertThat(failure).isEmpty();
    }

    /** Finishes the transaction at hand, and ends; answers with the last number. */
    long finish() {
        ended = true;
        Eventually.await("the end of the counting", () -> !thread.isAlive());
        process.destroy();
        assertThat(failure).isEmpty();
        return acknowledged;
    }

    private void count() {
        try (BufferedWriter statements = process.outputWriter();
                BufferedReader answers = process.inputReader()) {
            for (long number = 1; !ended; number++) {
                begun = number;
                statements.write("INSERT INTO " + TABLE + " VALUES (" + number + ");\n");
                statements.flush();
                String answer = answers.readLine();
                if (!"INSERT 0 1".equals(answer)) {
                    failure = "number " + number + " was answered with: " + answer;
                    return;
                }
                acknowledged = number;
            }
        } catch (IOException e) {
            failure = "number " + begun + ": " + e;
        }
    }
}
