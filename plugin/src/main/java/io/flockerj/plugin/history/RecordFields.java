package io.flockerj.plugin.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The fields of a record's JSON object, read strictly: a reader that takes "10G" for a number takes it for 0. The methods throw
 * {@link IllegalArgumentException}, with the field's name, for what is missing or of the wrong kind.
 */
public record RecordFields(JsonNode json) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Kind OBJECT = new Kind("an object", JsonNode::isObject);
    private static final Kind LIST = new Kind("a list", JsonNode::isArray);
    private static final Kind TEXT = new Kind("a text", JsonNode::isTextual);
    private static final Kind FLAG = new Kind("true or false", JsonNode::isBoolean);
    private static final Kind NUMBER =
            new Kind("a whole number", value -> value.isIntegralNumber() && value.canConvertToLong());

    /** An object to be filled and written. */
    public static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /** A record as it stands in its file. */
    public static byte[] write(ObjectNode json) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    /** Reads a file; throws {@link IOException}, with what is wrong, for what the reader does not take. */
    public static <T> T read(byte[] bytes, Function<RecordFields, T> reader) throws IOException {
        try {
            return reader.apply(new RecordFields(JSON.readTree(bytes)));
        } catch (JsonProcessingException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Reads the field {@code format}; refuses one that is not among those from {@code oldest} to {@code newest}. */
    public int format(int oldest, int newest) {
        long format = number("format");
        if (format < oldest || format > newest) {
            String known = oldest == newest ? "format " + newest : "formats " + oldest + " to " + newest;
            throw new IllegalArgumentException("its format is " + format + ", and this version of flockerj reads "
                    + known + "; use the version that wrote it, or a newer one");
        }
        return (int) format;
    }

    public boolean has(String field) {
        return json.has(field);
    }

    public boolean isText(String field) {
        return json.path(field).isTextual();
    }

    public String text(String field) {
        return required(field, TEXT).asText();
    }

    public long number(String field) {
        return required(field, NUMBER).asLong();
    }

    public boolean flag(String field) {
        return required(field, FLAG).asBoolean();
    }

    public RandomId id(String field) {
        return new RandomId(text(field));
    }

    /** A list of ids. */
    public Set<RandomId> ids(String field) {
        Set<RandomId> ids = new LinkedHashSet<>();
        required(field, LIST).forEach(each -> ids.add(new RandomId(each.asText())));
        return ids;
    }

    /** A list of texts. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        required(field, LIST).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    public Instant instant(String field) {
        return Instant.parse(text(field));
    }

    public RecordFields object(String field) {
        return new RecordFields(required(field, OBJECT));
    }

    /** A field that may be left out. */
    public <T> Optional<T> optional(String field, Function<String, T> reader) {
        return json.has(field) ? Optional.of(reader.apply(field)) : Optional.empty();
    }

    private JsonNode required(String field, Kind kind) {
        JsonNode value = json.required(field);
        if (!kind.test().test(value)) {
            throw new IllegalArgumentException(field + " is not " + kind.words());
        }
        return value;
    }

    private record Kind(String words, Predicate<JsonNode> test) {}
}
