package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.http.Limits;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.http.UnixHttp;
import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.FakeServer.Said;
import io.flockerj.cli.testing.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers are not left paused for a job that does not end. */
class LateJobTest {
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void aJobThatDoesNotEndInTimeIsCancelled(@TempDir Path directory) throws IOException {
        try (FakeServer server = FakeServer.start(directory.resolve("control.sock"), this::slow)) {
            Daemon daemon = new Daemon(new UnixHttp(server.socket(), "test"), cancellation -> new Daemon.Watch() {
                @Override
                public void show(JsonNode job) {}

                @Override
                public void close() {}
            });
            assertThatThrownBy(() -> daemon.change(
                            "DELETE", Target.of("v1", "trash"), Optional.empty(), Limits.total(Duration.ofMillis(300))))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(server.asked().stream().map(Asked::toString))
                    .contains("DELETE /v1/jobs/77aa0000111122223333444455556666");
        } finally {
            over.countDown();
        }
    }

    private Said slow(Asked asked) {
        return switch (asked.toString()) {
            case "DELETE /v1/trash" -> Said.json(202, begun());
            case "DELETE /v1/jobs/77aa0000111122223333444455556666" -> Said.json(200, "{}");
            default -> {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield Said.json(500, "{}");
            }
        };
    }

    private static String begun() {
        try {
            return new String(Transcript.resource("/answers/job-begun.json"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
