package io.flockerj.plugin.pool;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a system tool. */
public interface CommandRunner {
    /**
     * What a finished tool left.
     *
     * @param output what it printed, both streams together, at most 64 KiB of it
     */
    record Result(int exitCode, String output) {}

    /**
     * Runs a program to its end, without input.
     *
     * @throws IOException if it cannot be started, or is still running after {@code limit}, when it is killed
     */
    Result run(List<String> command, Duration limit) throws IOException;
}
