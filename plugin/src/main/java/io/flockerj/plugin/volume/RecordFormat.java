package io.flockerj.plugin.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A volume's record as JSON, format 1:
 *
 * <pre>{@code
 * {"format": 1, "id": "<32 hex>", "name": "db", "volumeset": {"id": "<32 hex>", "name": "db"}, "branch": "main",
 *  "tree": "<32 hex>", "createdAt": "2026-11-03T23:32:00Z", "options": {"size": 1073741824, "compression": "zstd",
 *  "cow": true, "uid": 0, "gid": 0, "mode": 493}, "removedAt": "2026-11-04T08:00:00Z"}
 * }</pre>
 *
 * Options and {@code removedAt} stand there only if they have a value. A reader refuses a format that it does not know.
 */
final class RecordFormat {
    static final int FORMAT = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordFormat() {}

    static byte[] write(VolumeRecord record) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT)
                .put("id", record.id().hex())
                .put("name", record.name().value());
        json.putObject("volumeset")
                .put("id", record.volumeset().id().hex())
                .put("name", record.volumeset().name().value());
        json.put("branch", record.branch().value()).put("tree", record.tree().toString());
        json.put("createdAt", record.createdAt().toString());
        writeOptions(json.putObject("options"), record.options());
        record.removedAt().ifPresent(when -> json.put("removedAt", when.toString()));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    /** Reads a record back; throws {@link IOException} for whatever {@link #write} has not written. */
    static VolumeRecord read(byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            int format = json.required("format").asInt();
            if (format != FORMAT) {
                throw new IOException(
                        "its format is " + format + ", and this version of flockerj reads format " + FORMAT);
            }
            JsonNode volumeset = json.required("volumeset");
            return new VolumeRecord(
                    id(json, "id"),
                    name(json),
                    new Volumeset(id(volumeset, "id"), name(volumeset)),
                    new BranchName(json.required("branch").asText()),
                    new TreeId(id(json, "tree")),
                    Instant.parse(json.required("createdAt").asText()),
                    readOptions(json.required("options")),
                    optional(json, "removedAt").map(JsonNode::asText).map(Instant::parse));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void writeOptions(ObjectNode json, VolumeOptions options) {
        options.size().ifPresent(size -> json.put("size", size.bytes()));
        options.compression().ifPresent(compression -> json.put("compression", compression.word()));
        options.copyOnWrite().ifPresent(cow -> json.put("cow", cow));
        options.uid().ifPresent(uid -> json.put("uid", uid));
        options.gid().ifPresent(gid -> json.put("gid", gid));
        options.mode().ifPresent(mode -> json.put("mode", mode));
    }

    private static VolumeOptions readOptions(JsonNode json) {
        return new VolumeOptions(
                optional(json, "size").map(JsonNode::asLong).map(ByteSize::new),
                optional(json, "compression").map(JsonNode::asText).map(RecordFormat::compression),
                optional(json, "cow").map(JsonNode::asBoolean),
                optional(json, "uid").map(JsonNode::asInt),
                optional(json, "gid").map(JsonNode::asInt),
                optional(json, "mode").map(JsonNode::asInt));
    }

    private static Compression compression(String word) {
        return Compression.parse(word)
                .orElseThrow(() -> new IllegalArgumentException("there is no compression '" + word + "'"));
    }

    private static Optional<JsonNode> optional(JsonNode json, String field) {
        return json.hasNonNull(field) ? Optional.of(json.path(field)) : Optional.empty();
    }

    private static RandomId id(JsonNode json, String field) {
        return new RandomId(json.required(field).asText());
    }

    private static VolumeName name(JsonNode json) {
        return new VolumeName(json.required("name").asText());
    }
}
