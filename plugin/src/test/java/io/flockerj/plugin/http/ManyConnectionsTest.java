package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.TestingHandler.get;
import static io.flockerj.plugin.http.TestingHandler.reply;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyConnectionsTest {
    private static final Duration NO_GRACE = Duration.ZERO;

    @TempDir
    Path directory;

    @Test
    void twoThousandBareConnectionsKeepNobodyOut() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        TestingHandler handler = new TestingHandler().on("/held", Duration.ofSeconds(60), new TestingWork(() -> {
            awaitUninterruptibly(gate);
            return reply("done");
        }));
        List<RawClient> bare = new ArrayList<>();
        try (TestingServer server =
                        TestingServer.start(directory, TestingLimits.connections(100, NO_GRACE, NO_GRACE), handler);
                RawClient held = server.connect()) {
            held.send(get("/held"));
            try {
                for (int i = 0; i < 2000; i++) {
                    bare.add(server.connect());
                }
                assertThat(server.ask(get("/now")).body()).isEqualTo("now");
                gate.countDown();
                assertThat(held.read().body()).isEqualTo("done");
            } finally {
                for (RawClient client : bare) {
                    client.close();
                }
            }
        }
    }

    @Test
    void connectionsInUseWaitTheirTurnWhenThereAreTooMany() throws Exception {
        try (TestingServer server = TestingServer.start(
                        directory,
                        TestingLimits.connections(10, Duration.ofSeconds(20), Duration.ofSeconds(20)),
                        new TestingHandler());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> asking = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                asking.add(() -> server.ask(get("/echo")).body());
            }
            for (Future<String> answer : clients.invokeAll(asking)) {
                assertThat(answer.get()).isEqualTo("GET  ");
            }
        }
    }

    @Test
    void nothingIsLeftOfAStoppedServer() throws Exception {
        runServerWithClients(); // Whatever is made once for the whole process is made now.
        long threads = threads();
        long files = openFiles();
        runServerWithClients();
        eventually("threads end", () -> threads() <= threads);
        eventually("files are closed", () -> openFiles() <= files);
    }

    private void runServerWithClients() throws Exception {
        try (TestingServer server = TestingServer.start(directory, Limits.DEFAULT, new TestingHandler())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                RawClient client = server.connect();
                clients.add(client);
                if (i % 4 > 0) {
                    client.send(get("/echo")).read();
                }
                if (i % 4 > 1) {
                    client.send("POST /echo HTTP/1.1\r\nContent-Le");
                }
            }
            long open = openFiles();
            for (RawClient client : clients) {
                client.close();
            }
            eventually("the server closes what its clients have closed", () -> openFiles() <= open - 200);
        }
    }

    /** The server's own; the pools' threads live on for a while by design. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("http-"))
                .count();
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
