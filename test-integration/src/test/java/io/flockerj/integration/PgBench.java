package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pgbench process at work, with {@value #CLIENTS} connections. It ends with the sandbox, if not before. */
final class PgBench {

    static final int CLIENTS = 4;

    /** In seconds. */
    static final int LONGER_THAN_ANY_TEST = 36_000;

    private static final Pattern ACKNOWLEDGED = Pattern.compile("number of transactions actually processed: (\\d+)");

    private final Process process;
    private final Path log;

    /** @param log where the process writes */
    PgBench(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    boolean isAtWork() {
        return process.isAlive();
    }

    /**
     * Tells it that its time is up, by the signal that its own timer sends, and has it finish the transactions at hand.
     *
     * @return how many transactions were acknowledged
     * @throws AssertionError if any was not, or it ended by itself before
     */
    long finish() {
        assertThat(process.isAlive()).as(this::output).isTrue();
        Commands.here().run("kill", "-ALRM", "" + process.pid()).ok();
        long acknowledged = awaitEnd();
        assertThat(process.exitValue()).as(this::output).isZero();
        assertThat(output())
                .contains("number of failed transactions: 0 ")
                .doesNotContain("error:", "ERROR", "FATAL", "aborted");
        return acknowledged;
    }

    /**
     * Waits until it gives up, since the server is gone.
     *
     * @return how many transactions were acknowledged
     */
    long awaitFailure() {
        long acknowledged = awaitEnd();
        assertThat(process.exitValue()).as(this::output).isNotZero();
        return acknowledged;
    }

    private long awaitEnd() {
        Eventually.await("the end of pgbench", () -> !process.isAlive());
        Matcher acknowledged = ACKNOWLEDGED.matcher(output());
        assertThat(acknowledged.find()).as(this::output).isTrue();
        return Long.parseLong(acknowledged.group(1));
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
