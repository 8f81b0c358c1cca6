package io.flockerj.hub.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.database.Database;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    private String text() {
        return new String(metrics.text(), StandardCharsets.UTF_8);
    }

    @Test
    void requestsAreCountedByRouteMethodAndStatus() {
        metrics.answered("/a/{b}", "GET", 200, Duration.ofMillis(7), 1, 100);
        metrics.answered("/a/{b}", "GET", 200, Duration.ofMillis(70), 2, 200);
        metrics.answered("none", "INVENTED", 404, Duration.ofMillis(1), 0, 50);

        assertThat(text())
                .contains("flockerhub_requests_total{method=\"GET\",route=\"/a/{b}\",status=\"200\"} 2.0")
                .contains("flockerhub_requests_total{method=\"other\",route=\"none\",status=\"404\"} 1.0")
                .contains("flockerhub_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"0.01\"} 1")
                .contains("flockerhub_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"0.1\"} 2")
                .contains("flockerhub_request_duration_seconds_count{method=\"GET\",route=\"/a/{b}\"} 2")
                .contains("flockerhub_received_bytes_total 3.0")
                .contains("flockerhub_sent_bytes_total 350.0")
                .doesNotContain("INVENTED");
    }

    @Test
    void whatChangesIsLookedAtWhenItIsAskedFor() {
        long[] uploads = {0};
        metrics.watch(() -> uploads[0], () -> 4096);
        metrics.watch(() -> new Database.Use(2, 3, 4));
        uploads[0] = 5;
        metrics.refused("unknown-token");

        assertThat(text())
                .contains("flockerhub_uploads 5.0")
                .contains("flockerhub_spool_bytes 4096.0")
                .contains("flockerhub_database_connections{state=\"active\"} 2.0")
                .contains("flockerhub_database_connections{state=\"idle\"} 3.0")
                .contains("flockerhub_database_waiting 4.0")
                .contains("flockerhub_refused_total{code=\"unknown-token\"} 1.0");
    }

    @Test
    void theMachineOfJavaIsMeasured() {
        assertThat(text())
                .contains("jvm_memory_used_bytes{area=\"heap\"}")
                .contains("jvm_gc_collection_seconds_count")
                .contains("jvm_threads_current")
                .contains("process_open_fds");
    }

    @Test
    void callsOfTheStorageAndTheirErrorsAreCounted(@TempDir Path directory) throws IOException {
        MeteredBackend storage =
                new MeteredBackend(DirectoryBackend.open(directory, Id.source(new Random(1))), metrics);
        ObjectName name = ObjectName.of("a", "b");
        storage.create(name, List.of(new byte[3]));
        assertThat(storage.read(name, 0, 3)).hasSize(3);
        assertThatThrownBy(() -> storage.read(ObjectName.of("a", "c"), 0, 3)).isInstanceOf(NoSuchObjectException.class);
        Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> storage.create(ObjectName.of("file", "b"), List.of(new byte[3])))
                .isInstanceOf(IOException.class);

        assertThat(text())
                .contains("flockerhub_storage_duration_seconds_count{operation=\"read\"} 2")
                .contains("flockerhub_storage_duration_seconds_count{operation=\"create\"} 2")
                .contains("flockerhub_storage_errors_total{operation=\"create\"} 1.0")
                .doesNotContain("flockerhub_storage_errors_total{operation=\"read\"}");
    }
}
