package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the fields of an answer, and says which one is missing or of the wrong kind. */
record Fields(JsonNode node) {
    /** Makes a value of one element of an answer. */
    @FunctionalInterface
    interface Reader<T> {
        T read(JsonNode node) throws IOException;
    }

    static <T> List<T> list(JsonNode node, String name, Reader<T> reader) throws IOException {
        List<T> all = new ArrayList<>();
        JsonNode array = node.path(name);
        if (!array.isArray()) {
            throw missing(name);
        }
        for (JsonNode each : array) {
            all.add(reader.read(each));
        }
        return all;
    }

    String text(String name) throws IOException {
        JsonNode field = node.path(name);
        if (!field.isTextual()) {
            throw missing(name);
        }
        return field.asText();
    }

    Optional<String> maybeText(String name) {
        JsonNode field = node.path(name);
        return field.isTextual() ? Optional.of(field.asText()) : Optional.empty();
    }

    long number(String name) throws IOException {
        JsonNode field = node.path(name);
        if (!field.isIntegralNumber()) {
            throw missing(name);
        }
        return field.asLong();
    }

    OptionalLong maybeNumber(String name) {
        JsonNode field = node.path(name);
        return field.isIntegralNumber() ? OptionalLong.of(field.asLong()) : OptionalLong.empty();
    }

    boolean flag(String name) throws IOException {
        JsonNode field = node.path(name);
        if (!field.isBoolean()) {
            throw missing(name);
        }
        return field.asBoolean();
    }

    Instant instant(String name) throws IOException {
        return instant(text(name), name);
    }

    Optional<Instant> maybeInstant(String name) throws IOException {
        Optional<String> text = maybeText(name);
        return text.isPresent() ? Optional.of(instant(text.get(), name)) : Optional.empty();
    }

    private static Instant instant(String text, String name) throws IOException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new BadAnswerException("the daemon's answer has no time in \"" + name + "\" but: " + text);
        }
    }

    Map<String, String> texts(String name) {
        Map<String, String> all = new LinkedHashMap<>();
        node.path(name)
                .properties()
                .forEach(each -> all.put(each.getKey(), each.getValue().asText()));
        return all;
    }

    List<String> textList(String name) {
        List<String> all = new ArrayList<>();
        node.path(name).forEach(each -> all.add(each.asText()));
        return all;
    }

    private static BadAnswerException missing(String name) {
        return new BadAnswerException("the daemon's answer has no proper \"" + name + "\"");
    }
}
