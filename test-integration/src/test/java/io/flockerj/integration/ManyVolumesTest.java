package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pool with very many volumes and snapshots, planted as copies of the records that a daemon has written: a daemon that starts on it
 * knows each of them, and tells of each what is so. How long it takes is printed, and not asserted.
 */
@Tag("root")
@ExtendWith(OwnMounts.class)
class ManyVolumesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VOLUMES = 10_000;
    private static final int SNAPSHOTS_OF_EACH = Soak.orElse(10, 1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int LONG_HISTORY = 1_000;
    private static final String WITH_LONG_HISTORY = name(0);
    /** A sparse file, for pool files grow only while a daemon runs. */
    private static final String DEVICE_SIZE = "32G";

    @TempDir
    Path directory;

    private final Random random = new Random(20_261_122);
    private final Map<String, List<String>> snapshots = new LinkedHashMap<>();

    @Test
    void eachOfVeryManyVolumesAndSnapshotsIsKnownAfterAStart() throws Exception {
        String image = directory.resolve("pool.img").toString();
        Commands.here().run("truncate", "--size=" + DEVICE_SIZE, image).ok();
        String device =
                Commands.here().run("losetup", "--find", "--show", image).ok();
        DaemonProcess.Plan plan = DaemonProcess.Plan.in(directory).with("pool", "device:" + device);
        Path pool = plan.path("run").resolve("pool");
        try {
            requireAllKnown(plan, pool);
        } finally {
            Commands.here().run("umount", pool.toString());
            Commands.here().run("losetup", "--detach", device);
        }
    }

    private void requireAllKnown(DaemonProcess.Plan plan, Path pool) throws Exception {
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect();
                ControlClient control = daemon.connectToControl()) {
            client.create("first", Map.of());
            control.snapshot("first");
            control.snapshot("first");
        }
        timed("planting", () -> plant(pool));
        timed("first start, which charges what was planted to its volumes", () -> started(plan))
                .close();

        try (DaemonProcess daemon = timed("start", () -> started(plan));
                VolumeDriverClient client = daemon.connect();
                ControlClient control = daemon.connectToControl()) {
            assertThat(client.list()).hasSize(VOLUMES + 1).containsAll(snapshots.keySet());
            JsonNode listed = timed("the first GET /v1/volumes", () -> control.ask("GET", "/v1/volumes"));
            timed("the second", () -> control.ask("GET", "/v1/volumes"));
            assertThat(listed.required("volumes")).hasSize(VOLUMES + 1);
            for (JsonNode volume : listed.required("volumes")) {
                requireListed(volume);
            }
            JsonNode info = control.ask("GET", "/v1/info");
            assertThat(info.required("snapshots").asInt())
                    .isEqualTo(
                            2 + snapshots.values().stream().mapToInt(List::size).sum());

            requireLogs(control);
            requireWork(client, control);
        }
    }

    private void requireListed(JsonNode volume) {
        String name = volume.required("name").asText();
        if (!name.equals("first")) {
            List<String> planted = snapshots.getOrDefault(name, List.of());
            assertThat(volume.required("snapshots").asInt()).as(name).isEqualTo(planted.size());
            assertThat(volume.required("lastSnapshot").asText()).as(name).isEqualTo(planted.getLast());
            assertThat(volume.required("branch").asText()).as(name).isEqualTo("main");
        }
    }

    private void requireLogs(ControlClient control) throws Exception {
        JsonNode all = timed("log of " + LONG_HISTORY, () -> log(control, WITH_LONG_HISTORY, 10_000));
        assertThat(ids(all)).isEqualTo(newestFirst(WITH_LONG_HISTORY));
        assertThat(all.required("more").asBoolean()).isFalse();
        JsonNode some = log(control, WITH_LONG_HISTORY, 7);
        assertThat(ids(some)).isEqualTo(newestFirst(WITH_LONG_HISTORY).subList(0, 7));
        assertThat(some.required("more").asBoolean()).isTrue();
        for (int n = 0; n < 50; n++) {
            String name = name(random.nextInt(VOLUMES));
            assertThat(ids(log(control, name, 10_000))).as(name).isEqualTo(newestFirst(name));
        }
    }

    /** What was planted is worked on as if the daemon had made it. */
    private void requireWork(VolumeDriverClient client, ControlClient control) throws IOException {
        String name = name(VOLUMES - 1);
        Path top = client.mount(name, "engine");
        Files.writeString(top.resolve("file"), "content");
        client.unmount(name, "engine");
        JsonNode taken = control.snapshot(name);
        assertThat(taken.required("parent").asText())
                .isEqualTo(snapshots.getOrDefault(name, List.of()).getLast());
        client.create("clone", Map.of("from", name));
        assertThat(client.mount("clone", "engine").resolve("file")).hasContent("content");
        client.unmount("clone", "engine");
        client.remove(name(1));
        assertThat(client.list()).doesNotContain(name(1)).hasSize(VOLUMES + 1);
    }

    private static JsonNode log(ControlClient control, String volume, int limit) throws IOException {
        return control.ask("GET", "/v1/log?ref=" + volume + "&limit=" + limit);
    }

    private static List<String> ids(JsonNode log) {
        List<String> ids = new ArrayList<>();
        log.required("snapshots")
                .forEach(snapshot -> ids.add(snapshot.required("id").asText()));
        return ids;
    }

    private List<String> newestFirst(String volume) {
        return snapshots.getOrDefault(volume, List.of()).reversed();
    }

    /** Starts a daemon, and waits until it has loaded what there is. */
    private static DaemonProcess started(DaemonProcess.Plan plan) throws IOException, InterruptedException {
        DaemonProcess daemon = plan.start();
        try {
            Eventually.await("the volumes", PATIENCE, () -> lists(daemon));
            return daemon;
        } catch (AssertionError e) {
            daemon.close();
            throw e;
        }
    }

    private static boolean lists(DaemonProcess daemon) {
        try (VolumeDriverClient client = daemon.connect()) {
            return !client.list().isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String name(int n) {
        return "volume-%05d".formatted(n);
    }

    /** Copies what the daemon has left, each with a tree of its own. */
    private Path plant(Path pool) throws IOException {
        ObjectNode volume = template(pool.resolve("records"), "first@*.json", false);
        ObjectNode root = template(pool.resolve("snapshots"), "*.json", false);
        ObjectNode next = template(pool.resolve("snapshots"), "*.json", true);
        Instant time = Instant.parse(next.required("time").asText());
        try (FileHandle trees = FileHandle.openDirectory(pool.resolve("volumes"))) {
            for (int n = 0; n < VOLUMES; n++) {
                ObjectNode record = plantVolume(volume.deepCopy(), name(n));
                String id = record.required("id").asText();
                Btrfs.createSubvolume(trees, id);
                write(pool.resolve("records").resolve(name(n) + "@" + id + ".json"), record);
                List<String> history = new ArrayList<>();
                int length = n == 0 ? LONG_HISTORY : SNAPSHOTS_OF_EACH;
                for (int k = 0; k < length; k++) {
                    ObjectNode snapshot = (k == 0 ? root : next).deepCopy();
                    plantSnapshot(snapshot, record, history, time.plusSeconds(k));
                    Btrfs.createSubvolume(trees, history.getLast());
                    write(pool.resolve("snapshots").resolve(history.getLast() + ".json"), snapshot);
                }
                snapshots.put(name(n), history);
            }
        }
        return pool;
    }

    private ObjectNode plantVolume(ObjectNode record, String name) {
        String id = id();
        record.put("id", id).put("name", name).put("tree", id);
        ((ObjectNode) record.required("volumeset")).put("id", id()).put("name", name);
        ((ObjectNode) record.required("branch")).put("id", id);
        return record;
    }

    private void plantSnapshot(ObjectNode snapshot, ObjectNode volume, List<String> history, Instant time) {
        String id = id();
        snapshot.put("id", id).put("tree", id).put("time", time.toString());
        snapshot.set("volumeset", volume.required("volumeset"));
        snapshot.set("branch", volume.required("branch"));
        ((ObjectNode) snapshot.required("volume"))
                .put("id", volume.required("id").asText())
                .put("name", volume.required("name").asText());
        if (!history.isEmpty()) {
            snapshot.put("parent", history.getLast());
        }
        history.add(id);
    }

    private String id() {
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    /** A record of the daemon's; what is written here in its place has the very same form. */
    private static ObjectNode template(Path records, String names, boolean withParent) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(records, names)) {
            for (Path file : files) {
                byte[] bytes = Files.readAllBytes(file);
                ObjectNode record = (ObjectNode) JSON.readTree(bytes);
                assertThat(bytes(record)).as("%s written by the test", file).isEqualTo(bytes);
                if (record.has("parent") == withParent) {
                    return record;
                }
            }
        }
        throw new AssertionError("no such record in " + records);
    }

    private static void write(Path file, ObjectNode record) throws IOException {
        Files.write(file, bytes(record));
    }

    private static byte[] bytes(ObjectNode record) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
    }

    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    private static <T> T timed(String what, Work<T> work) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        T outcome = work.run();
        System.out.printf(
                "%,d volumes, %d snapshots of each, %s: %,d ms%n",
                VOLUMES,
                SNAPSHOTS_OF_EACH,
                what,
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
        return outcome;
    }
}
