package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.TestingHandler.get;
import static io.flockerj.plugin.http.TestingHandler.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopTest {
    @TempDir
    Path directory;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final TestingWork held = new TestingWork(this::untilOpened);
    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestingServer.start(
                directory, Limits.DEFAULT, new TestingHandler().on("/held", Duration.ofSeconds(60), held));
    }

    @AfterEach
    void close() {
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
    void callsInFlightAreFinishedAndIdleConnectionsClosed() throws Exception {
        try (RawClient busy = server.connect();
                RawClient idle = server.connect();
                RawClient bare = server.connect()) {
            idle.send(get("/now")).read();
            busy.send(get("/held") + get("/now"));
            eventually("the call runs", () -> running.get() == 1);
            Thread stopping = Thread.startVirtualThread(() -> stop(Duration.ofSeconds(30)));
            assertThat(idle.isDropped()).isTrue();
            assertThat(bare.isDropped()).isTrue();
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            assertThat(stopping.isAlive()).isTrue();
            gate.countDown();
            RawClient.Reply last = busy.read();
            assertThat(last.body()).isEqualTo("done");
            assertThat(last.closes()).isTrue();
            assertThat(busy.isDropped()).isTrue();
            stopping.join();
        }
        assertThat(held.undelivered()).isEmpty();
    }

    @Test
    void callThatDoesNotFinishInTimeIsLeftUnanswered() throws Exception {
        try (RawClient busy = server.connect()) {
            busy.send(get("/held"));
            eventually("the call runs", () -> running.get() == 1);
            server.stop(Duration.ofMillis(50));
            assertThat(busy.isDropped()).isTrue();
            gate.countDown();
            eventually("the result is handed back", () -> held.undelivered().size() == 1);
        }
    }

    @Test
    void stoppingTwiceIsLikeStoppingOnce() throws Exception {
        server.stop(Duration.ofSeconds(10));
        server.stop(Duration.ofSeconds(10));
        assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
    }

    private void stop(Duration within) {
        try {
            server.stop(within);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
