package io.flockerj.hub.http;

import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A hub's HTTP without TLS, where everything is allowed that is not too much or too slow. */
final class TestingServer implements AutoCloseable, Meters {
    static final Supplier<Id> IDS = Id.source(new SecureRandom());

    final TestingAdmission admission = new TestingAdmission();
    final BlockingQueue<Answered> answered = new LinkedBlockingQueue<>();
    final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    private final Path spool;
    private final HubServer server;
    private LongSupplier uploads = () -> -1;
    private LongSupplier spooled = () -> -1;

    /** An exchange that is over. */
    record Answered(String route, String method, int status, long in, long out) {}

    TestingServer(Path storage, Path spool, Limits limits, Pace pace, List<Network> proxies) throws IOException {
        this.spool = spool;
        DirectoryBackend backend = DirectoryBackend.open(storage, IDS);
        this.server = HubServer.start(
                new ServerSettings("127.0.0.1", 0, Optional.empty(), spool, limits, pace, proxies),
                (_, _) -> new OpenStorehouse(backend),
                admission,
                () -> {},
                InstantSource.system(),
                IDS,
                List.of(),
                this);
    }

    TestingServer(Path directory, Limits limits, Pace pace) throws IOException {
        this(directory.resolve("storage"), directory.resolve("spool"), limits, pace, List.of());
    }

    int port() {
        return server.port();
    }

    RawClient client() throws IOException {
        return new RawClient(port());
    }

    static String put(String name, long length, String... headers) {
        return "PUT /api/v1/owners/team/objects/" + name + " HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n"
                + "Content-Length: " + length + "\r\n" + lines(headers) + "\r\n";
    }

    static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines(headers) + "\r\n";
    }

    private static String lines(String... headers) {
        return String.join("", Stream.of(headers).map(header -> header + "\r\n").toList());
    }

    /** The next exchange that is over. */
    Answered next() throws InterruptedException {
        Answered next = answered.poll(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no exchange was over within " + RawClient.PATIENCE);
        }
        return next;
    }

    long uploads() {
        return uploads.getAsLong();
    }

    /** What is in the spool, by its own word. */
    long spooled() {
        return spooled.getAsLong();
    }

    /** Waits until so many bytes are in the spool. */
    void awaitSpooled(long bytes) {
        long deadline = System.nanoTime() + RawClient.PATIENCE.toNanos();
        while (spooled() < bytes) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("in the spool are " + spooled() + " bytes after " + RawClient.PATIENCE);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    List<Path> spoolFiles() throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.toList();
        }
    }

    @Override
    public void answered(String route, String method, int status, Duration took, long in, long out) {
        answered.add(new Answered(route, method, status, in, out));
    }

    @Override
    public void refused(String code) {
        refused.add(code);
    }

    @Override
    public void watch(LongSupplier uploads, LongSupplier spooled) {
        this.uploads = uploads;
        this.spooled = spooled;
    }

    @Override
    public void close() {
        server.close();
    }
}
