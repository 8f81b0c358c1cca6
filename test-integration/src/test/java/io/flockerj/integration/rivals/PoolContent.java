package io.flockerj.integration.rivals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is found in a pool, read from its files and not by the daemon.
 *
 * @param volumes that exist
 * @param snapshots that have a tree, those in the trash too
 * @param kept the ids of those that are not in the trash
 */
record PoolContent(List<Tree> volumes, List<Tree> snapshots, List<String> kept) {
    private static final ObjectMapper JSON = new ObjectMapper();

    PoolContent {
        volumes = List.copyOf(volumes);
        snapshots = List.copyOf(snapshots);
        kept = List.copyOf(kept);
    }

    /**
     * A volume or a snapshot.
     *
     * @param name the volume's
     * @param token of the order that a snapshot comes from
     * @param isOutcome whether a rollback has ended with it
     */
    record Tree(String id, String name, String volumeset, String token, boolean isOutcome, Stamps stamps) {
        @Override
        public String toString() {
            return "%s %s of %s, volumeset %s, last stamp %d%s"
                    .formatted(
                            token.isEmpty() ? "volume" : "snapshot " + token,
                            id,
                            name,
                            volumeset,
                            stamps.last(),
                            isOutcome ? ", outcome of a rollback" : "");
        }
    }

    /** @param pool the pool's directory, as it is seen from here */
    static PoolContent in(Path pool) throws IOException {
        List<Tree> volumes = new ArrayList<>();
        for (JsonNode record : records(pool.resolve("records"))) {
            if (!record.has("removedAt")) {
                volumes.add(tree(pool, record, record.required("name").asText(), ""));
            }
        }
        List<Tree> snapshots = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (JsonNode record : records(pool.resolve("snapshots"))) {
            if (record.has("tree")) {
                String token =
                        record.path("author").asText(record.path("message").asText("none"));
                snapshots.add(tree(
                        pool, record, record.required("volume").required("name").asText(), token));
                if (!record.has("removedAt")) {
                    kept.add(record.required("id").asText());
                }
            }
        }
        return new PoolContent(volumes, snapshots, kept);
    }

    Stream<Tree> all() {
        return Stream.concat(volumes.stream(), snapshots.stream());
    }

    List<Tree> trees() {
        return all().toList();
    }

    Optional<Tree> volume(String name) {
        return volumes.stream().filter(volume -> volume.name().equals(name)).findAny();
    }

    Optional<Tree> snapshot(String id) {
        return snapshots.stream().filter(snapshot -> snapshot.id().equals(id)).findAny();
    }

    private static Tree tree(Path pool, JsonNode record, String name, String token) throws IOException {
        return new Tree(
                record.required("id").asText(),
                name,
                record.required("volumeset").required("id").asText(),
                token,
                record.has("restoredFrom"),
                Stamps.in(
                        pool.resolve("volumes").resolve(record.required("tree").asText())));
    }

    private static List<JsonNode> records(Path directory) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
            for (Path file : files) {
                records.add(JSON.readTree(Files.readAllBytes(file)));
            }
        }
        return records;
    }
}
