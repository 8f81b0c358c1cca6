package io.flockerj.plugin.volumedriver;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The arguments of a call: the fields of the JSON object in its body. Fields that are not asked for are ignored; of several of
 * one name the last counts.
 */
final class Arguments {
    static final int MOST_OPTIONS = 64;
    static final int LONGEST_OPTION_KEY = 128;
    static final int LONGEST_OPTION_VALUE = 4096;
    private static final int DEEPEST = 16;
    private static final int MOST_TOKENS = 10_000;
    private static final int LONGEST_NUMBER = 100;
    /** As long as a body may be, so that a long name is refused as a name and not as JSON. */
    private static final int LONGEST_STRING = 1 << 20;

    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_TOKENS)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxNameLength(LONGEST_STRING)
                            .maxStringLength(LONGEST_STRING)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final ObjectNode fields;

    private Arguments(ObjectNode fields) {
        this.fields = fields;
    }

    static Arguments parse(byte[] body) throws BadArgumentsException {
        if (body.length == 0) {
            throw new BadArgumentsException(
                    "the request has no body. Docker's client loses it when it repeats a request; try again");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (JSON.readTree(text) instanceof ObjectNode fields) {
                return new Arguments(fields);
            }
            throw new BadArgumentsException("the body of the request must be a JSON object");
        } catch (CharacterCodingException e) {
            throw new BadArgumentsException("the body of the request must be JSON in UTF-8, and is not UTF-8");
        } catch (JacksonException e) {
            throw new BadArgumentsException("the body of the request is not valid JSON, or too large or too deep"
                    + (e.getLocation() == null
                            ? ""
                            : ", at column " + e.getLocation().getColumnNr()));
        }
    }

    /** The string of that name, which must be there. */
    String text(String key) throws BadArgumentsException {
        JsonNode value = fields.get(key);
        if (value == null || value.isNull()) {
            throw new BadArgumentsException("the body of the request lacks \"" + key + "\"");
        }
        if (!value.isTextual()) {
            throw new BadArgumentsException("\"" + key + "\" in the body of the request must be a string");
        }
        return value.textValue();
    }

    /** What was given with {@code -o}; empty if nothing was. */
    Map<String, String> options() throws BadArgumentsException {
        JsonNode given = fields.get("Opts");
        if (given == null || given.isNull()) {
            return Map.of();
        }
        if (!(given instanceof ObjectNode options)) {
            throw new BadArgumentsException("\"Opts\" in the body of the request must be an object");
        }
        if (options.size() > MOST_OPTIONS) {
            throw new BadArgumentsException("more than " + MOST_OPTIONS + " options were given");
        }
        ImmutableMap.Builder<String, String> result = ImmutableMap.builder();
        for (Map.Entry<String, JsonNode> option : options.properties()) {
            result.put(option.getKey(), value(option.getKey(), option.getValue()));
        }
        return result.buildOrThrow();
    }

    private static String value(String key, JsonNode value) throws BadArgumentsException {
        if (key.length() > LONGEST_OPTION_KEY) {
            throw new BadArgumentsException(
                    "the name of an option is longer than " + LONGEST_OPTION_KEY + " characters");
        }
        if (!value.isTextual()) {
            throw new BadArgumentsException(
                    "the value of option '" + printable(key) + "' must be a string, also where it is a number");
        }
        if (value.textValue().length() > LONGEST_OPTION_VALUE) {
            throw new BadArgumentsException("the value of option '" + printable(key) + "' is longer than "
                    + LONGEST_OPTION_VALUE + " characters");
        }
        return value.textValue();
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
