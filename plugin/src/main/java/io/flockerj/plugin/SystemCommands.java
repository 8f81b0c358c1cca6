package io.flockerj.plugin;

import io.flockerj.plugin.pool.CommandRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs system tools as child processes. */
final class SystemCommands implements CommandRunner {
    private static final int LONGEST_OUTPUT = 64 * 1024;

    @Override
    public Result run(List<String> command, Duration limit) throws IOException {
        Path output = Files.createTempFile("flockerj-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(command.getFirst() + " did not end within " + limit.toSeconds() + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + command.getFirst(), e);
            } finally {
                process.destroyForcibly();
            }
            try (var in = Files.newInputStream(output)) {
                return new Result(
                        process.exitValue(), new String(in.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8));
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
