package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.limit.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests when a hub is told to end. */
@Timeout(60)
class EndingTest {
    private static final int SIZE = 300_000;

    @TempDir
    private Path directory;

    /** What is answered; empty if the connection was closed, as those are on which nothing goes on. */
    private static String ready(RawClient client) {
        try {
            client.send(TestingServer.get("/readyz"));
            String head = client.head();
            return head.lines().findFirst().orElse("") + " " + client.body(head);
        } catch (IOException _) {
            return "";
        }
    }

    /** Nobody new is let in, so whatever balances goes elsewhere. */
    private static void awaitRefusal(TestingServer server) {
        boolean isOpen = true;
        while (isOpen) {
            try (RawClient client = server.client()) {
                isOpen = ready(client).startsWith("HTTP/1.1 200");
            } catch (IOException _) {
                isOpen = false;
            }
        }
    }

    @Test
    void aRequestThatGoesOnIsFinishedAndMeanwhileTheHubIsNotReady() throws Exception {
        TestingServer server = new TestingServer(directory, Limits.USUAL, Pace.USUAL);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                RawClient pushing = server.client();
                RawClient balancer = server.client()) {
            assertThat(ready(balancer)).startsWith("HTTP/1.1 200");
            pushing.send(TestingServer.put("a/b", SIZE, "Expect: 100-continue"));
            assertThat(pushing.head()).startsWith("HTTP/1.1 100");
            pushing.send(new byte[SIZE / 2]);
            server.awaitSpooled(SIZE / 2);

            Future<?> end = threads.submit(server::close);
            String told;
            do {
                told = ready(balancer);
            } while (told.startsWith("HTTP/1.1 200"));
            assertThat(told).matches("(?s)|HTTP/1.1 503 .*\"code\":\"ending\".*");
            assertThat(end.isDone()).isFalse();
            awaitRefusal(server);

            pushing.send(new byte[SIZE - SIZE / 2]);
            assertThat(pushing.head()).startsWith("HTTP/1.1 201");
            end.get();
        }
        try (TestingServer next = new TestingServer(directory, Limits.USUAL, Pace.USUAL);
                RawClient client = next.client()) {
            client.send(TestingServer.get("/api/v1/owners/team/objects/a/b"));
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 200");
            assertThat(client.body(head)).hasSize(SIZE);
        }
    }
}
