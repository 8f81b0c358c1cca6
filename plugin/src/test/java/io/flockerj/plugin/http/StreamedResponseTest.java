package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.TestingHandler.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamedResponseTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration NO_STALL = Duration.ofMinutes(5);
    private static final int MIB = 1 << 20;
    private static final int BIG = 200;
    /** What can be on its way to a client that reads nothing: our limit, and the most that Linux buffers for a socket. */
    private static final int AHEAD = 4 * MIB;

    @TempDir
    Path directory;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final TestingHandler handler = new TestingHandler();
    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestingServer.start(directory, Limits.DEFAULT, handler);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    private void restart(Limits limits) throws IOException {
        server.close();
        server = TestingServer.start(directory, limits, handler);
    }

    private TestingWork on(String path, StreamedResponse.Producer producer) {
        return on(path, LONG, producer);
    }

    private TestingWork on(String path, Duration within, StreamedResponse.Producer producer) {
        TestingWork work = new TestingWork(() -> new Answer.Stream(new StreamedResponse(200, "text/plain", producer)));
        handler.on(path, within, work);
        return work;
    }

    private void writeBig(OutputStream out) throws IOException {
        byte[] part = new byte[MIB / 16];
        try {
            for (int i = 0; i < 16 * BIG; i++) {
                Arrays.fill(part, (byte) (i / 16));
                out.write(part);
                written.addAndGet(part.length);
            }
        } catch (IOException e) {
            thrown.set(e);
            throw e;
        }
    }

    private static long readBig(RawClient client) throws IOException {
        long count = 0;
        for (byte[] chunk = client.readChunk(); chunk.length > 0; chunk = client.readChunk()) {
            for (byte b : chunk) {
                if (b != (byte) (count++ / MIB)) {
                    throw new IOException("wrong byte before " + count);
                }
            }
        }
        return count;
    }

    private static String readText(RawClient client) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] chunk = client.readChunk(); chunk.length > 0; chunk = client.readChunk()) {
            all.writeBytes(chunk);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bodyComesInChunksAndTheConnectionIsKept() throws Exception {
        TestingWork work = on("/stream", out -> text(out, "hello"));
        try (RawClient client = server.connect()) {
            String expected = String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "content-type: text/plain",
                    "transfer-encoding: chunked",
                    "",
                    "5",
                    "hello",
                    "0",
                    "",
                    "");
            client.send(get("/stream") + get("/now"));
            assertThat(client.readBytes(expected.length())).isEqualTo(expected);
            assertThat(client.read().body()).isEqualTo("now");
        }
        assertThat(work.undelivered()).isEmpty();
    }

    @Test
    void emptyBodyIsOnlyTheLastChunk() throws Exception {
        on("/empty", out -> {});
        try (RawClient client = server.connect()) {
            client.send(get("/empty")).readHead();
            assertThat(client.readChunk()).isEmpty();
        }
    }

    @Test
    void whatIsFlushedComesWhileTheRestIsStillBeingMade() throws Exception {
        on("/progress", out -> {
            text(out, "half");
            out.flush();
            await(gate);
            text(out, "done");
        });
        try (RawClient client = server.connect()) {
            client.send(get("/progress")).readHead();
            assertThat(client.readChunk()).asString().isEqualTo("half");
            gate.countDown();
            assertThat(readText(client)).isEqualTo("done");
        }
    }

    @Test
    void writerWaitsForAReaderThatDoesNotRead() throws Exception {
        on("/big", this::writeBig);
        try (RawClient client = server.connect()) {
            client.send(get("/big"));
            eventually("the writer waits", () -> {
                long before = written.get();
                gate.await(100, TimeUnit.MILLISECONDS);
                return before > 0 && written.get() == before;
            });
            assertThat(written.get()).isLessThan(AHEAD);
            client.readHead();
            assertThat(readBig(client)).isEqualTo((long) BIG * MIB);
        }
    }

    @Test
    void timeForTheAnswerDoesNotCutAStreamThatGoesOn() throws Exception {
        Duration within = Duration.ofMillis(100);
        TestingWork work = on("/long", within, out -> {
            for (int i = 0; i < 4; i++) {
                text(out, "x");
                out.flush();
                pause(within);
            }
        });
        try (RawClient client = server.connect()) {
            client.send(get("/long")).readHead();
            assertThat(readText(client)).isEqualTo("xxxx");
        }
        assertThat(work.undelivered()).isEmpty();
    }

    @Test
    void producerThatFailsCutsTheAnswerOff() throws Exception {
        for (Exception failure : List.of(new IOException("on purpose"), new IllegalStateException("on purpose"))) {
            TestingWork work = on("/broken", out -> {
                try (out) {
                    text(out, "half");
                    throwAny(failure);
                }
            });
            try (RawClient client = server.connect()) {
                client.send(get("/broken")).readHead();
                assertThat(client.readChunk()).asString().isEqualTo("half");
                assertThat(client.isDropped()).isTrue();
            }
            eventually("the answer is undelivered", () -> work.undelivered().size() == 1);
        }
    }

    @Test
    void readerThatVanishesGivesTheThreadBack() throws Exception {
        TestingWork work = on("/big", this::writeBig);
        try (RawClient client = server.connect()) {
            client.send(get("/big")).readHead();
            client.readChunk();
        }
        eventually("the writer is told", () -> thrown.get() != null);
        assertThat(thrown.get()).isInstanceOf(IOException.class).hasMessageContaining("gone");
        eventually("the answer is undelivered", () -> work.undelivered().size() == 1);
    }

    @Test
    void readerThatStallsIsCutOff() throws Exception {
        restart(TestingLimits.streams(16, Duration.ofMillis(200)));
        on("/big", this::writeBig);
        try (RawClient client = server.connect()) {
            client.send(get("/big")).readHead();
            eventually("the writer is told", () -> thrown.get() != null);
            assertThat(thrown.get()).hasMessageContaining("taken nothing");
            assertThatThrownBy(() -> readBig(client)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void failureThatTheProducerHidesStillCutsTheAnswerOff() throws Exception {
        restart(TestingLimits.streams(16, Duration.ofMillis(200)));
        TestingWork work = on("/big", out -> {
            try {
                writeBig(out);
            } catch (IOException hidden) {
                // As it must not be done.
            }
        });
        try (RawClient client = server.connect()) {
            client.send(get("/big")).readHead();
            eventually("the answer is undelivered", () -> work.undelivered().size() == 1);
            assertThatThrownBy(() -> readBig(client)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void streamsBeyondTheLimitAreRefusedAndComeBackWithTheirThreads() throws Exception {
        int streams = 3;
        restart(TestingLimits.streams(streams, NO_STALL));
        AtomicInteger running = new AtomicInteger();
        TestingWork work = on("/held", out -> {
            running.incrementAndGet();
            await(gate);
        });
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < streams; i++) {
                clients.add(server.connect().send(get("/held")));
            }
            eventually("all of them run", () -> running.get() == streams);
            RawClient.Reply refusal = server.ask(get("/held"));
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.body()).contains("3 transfers");
            assertThat(server.ask(get("/echo")).body()).isEqualTo("GET  ");
            gate.countDown();
            for (RawClient client : clients) {
                client.readHead();
                assertThat(client.readChunk()).isEmpty();
            }
            eventually("there is room again", () -> server.ask(get("/held")).status() == 200);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertThat(work.undelivered()).isNotEmpty();
    }

    @Test
    void streamsHoldUpNoCall() throws Exception {
        on("/held", out -> await(gate));
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * TestingServer.THREADS; i++) {
                RawClient client = server.connect().send(get("/held"));
                clients.add(client);
                client.readHead();
            }
            handler.on("/blocking", LONG, new TestingWork(() -> TestingHandler.reply("done")));
            assertThat(server.ask(get("/blocking")).body()).isEqualTo("done");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void headIsAnsweredWithoutTheProducer() throws Exception {
        TestingWork work = on("/big", this::writeBig);
        try (RawClient client = server.connect()) {
            client.send("HEAD /big HTTP/1.1\r\nHost: \r\n\r\n" + get("/now"));
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.read().body()).isEqualTo("now");
        }
        assertThat(written.get()).isZero();
        eventually("the answer is undelivered", () -> work.undelivered().size() == 1);
    }

    @Test
    void clientWithoutChunksIsToldSo() throws Exception {
        on("/big", this::writeBig);
        try (RawClient client = server.connect()) {
            assertThat(client.send("GET /big HTTP/1.0\r\n\r\n").read().status()).isEqualTo(505);
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void stopLetsAStreamFinish() throws Exception {
        on("/held", out -> {
            text(out, "half");
            out.flush();
            await(gate);
            text(out, "done");
        });
        try (RawClient client = server.connect()) {
            client.send(get("/held")).readHead();
            assertThat(client.readChunk()).asString().isEqualTo("half");
            Thread stopping = Thread.startVirtualThread(() -> stop(Duration.ofSeconds(30)));
            eventually("nobody can connect", () -> {
                try {
                    server.connect().close();
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            gate.countDown();
            assertThat(readText(client)).isEqualTo("done");
            assertThat(client.isDropped()).isTrue();
            stopping.join();
        }
    }

    @Test
    void stopCutsAStreamThatDoesNotFinish() throws Exception {
        on("/big", this::writeBig);
        try (RawClient client = server.connect()) {
            client.send(get("/big")).readHead();
            stop(Duration.ofMillis(50));
            eventually("the writer is told", () -> thrown.get() != null);
            assertThatThrownBy(() -> readBig(client)).isInstanceOf(EOFException.class);
        }
    }

    private void pause(Duration time) {
        try {
            gate.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void stop(Duration within) {
        try {
            server.stop(within);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void throwAny(Exception failure) throws IOException {
        switch (failure) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new AssertionError(failure);
        }
    }
}
