package io.flockerj.integration.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A running daemon's volumes as its callers see them, and its pool as the host sees it.
 *
 * @param daemon one that has loaded its volumes
 * @param pool the pool's directory, where the daemon sees it
 */
public record HostView(DaemonProcess daemon, Path pool) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "look";
    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

    /** The view of a daemon whose pool is in a file or on a device. */
    public static HostView of(DaemonProcess daemon) {
        return new HostView(daemon, daemon.plan().path("run").resolve("pool"));
    }

    /** All volumes with their content, each mounted for a moment, and all snapshots that are kept, as {@link #snapshot} names them, and by all that is said of them. */
    Map<String, Volume> volumes() throws IOException {
        Map<String, Volume> seen = new LinkedHashMap<>(snapshots());
        try (VolumeDriverClient client = daemon.connect()) {
            for (String name : client.list()) {
                JsonNode status = client.get(name).required("Status");
                Path top = client.mount(name, ID);
                seen.put(name, volume(top, status.required("sizeLimit").asLong(0)));
                client.unmount(name, ID);
            }
        }
        return seen;
    }

    private Map<String, Volume> snapshots() throws IOException {
        Map<String, Volume> seen = new LinkedHashMap<>();
        Map<String, Volume> byId = new HashMap<>();
        List<JsonNode> kept = records("snapshots").stream()
                .filter(record -> record.hasNonNull("tree") && !record.hasNonNull("removedAt"))
                .sorted(Comparator.comparing(
                        record -> Instant.parse(record.required("time").asText())))
                .toList();
        for (JsonNode record : kept) {
            String volume = record.required("volume").required("name").asText();
            String message = record.path("message").asText().replaceAll(" to .*", "");
            int number = 1;
            while (seen.containsKey(snapshot(volume, message, number))) {
                number++;
            }
            Path tree = seenBy(pool)
                    .resolve("volumes")
                    .resolve(record.required("tree").asText());
            Volume content = volume(tree, 0);
            String name = snapshot(volume, message, number);
            seen.put(name, content);
            byId.put(record.required("id").asText(), content);
            if (record.path("held").asBoolean()) {
                seen.put(held(name), content);
            }
            record.path("labels")
                    .properties()
                    .forEach(label -> seen.put(
                            labelled(name, label.getKey(), label.getValue().asText()), content));
        }
        for (JsonNode record : records("volumesets")) {
            String volumeset = record.required("name").asText();
            record.required("tags").properties().forEach(tag -> {
                Volume content = byId.get(tag.getValue().asText());
                if (content != null) {
                    seen.put(tag(volumeset, tag.getKey()), content);
                }
            });
        }
        return seen;
    }

    /**
     * What a snapshot of a volume is called.
     *
     * @param message of the snapshot, up to its first "to"
     * @param number from 1, among those of the volume with this message, the oldest first
     */
    static String snapshot(String volume, String message, int number) {
        return "%s: %s %d".formatted(volume, message, number);
    }

    /** What a snapshot is called besides while it is held. */
    static String held(String snapshot) {
        return snapshot + ", held";
    }

    /** What a snapshot is called besides, with a label. */
    static String labelled(String snapshot, String key, String value) {
        return "%s, %s=%s".formatted(snapshot, key, value);
    }

    /** What a snapshot is called besides, with a tag. */
    static String tag(String volumeset, String tag) {
        return "%s@%s".formatted(volumeset, tag);
    }

    /** What is not as it has to be around a daemon that runs; empty if nothing is. */
    public List<String> disorder() throws IOException {
        List<String> found = new ArrayList<>();
        stackedMounts(found);
        unnamedTrees(found);
        temporaryFiles(found);
        Path file = daemon.plan().path("state").resolve("pool.btrfs");
        if (Files.exists(file)) {
            String loops = Commands.here()
                    .run("losetup", "--associated", file.toString())
                    .ok();
            if (loops.lines().count() != 1) {
                found.add("the pool file has not one loop device, but: " + loops);
            }
        }
        return found;
    }

    /** Waits until what an earlier daemon began to destroy is gone, which the next one sees to besides. */
    void awaitRestDestroyed() {
        Eventually.await("the end of what was half destroyed", () -> {
            try {
                return names(seenBy(pool).resolve("volumes")).stream().noneMatch(name -> name.endsWith(".destroyed"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Whether an engine made up the name: such a volume is not kept in the trash. */
    static boolean isAnonymous(String name) {
        return ANONYMOUS.matcher(name).matches();
    }

    /** The names of the volumes in the trash. */
    Set<String> trash() throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode record : records()) {
            if (record.hasNonNull("removedAt")) {
                names.add(record.required("name").asText());
            }
        }
        return names;
    }

    /** Leaves in the pool what a Create that was cut short may leave: a tree that no record names, and half a record. */
    void leaveHalfMade(int n) throws IOException {
        String id = "%032x".formatted(n);
        Commands.here()
                .run(
                        "btrfs",
                        "subvolume",
                        "create",
                        seenBy(pool).resolve("volumes").resolve(id).toString())
                .ok();
        Files.writeString(seenBy(pool).resolve("records").resolve("half@" + id + ".json.new"), "{\"format\":");
    }

    /** Whether the trash holds a volume that had this name. */
    boolean trashHas(String name) {
        try {
            return trash().contains(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has btrfs clean up after removed subvolumes now: each mount anew wakes the thread that wakes the cleaner (btrfs_reconfigure in
     * fs/btrfs/super.c, transaction_kthread in disk-io.c), which otherwise comes every 30 seconds.
     */
    void wakeCleaner() {
        Commands.here()
                .run(
                        "nsenter",
                        "--mount",
                        "--target",
                        Long.toString(daemon.process().pid()),
                        "mount",
                        "-o",
                        "remount",
                        pool.toString());
    }

    /** Where the daemon sees {@code path}, from here. */
    private Path seenBy(Path path) {
        return Path.of("/proc/" + daemon.process().pid() + "/root" + path);
    }

    private static Volume volume(Path top, long limit) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(top)) {
            for (Path entry : entries) {
                if (!entry.toString().endsWith(".tmp")) {
                    files.put(entry.getFileName().toString(), Files.readString(entry));
                }
            }
        }
        int mode = (int) Files.getAttribute(top, "unix:mode") & 07777;
        return new Volume(
                limit,
                (int) Files.getAttribute(top, "unix:uid"),
                (int) Files.getAttribute(top, "unix:gid"),
                mode,
                compression(top),
                !Commands.here()
                        .run("lsattr", "-d", top.toString())
                        .output()
                        .split(" ", -1)[0]
                        .contains("C"),
                files);
    }

    private static String compression(Path top) {
        String property = Commands.here()
                .run("btrfs", "property", "get", top.toString(), "compression")
                .output()
                .strip();
        return property.substring(property.indexOf('=') + 1);
    }

    private void stackedMounts(List<String> found) throws IOException {
        Set<String> points = new HashSet<>();
        Path table = Path.of("/proc/" + daemon.process().pid() + "/mountinfo");
        for (String line : Files.readAllLines(table)) {
            String point = line.split(" ", -1)[4];
            if (point.startsWith(daemon.plan().directory().toString()) && !points.add(point)) {
                found.add("mounted more than once: " + point);
            }
        }
    }

    /** Each tree has a record; each record has its tree, but for a volume in the trash that was destroyed, and is not shown any more. */
    private void unnamedTrees(List<String> found) throws IOException {
        Set<String> trees = new TreeSet<>(names(seenBy(pool).resolve("volumes")));
        for (JsonNode record : records()) {
            if (!trees.remove(record.required("tree").asText()) && !isDestroyed(record)) {
                found.add("no tree for the record " + record);
            }
        }
        for (JsonNode record : records("snapshots")) {
            if (record.hasNonNull("tree")
                    && !trees.remove(record.required("tree").asText())) {
                found.add("no tree for the record " + record);
            }
        }
        trees.forEach(tree -> found.add("no record for the tree " + tree));
    }

    /** Only an account waits for the file system; there is nothing to bring back. */
    private boolean isDestroyed(JsonNode volume) throws IOException {
        if (!volume.hasNonNull("removedAt")) {
            return false;
        }
        try (ControlClient control = daemon.connectToControl()) {
            return !control.ask("GET", "/v1/trash")
                    .findValuesAsText("id")
                    .contains(volume.required("id").asText());
        }
    }

    private void temporaryFiles(List<String> found) throws IOException {
        for (Path directory : List.of(
                seenBy(pool),
                seenBy(pool).resolve("records"),
                seenBy(pool).resolve("snapshots"),
                seenBy(pool).resolve("volumesets"),
                daemon.plan().path("state"))) {
            names(directory).stream()
                    .filter(name -> name.endsWith(".new"))
                    .forEach(name -> found.add("left over: " + directory.resolve(name)));
        }
    }

    private List<JsonNode> records() throws IOException {
        return records("records");
    }

    private List<JsonNode> records(String kind) throws IOException {
        Path directory = seenBy(pool).resolve(kind);
        List<JsonNode> records = new ArrayList<>();
        for (String name : names(directory)) {
            if (name.endsWith(".json")) {
                records.add(record(directory.resolve(name)));
            }
        }
        return records;
    }

    private static JsonNode record(Path file) throws IOException {
        JsonNode record = JSON.readTree(Files.readAllBytes(file));
        if (!record.isObject()) {
            throw new IOException("half a record: " + file);
        }
        return record;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
