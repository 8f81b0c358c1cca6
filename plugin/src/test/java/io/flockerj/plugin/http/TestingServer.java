package io.flockerj.plugin.http;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** A server on a socket in a directory, with threads of its own. */
public final class TestingServer implements AutoCloseable {
    /** Blocking threads of a testing server, and as many calls may wait for them. */
    public static final int THREADS = 4;

    private final Path socket;
    private final Workers workers;
    private final UnixHttpServer server;

    private TestingServer(Path socket, Workers workers, UnixHttpServer server) {
        this.socket = socket;
        this.workers = workers;
        this.server = server;
    }

    public static TestingServer start(Path directory, Limits limits, Handler handler) throws IOException {
        Path socket = directory.resolve("test.sock");
        Workers workers = Workers.start(THREADS, THREADS);
        return new TestingServer(
                socket,
                workers,
                UnixHttpServer.start(socket, PosixFilePermissions.fromString("rw-------"), limits, workers, handler));
    }

    public Path socket() {
        return socket;
    }

    public RawClient connect() throws IOException {
        return RawClient.connect(socket);
    }

    public RawClient.Reply ask(String request) throws IOException {
        return RawClient.ask(socket, request);
    }

    public void stop(Duration within) throws InterruptedException {
        server.stop(within);
    }

    @Override
    public void close() {
        try {
            server.stop(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.close();
    }
}
