package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.limit.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full is told as that, and what is there can be read. */
@Tag("root")
@Timeout(60)
class FullDiskTest {
    private static final int SMALL = 100_000;
    private static final int LARGE = 2_000_000;

    @TempDir
    private Path directory;

    private Path disk = Path.of("");

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", disk.toString());
    }

    private static String put(TestingServer server, String name, int size) throws IOException {
        try (RawClient client = server.client()) {
            client.send(TestingServer.put(name, size, "Expect: 100-continue"));
            assertThat(client.head()).startsWith("HTTP/1.1 100");
            client.send(new byte[size]);
            String head = client.head();
            return head + client.body(head);
        }
    }

    private void assertThatItIsToldAndTheHubGoesOn(Path storage, Path spool) throws IOException {
        try (TestingServer server = new TestingServer(storage, spool, Limits.USUAL, Pace.USUAL, List.of())) {
            assertThat(put(server, "a/small", SMALL)).startsWith("HTTP/1.1 201");
            assertThat(put(server, "a/large", LARGE)).startsWith("HTTP/1.1 507").contains("\"code\":\"storage-full\"");

            assertThat(server.spoolFiles()).isEmpty();
            assertThat(server.spooled()).isZero();
            try (RawClient client = server.client()) {
                client.send(TestingServer.get("/api/v1/owners/team/objects/a/small"));
                String head = client.head();
                assertThat(head).startsWith("HTTP/1.1 200");
                assertThat(client.body(head)).hasSize(SMALL);
            }
            try (RawClient client = server.client()) {
                client.send(TestingServer.get("/api/v1/owners/team/objects/a/large"));
                assertThat(client.head()).startsWith("HTTP/1.1 404");
            }
            assertThat(put(server, "a/other", SMALL)).as("what fits is taken").startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aFullSpoolIsToldAndTheHubGoesOn() throws IOException {
        assertThatItIsToldAndTheHubGoesOn(directory.resolve("storage"), disk.resolve("spool"));
    }

    @Test
    void aFullStorageIsToldAndTheHubGoesOn() throws IOException {
        assertThatItIsToldAndTheHubGoesOn(disk.resolve("storage"), directory.resolve("spool"));
    }
}
