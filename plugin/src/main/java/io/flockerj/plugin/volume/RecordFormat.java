package io.flockerj.plugin.volume;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A volume's record as JSON, format 1:
 *
 * <pre>{@code
 * {"format": 1, "id": "<32 hex>", "name": "db", "volumeset": {"id": "<32 hex>", "name": "db"}, "branch": "main",
 *  "tree": "<32 hex>", "createdAt": "2026-11-03T23:32:00Z", "options": {"size": 1073741824, "compression": "zstd",
 *  "cow": true, "uid": 0, "gid": 0, "mode": 493}, "removedAt": "2026-11-04T08:00:00Z"}
 * }</pre>
 *
 * Options and {@code removedAt} stand there only if they have a value. A reader refuses a format that it does not know, and
 * values of the wrong kind. Fields that it does not know are passed over and are gone when the record is next written: what
 * must not be lost that way raises the format.
 */
final class RecordFormat {
    static final int FORMAT = 1;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Kind OBJECT = new Kind("an object", JsonNode::isObject);
    private static final Kind TEXT = new Kind("a text", JsonNode::isTextual);
    private static final Kind NUMBER =
            new Kind("a whole number", value -> value.isIntegralNumber() && value.canConvertToLong());

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

    /** Reads a record back; throws {@link IOException}, with what is wrong, for anything else. */
    static VolumeRecord read(byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            long format = required(json, "format", NUMBER).asLong();
            if (format != FORMAT) {
                throw new IOException("its format is " + format + ", and this version of flockerj reads format "
                        + FORMAT + "; use the version that wrote it, or a newer one");
            }
            JsonNode volumeset = required(json, "volumeset", OBJECT);
            return new VolumeRecord(
                    id(json, "id"),
                    name(json),
                    new Volumeset(id(volumeset, "id"), name(volumeset)),
                    new BranchName(required(json, "branch", TEXT).asText()),
                    new TreeId(id(json, "tree")),
                    Instant.parse(required(json, "createdAt", TEXT).asText()),
                    readOptions(required(json, "options", OBJECT)),
                    optional(json, "removedAt", TEXT).map(JsonNode::asText).map(Instant::parse));
        } catch (JsonProcessingException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException e) {
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
                optional(json, "size", NUMBER).map(JsonNode::asLong).map(ByteSize::new),
                optional(json, "compression", TEXT).map(JsonNode::asText).map(RecordFormat::compression),
                optional(json, "cow", new Kind("true or false", JsonNode::isBoolean))
                        .map(JsonNode::asBoolean),
                optional(json, "uid", NUMBER).map(RecordFormat::toInt),
                optional(json, "gid", NUMBER).map(RecordFormat::toInt),
                optional(json, "mode", NUMBER).map(RecordFormat::toInt));
    }

    private static Compression compression(String word) {
        return Compression.parse(word)
                .orElseThrow(() -> new IllegalArgumentException("there is no compression '" + word + "'"));
    }

    private static RandomId id(JsonNode json, String field) {
        return new RandomId(required(json, field, TEXT).asText());
    }

    private static VolumeName name(JsonNode json) {
        return new VolumeName(required(json, "name", TEXT).asText());
    }

    private static int toInt(JsonNode number) {
        return Math.toIntExact(number.asLong());
    }

    private static Optional<JsonNode> optional(JsonNode json, String field, Kind kind) {
        return json.has(field) ? Optional.of(required(json, field, kind)) : Optional.empty();
    }

    private static JsonNode required(JsonNode json, String field, Kind kind) {
        JsonNode value = json.required(field);
        if (!kind.test().test(value)) {
            throw new IllegalArgumentException(field + " is not " + kind.words());
        }
        return value;
    }

    /** What a value has to be: a reader that takes "10G" for a number takes it for 0. */
    private record Kind(String words, Predicate<JsonNode> test) {}
}
