package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.TestingHandler.get;
import static io.flockerj.plugin.http.TestingHandler.reply;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final TestingWork held = new TestingWork(this::untilOpened);
    private final TestingHandler handler =
            new TestingHandler().on("/held", LONG, held).on("/short", SHORT, held);
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

    private Answer untilOpened() {
        running.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return reply("done");
    }

    @Test
    void slowCallDelaysNoOther() throws Exception {
        try (RawClient slow = server.connect()) {
            slow.send(get("/held"));
            eventually("the slow call runs", () -> running.get() == 1);
            assertThat(server.ask(get("/now")).body()).isEqualTo("now");
            assertThat(server.ask(get("/echo")).body()).isEqualTo("GET  ");
            gate.countDown();
            assertThat(slow.read().body()).isEqualTo("done");
        }
        assertThat(held.undelivered()).isEmpty();
    }

    @Test
    void quickCallsAreAnsweredWhileEveryBlockingThreadIsTaken() throws Exception {
        List<RawClient> clients = hold(2 * TestingServer.THREADS);
        try {
            for (int i = 0; i < 50; i++) {
                assertThat(server.ask(get("/now")).body()).isEqualTo("now");
                assertThat(server.ask(get("/echo")).body()).isEqualTo("GET  ");
            }
        } finally {
            closeAll(clients);
        }
    }

    @Test
    void blockingCallsBeyondTheQueueAreRefused() throws Exception {
        List<RawClient> clients = hold(2 * TestingServer.THREADS);
        try {
            eventually(
                    "the queue is full",
                    () -> server.ask(get("/held-too")).body().equals("refused"));
            gate.countDown();
            for (RawClient client : clients) {
                assertThat(client.read().body()).isEqualTo("done");
            }
        } finally {
            closeAll(clients);
        }
    }

    @Test
    void callThatTakesTooLongIsAnsweredAndItsResultHandedBack() throws Exception {
        assertThat(server.ask(get("/short")).body()).isEqualTo("late");
        assertThat(held.undelivered()).isEmpty();
        gate.countDown();
        eventually("the result is handed back", () -> held.undelivered().size() == 1);
    }

    @Test
    void callThatNeverGotAThreadIsNeverBegun() throws Exception {
        List<RawClient> clients = hold(TestingServer.THREADS);
        try {
            assertThat(server.ask(get("/short")).body()).isEqualTo("never begun");
            gate.countDown();
            for (RawClient client : clients) {
                assertThat(client.read().body()).isEqualTo("done");
            }
            assertThat(running.get()).isEqualTo(TestingServer.THREADS);
            assertThat(held.undelivered()).isEmpty();
        } finally {
            closeAll(clients);
        }
    }

    @Test
    void resultIsHandedBackWhenTheClientHasGone() throws Exception {
        try (RawClient client = server.connect()) {
            client.send(get("/held"));
            eventually("the call runs", () -> running.get() == 1);
        }
        gate.countDown();
        eventually("the result is handed back", () -> held.undelivered().size() == 1);
    }

    @Test
    void largeAnswerIsTakenWhole() throws Exception {
        TestingWork large = new TestingWork(() -> reply("x".repeat(8 << 20)));
        handler.on("/large", LONG, large);
        assertThat(server.ask(get("/large")).body()).hasSize(8 << 20);
        assertThat(large.undelivered()).isEmpty();
    }

    @Test
    void resultIsHandedBackWhenTheClientDoesNotTakeIt() throws Exception {
        server.close();
        TestingWork large = new TestingWork(() -> reply("x".repeat(8 << 20)));
        server = TestingServer.start(
                directory, TestingLimits.takenWithin(Duration.ofMillis(200)), handler.on("/large", LONG, large));
        try (RawClient client = server.connect()) {
            client.send(get("/large"));
            eventually("the result is handed back", () -> large.undelivered().size() == 1);
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void workThatThrowsDropsItsConnectionOnly() throws Exception {
        handler.on("/broken", LONG, new TestingWork(() -> {
            throw new IllegalStateException("broken on purpose");
        }));
        try (RawClient broken = server.connect();
                RawClient other = server.connect()) {
            assertThat(broken.send(get("/broken")).isDropped()).isTrue();
            assertThat(other.send(get("/now")).read().body()).isEqualTo("now");
        }
    }

    @Test
    void planThatThrowsDropsItsConnectionOnly() throws Exception {
        handler.on("/broken", request -> {
            throw new IllegalStateException("broken on purpose");
        });
        try (RawClient broken = server.connect();
                RawClient other = server.connect()) {
            assertThat(broken.send(get("/broken")).isDropped()).isTrue();
            assertThat(other.send(get("/now")).read().body()).isEqualTo("now");
        }
    }

    /** So many calls held, each on a connection of its own; as many of them run as there are threads. */
    private List<RawClient> hold(int calls) throws Exception {
        handler.on("/held-too", LONG, held);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            clients.add(server.connect().send(get("/held")));
        }
        eventually("all threads are taken", () -> running.get() == Math.min(calls, TestingServer.THREADS));
        return clients;
    }

    private static void closeAll(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
