package io.flockerj.hub;

import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.http.ServerSettings.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hub in a process of its own, as it is run: so it can be killed. */
final class HubProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on https://\\S*:(\\d+)");
    private static final int MOST_SECONDS = 120;

    private final Process process;
    private final Path output;
    private final int port;

    private HubProcess(Process process, Path output) throws IOException {
        this.process = process;
        this.output = output;
        this.port = listening();
    }

    /**
     * Starts one, which listens when this returns.
     *
     * @param data of this hub alone; what it says lies beside it
     */
    static HubProcess start(Path data, DatabaseLocation.PostgresServer database, TlsFiles tls, List<String> storage)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FlockerHub.class.getName(),
                "serve",
                "--data",
                data.toString(),
                "--listen",
                "localhost:0",
                "--tls-cert",
                tls.certificate().toString(),
                "--tls-key",
                tls.key().toString(),
                "--database",
                database.jdbcUrl()
                        .replace(
                                "jdbc:postgresql://",
                                "postgresql://" + database.user().orElseThrow() + "@")));
        command.addAll(storage);
        Path output = Files.createTempFile(data.getParent(), data.getFileName() + "-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .put("FLOCKERHUB_DATABASE_PASSWORD", database.password().orElseThrow());
        return new HubProcess(builder.start(), output);
    }

    private int listening() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        try {
            while (System.nanoTime() < deadline) {
                Matcher matcher = LISTENING.matcher(said());
                if (matcher.find()) {
                    return Integer.parseInt(matcher.group(1));
                }
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            if (!LISTENING.matcher(said()).find()) {
                process.destroyForcibly();
            }
        }
        throw new IOException("the hub did not begin to listen: " + said());
    }

    /** What it has said. */
    String said() throws IOException {
        return Files.readString(output);
    }

    int port() {
        return port;
    }

    /** Kills it without a warning. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, and waits for that. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the hub does not end");
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
