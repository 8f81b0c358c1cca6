package io.flockerj.integration.bench;

import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;

/**
 * What a program took.
 *
 * @param seconds from its start to its end
 * @param processor seconds of it, in the program and in the kernel for it
 * @param mebibytes of memory at most
 */
record Measure(double seconds, double processor, double mebibytes) {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** Runs a line of the shell, and measures it with {@code time(1)}; in a pipeline memory is that of the largest part. */
    static Measure of(Map<String, String> environment, String line) {
        long begin = System.nanoTime();
        Outcome outcome = Commands.here()
                .with(environment)
                .run(
                        PATIENCE,
                        InputStream.nullInputStream(),
                        "time",
                        "-f",
                        "\n%U %S %M",
                        "bash",
                        "-o",
                        "pipefail",
                        "-c",
                        line);
        double seconds = (System.nanoTime() - begin) / 1e9;
        outcome.ok();
        String told = outcome.errors();
        String last = told.substring(told.stripTrailing().lastIndexOf('\n') + 1);
        try (Scanner fields = new Scanner(last).useLocale(Locale.ROOT)) {
            return new Measure(seconds, fields.nextDouble() + fields.nextDouble(), fields.nextDouble() / 1024);
        }
    }

    /** Runs a command to its end. */
    static void command(String... command) {
        Commands.here().run(PATIENCE, InputStream.nullInputStream(), command).ok();
    }

    /** What all files below a directory have. */
    static double megabytes(Path directory) throws IOException {
        return bytes(directory) / 1e6;
    }

    static long bytes(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Nothing that was read is in memory afterwards. */
    static void dropCaches() {
        command("sync");
        try {
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
