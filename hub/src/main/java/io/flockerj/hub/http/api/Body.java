package io.flockerj.hub.http.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.http.BodyException;
import io.flockerj.hub.people.InvalidException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object that was sent: of bounded length, and with nothing in it that is not asked for. */
final class Body {
    /** No body is longer. */
    static final int LONGEST = 64 * 1024;

    private static final int DEEPEST = 8;
    private static final int MOST_ITEMS = 1_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode json;

    private Body(ObjectNode json) {
        this.json = json;
    }

    /**
     * Reads the body of a request.
     *
     * @param fields all that may be in it
     */
    static Body read(ServerRequest request, String... fields) throws InvalidException, IOException {
        ObjectNode json = parse(bytes(request));
        Set<String> known = Set.of(fields);
        for (var each : json.properties()) {
            if (!known.contains(each.getKey())) {
                throw new InvalidException(
                        Text.shown(each.getKey()),
                        "there is no field '" + Text.shown(each.getKey()) + "' here, only "
                                + String.join(", ", fields));
            }
        }
        return new Body(json);
    }

    private static byte[] bytes(ServerRequest request) throws IOException {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        if (request.headers().contentLength().orElse(0) > LONGEST) {
            throw tooLong();
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = read(in);
            if (bytes.length > LONGEST) {
                throw tooLong();
            }
            return bytes;
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        try {
            return in.readNBytes(LONGEST + 1);
        } catch (RuntimeException e) {
            // So the server tells of chunks that make no sense, and of a body that ends before its end.
            BodyException cutOff = new BodyException(
                    BodyException.Fault.CUT_OFF, "the body ended before its end, or its chunks are none");
            cutOff.initCause(e);
            throw cutOff;
        }
    }

    private static BodyException tooLong() {
        return new BodyException(BodyException.Fault.TOO_LONG, "a body has " + LONGEST + " bytes at most");
    }

    private static ObjectNode parse(byte[] bytes) throws InvalidException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw noObject("it is not in UTF-8");
        }
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw noObject(e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        throw noObject(bytes.length == 0 ? "there is none" : "it is something else");
    }

    private static InvalidException noObject(String why) {
        return new InvalidException("body", "the body has to be one JSON object: " + Text.shown(why));
    }

    private @Nullable JsonNode node(String field) throws InvalidException {
        JsonNode node = json.get(field);
        if (node != null && node.isNull()) {
            throw new InvalidException(field, "'" + field + "' is null: leave it out instead");
        }
        return node;
    }

    private static InvalidException missing(String field) {
        return new InvalidException(field, "'" + field + "' is missing");
    }

    /** A text without control characters. */
    Optional<String> optionalText(String field) throws InvalidException {
        JsonNode node = node(field);
        return node == null ? Optional.empty() : Optional.of(text(field, node));
    }

    private static String text(String field, JsonNode node) throws InvalidException {
        if (!node.isTextual()) {
            throw new InvalidException(field, "'" + field + "' has to be a text");
        }
        return Text.checked(field, node.textValue());
    }

    String text(String field) throws InvalidException {
        return optionalText(field).orElseThrow(() -> missing(field));
    }

    /** What may hold any character, and is never shown or kept as it is. */
    Optional<String> optionalPassword(String field) throws InvalidException {
        JsonNode node = node(field);
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw new InvalidException(field, "'" + field + "' has to be a text");
        }
        return Optional.of(Text.whole(field, node.textValue()));
    }

    String password(String field) throws InvalidException {
        return optionalPassword(field).orElseThrow(() -> missing(field));
    }

    Optional<Boolean> flag(String field) throws InvalidException {
        JsonNode node = node(field);
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isBoolean()) {
            throw new InvalidException(field, "'" + field + "' has to be true or false");
        }
        return Optional.of(node.booleanValue());
    }

    Optional<Instant> instant(String field) throws InvalidException {
        Optional<String> text = optionalText(field);
        return text.isEmpty() ? Optional.empty() : Optional.of(Text.instant(field, text.get()));
    }

    List<String> texts(String field) throws InvalidException {
        JsonNode node = node(field);
        if (node == null) {
            throw missing(field);
        }
        if (!node.isArray() || node.size() > MOST_ITEMS) {
            throw new InvalidException(field, "'" + field + "' has to be a list of " + MOST_ITEMS + " texts at most");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : node) {
            texts.add(text(field, each));
        }
        return texts;
    }
}
