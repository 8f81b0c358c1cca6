package io.flockerj.plugin;

import io.flockerj.plugin.pool.CommandRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs system tools as child processes. */
final class SystemCommands implements CommandRunner {
    private static final Path NOTHING = Path.of("/dev/null");
    private static final int LONGEST_OUTPUT = 64 * 1024;

    @Override
    public Result run(List<String> command, Duration limit) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(NOTHING.toFile()))
                .redirectErrorStream(true)
                .start();
        FutureTask<byte[]> output = new FutureTask<>(() -> readAll(process.getInputStream()));
        Thread.ofVirtual().start(output);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), new String(output.get(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        } catch (ExecutionException e) {
            throw new IOException("the output of " + command.getFirst() + " cannot be read", e.getCause());
        } finally {
            process.destroyForcibly();
        }
    }

    /** Keeps the beginning, and reads on to the end, so that the tool never waits for a reader. */
    private static byte[] readAll(InputStream output) throws IOException {
        byte[] kept = output.readNBytes(LONGEST_OUTPUT);
        output.transferTo(OutputStream.nullOutputStream());
        return kept;
    }
}
