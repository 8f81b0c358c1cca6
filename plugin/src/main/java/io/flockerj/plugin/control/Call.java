package io.flockerj.plugin.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.http.Request;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One call of the control API, decoded: the parts of its path that stand for something, its query, and the fields of its body.
 * What is missing or of the wrong kind is refused with its name.
 */
final class Call {
    private static final int DEEPEST = 8;
    private static final int LONGEST_ZONE = 64;
    private static final int LONGEST_SUBJECT = 256;
    private static final List<String> SUBJECTS = List.of("name", "volumes", "volume", "ref", "place");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
    }

    private final List<String> path;
    private final ImmutableListMultimap<String, String> query;
    private final ObjectNode body;
    private final Instant askedAt;
    private final boolean isBegunAgain;

    private Call(
            List<String> path,
            ImmutableListMultimap<String, String> query,
            ObjectNode body,
            Instant askedAt,
            boolean isBegunAgain) {
        this.path = path;
        this.query = query;
        this.body = body;
        this.askedAt = askedAt;
        this.isBegunAgain = isBegunAgain;
    }

    /**
     * Decodes a request.
     *
     * @param askedAt when it came
     * @param path the parts of its path that stand for something, as sent
     * @param queryFields the names that its query may have
     * @param bodyFields the names that its body may have
     */
    static Call of(Request request, Instant askedAt, List<String> path, Set<String> queryFields, Set<String> bodyFields)
            throws BadRequestException, IOException {
        List<String> decoded = new ArrayList<>();
        for (String part : path) {
            decoded.add(decode(part.replace("+", "%2B")));
        }
        ImmutableListMultimap<String, String> query = query(request.query());
        refuseOthers("the query", query.keySet(), queryFields);
        ObjectNode body = body(request.body());
        List<String> given = new ArrayList<>();
        body.fieldNames().forEachRemaining(given::add);
        refuseOthers("the body", given, bodyFields);
        return new Call(decoded, query, body, askedAt, false);
    }

    /** The same, once more: an earlier daemon has begun it, and perhaps done it. */
    Call begunAgain() {
        return new Call(path, query, body, askedAt, true);
    }

    /** When it came, or came first; what the times in it are reckoned from. */
    Instant askedAt() {
        return askedAt;
    }

    boolean isBegunAgain() {
        return isBegunAgain;
    }

    private static void refuseOthers(String where, Iterable<String> given, Set<String> known)
            throws BadRequestException {
        for (String field : given) {
            if (!known.contains(field)) {
                throw new BadRequestException(where + " has a field '" + field.replaceAll("\\p{Cntrl}", "?")
                        + "', and this call takes "
                        + (known.isEmpty()
                                ? "none"
                                : String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    private static ImmutableListMultimap<String, String> query(Optional<String> text) throws BadRequestException {
        ImmutableListMultimap.Builder<String, String> query = ImmutableListMultimap.builder();
        for (String pair : Splitter.on('&').split(text.orElse(""))) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                query.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return query.build();
    }

    private static String decode(String text) throws BadRequestException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(
                    "'" + text.replaceAll("\\p{Cntrl}", "?") + "' is not percent-encoded as it should be");
        }
    }

    private static ObjectNode body(byte[] bytes) throws BadRequestException, IOException {
        if (bytes.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new BadRequestException("the body is no JSON (" + e.getOriginalMessage() + ")");
        }
        throw new BadRequestException("the body must be a JSON object");
    }

    /** The n-th part of the path that stands for something, from 0. */
    String part(int n) {
        return path.get(n);
    }

    /** A field of the query that must be there. */
    String query(String field) throws BadRequestException {
        return optionalQuery(field).orElseThrow(() -> new BadRequestException("the query lacks '" + field + "'"));
    }

    Optional<String> optionalQuery(String field) {
        return query.get(field).stream().reduce((earlier, later) -> later);
    }

    List<String> queries(String field) {
        return query.get(field);
    }

    boolean queryFlag(String field) throws BadRequestException {
        return switch (optionalQuery(field).orElse("false")) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw new BadRequestException("'" + field + "' in the query is not true or false");
        };
    }

    int queryNumber(String field, int otherwise, int most) throws BadRequestException {
        String text = optionalQuery(field).orElse(Integer.toString(otherwise));
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new BadRequestException("'" + field + "' in the query is not a number from 1 to " + most);
        }
        return Integer.parseInt(text);
    }

    /** A number of the query that is not negative. */
    Optional<Long> optionalQueryNumber(String field) throws BadRequestException {
        Optional<String> text = optionalQuery(field);
        if (text.isPresent() && !text.get().matches("[0-9]{1,18}")) {
            throw new BadRequestException("'" + field + "' in the query is not a number");
        }
        return text.map(Long::parseLong);
    }

    /** An id in the query, that must be there. */
    String queryId(String field) throws BadRequestException {
        String text = query(field);
        if (!text.matches("[0-9a-f]{32}")) {
            throw new BadRequestException("'" + field + "' in the query is not an id of 32 hexadecimal digits");
        }
        return text;
    }

    /** What the call is on, to be shown to people: the path says it, or the body; empty if neither does. */
    String subject() {
        if (!path.isEmpty()) {
            return shown(String.join(" ", path));
        }
        for (String field : SUBJECTS) {
            JsonNode value = body.path(field);
            if (value.isTextual()) {
                return shown(value.textValue());
            }
            if (value.isArray()) {
                List<String> texts = new ArrayList<>();
                value.forEach(each -> texts.add(each.asText()));
                return shown(String.join(", ", texts));
            }
        }
        return "";
    }

    private static String shown(String text) {
        return text.length() <= LONGEST_SUBJECT ? text : text.substring(0, LONGEST_SUBJECT) + "\u2026";
    }

    /** A text of the body that must be there. */
    String text(String field) throws BadRequestException {
        return optionalText(field).orElseThrow(() -> new BadRequestException("the body lacks '" + field + "'"));
    }

    Optional<String> optionalText(String field) throws BadRequestException {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new BadRequestException("'" + field + "' in the body is not a text");
        }
        return Optional.of(value.textValue());
    }

    /** A whole number of the body. */
    Optional<Integer> optionalNumber(String field, int least, int most) throws BadRequestException {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < least
                || value.intValue() > most) {
            throw new BadRequestException(
                    "'" + field + "' in the body is not a whole number from " + least + " to " + most);
        }
        return Optional.of(value.intValue());
    }

    /** True or false in the body, which must be there. */
    boolean flag(String field) throws BadRequestException {
        return optionalFlag(field).orElseThrow(() -> new BadRequestException("the body lacks '" + field + "'"));
    }

    Optional<Boolean> optionalFlag(String field) throws BadRequestException {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw new BadRequestException("'" + field + "' in the body is not true or false");
        }
        return Optional.of(value.booleanValue());
    }

    List<String> texts(String field) throws BadRequestException {
        List<String> texts = new ArrayList<>();
        if (!body.path(field).isArray()) {
            throw new BadRequestException("'" + field + "' in the body is not a list of texts");
        }
        for (JsonNode value : body.path(field)) {
            if (!value.isTextual()) {
                throw new BadRequestException("'" + field + "' in the body is not a list of texts");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    /** Texts by key; none if the field is not there. */
    Map<String, String> textMap(String field) throws BadRequestException {
        ImmutableMap.Builder<String, String> map = ImmutableMap.builder();
        for (Map.Entry<String, Optional<String>> entry : nullableTextMap(field).entrySet()) {
            map.put(
                    entry.getKey(),
                    entry.getValue()
                            .orElseThrow(() -> new BadRequestException(
                                    "'" + field + "' in the body holds a value that is not a text")));
        }
        return map.buildOrThrow();
    }

    /** Texts by key, empty for null; none if the field is not there. */
    Map<String, Optional<String>> nullableTextMap(String field) throws BadRequestException {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw new BadRequestException("'" + field + "' in the body is not an object of texts");
        }
        ImmutableMap.Builder<String, Optional<String>> map = ImmutableMap.builder();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (!entry.getValue().isTextual() && !entry.getValue().isNull()) {
                throw new BadRequestException("'" + field + "' in the body holds a value that is not a text");
            }
            map.put(
                    entry.getKey(),
                    entry.getValue().isNull()
                            ? Optional.empty()
                            : Optional.of(entry.getValue().textValue()));
        }
        return map.buildOrThrow();
    }

    /** The zone in which times are meant, from the query or the body; UTC if there is none. */
    ZoneId zone() throws BadRequestException {
        Optional<String> inBody = optionalText("zone");
        String text = inBody.or(() -> optionalQuery("zone")).orElse("");
        if (text.isEmpty()) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            String shown =
                    text.substring(0, Math.min(LONGEST_ZONE, text.length())).replaceAll("\\p{Cntrl}", "?");
            throw new BadRequestException(
                    "'" + shown + "' is no time zone; it is written like Europe/Berlin or +02:00");
        }
    }
}
