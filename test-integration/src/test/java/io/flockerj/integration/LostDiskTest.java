package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A store that loses a disk in the middle of a push. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class LostDiskTest {
    @TempDir
    private Path directory;

    @Test
    void aPushGoesOnWhenTheStoreLosesADisk() throws Exception {
        try (S3Lab lab = S3Lab.start();
                Host here = Host.start(directory.resolve("here"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String bucket = lab.newBucket();
            Map<String, String> slowly = new HashMap<>(lab.options());
            slowly.put("upload-limit", "25M");
            here.add("store", "s3://" + bucket, slowly);
            Path top = here.volume("db");
            Commands.here()
                    .run("sh", "-c", "head -c 120000000 /dev/urandom > \"$1\"/data", "sh", "" + top)
                    .ok();
            List<String> original = Manifest.of(top);

            Future<JsonNode> push = threads.submit(() -> here.push("db"));
            Eventually.await(
                    "the first pack", () -> lab.keys(bucket).stream().anyMatch(key -> key.contains("/packs/")));
            assertThat(push.isDone()).as("before the disk is lost").isFalse();
            lab.killOsd(1);

            assertThat(push.get().required("snapshots")).hasSize(1);
            assertThat(here.check("store/db", 100).required("hurt")).isEmpty();
            try (Host there = Host.start(directory.resolve("there"))) {
                there.add("store", "s3://" + bucket, lab.options());
                there.cloneOf("store/db", "db");
                List<String> brought = Manifest.of(there.client().mount("db", Host.ENGINE));
                assertThat(Manifest.differences(original, brought)).isEmpty();
            }
        }
    }
}
