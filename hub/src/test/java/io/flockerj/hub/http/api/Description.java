package io.flockerj.hub.http.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** docs/hub-api.yaml, by which answers are checked. */
final class Description {
    private static final Path FILE = Path.of("../docs/hub-api.yaml");
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");
    /** What of a schema is checked, or says nothing that could be. */
    private static final Set<String> KNOWN = Set.of(
            "type",
            "const",
            "enum",
            "required",
            "properties",
            "additionalProperties",
            "items",
            "pattern",
            "maxLength",
            "format",
            "description",
            "examples",
            "$ref");

    private final JsonNode whole;

    private Description(JsonNode whole) {
        this.whole = whole;
    }

    static Description read() {
        try {
            return new Description(SmallYaml.parse(Files.readAllLines(FILE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All operations, as {@code GET /api/v1/me}. */
    SortedSet<String> operations() {
        TreeSet<String> operations = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : whole.get("paths").properties()) {
            path.getValue().fieldNames().forEachRemaining(method -> {
                if (METHODS.contains(method)) {
                    operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }
            });
        }
        return operations;
    }

    /** Whether an operation is for who is not signed in as well. */
    boolean isForEverybody(String operation) {
        return operation(operation).has("security");
    }

    private JsonNode operation(String operation) {
        String[] parts = operation.split(" ", 2);
        return whole.get("paths").get(parts[1]).get(parts[0].toLowerCase(Locale.ROOT));
    }

    /** What may be in the body of a request; empty if there is none. */
    List<String> fields(String operation) {
        List<String> fields = new ArrayList<>();
        if (operation(operation).has("requestBody")) {
            resolved(operation(operation).get("requestBody"))
                    .get("content")
                    .get("application/json")
                    .get("schema")
                    .get("properties")
                    .fieldNames()
                    .forEachRemaining(fields::add);
        }
        return fields;
    }

    /** The operation that a request is; empty if it is none. */
    Optional<String> find(String method, String path) {
        String plain = path.replaceFirst("\\?.*", "");
        return operations().stream()
                .filter(operation -> operation.startsWith(method + " "))
                .filter(operation ->
                        plain.matches(operation.substring(method.length() + 1).replaceAll("\\{[a-z]+}", "[^/]+")))
                .findFirst();
    }

    /** What is wrong with an answer. */
    List<String> faults(String operation, int status, String type, Optional<JsonNode> body) {
        List<String> faults = new ArrayList<>();
        JsonNode responses = operation(operation).get("responses");
        JsonNode response = resolved(
                responses.has(Integer.toString(status))
                        ? responses.get(Integer.toString(status))
                        : responses.get("default"));
        boolean isProblem = status >= 400;
        if (!isProblem && !responses.has(Integer.toString(status))) {
            faults.add("status " + status + " is not described");
        }
        JsonNode content = response.get("content");
        if (content == null) {
            if (body.isPresent()) {
                faults.add("there is a body");
            }
        } else if (!content.has(type)) {
            faults.add("the type " + type + " is not described");
        } else if (operation.startsWith("HEAD ")) {
            body.ifPresent(_ -> faults.add("there is a body"));
        } else if (!content.get(type).has("schema")) {
            body.ifPresent(_ -> faults.add("nobody checks " + type));
        } else if (body.isPresent()) {
            check(content.get(type).get("schema"), body.get(), "", faults);
        } else {
            faults.add("there is no body");
        }
        return faults;
    }

    private JsonNode resolved(JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        return resolved(whole.at(node.get("$ref").textValue().substring(1)));
    }

    private void check(JsonNode given, JsonNode value, String at, List<String> faults) {
        JsonNode schema = resolved(given);
        schema.fieldNames().forEachRemaining(word -> {
            if (!KNOWN.contains(word)) {
                faults.add("nobody checks " + word);
            }
        });
        if (schema.has("type") && !isType(schema.get("type").textValue(), value)) {
            faults.add(at + " is no " + schema.get("type").textValue() + ": " + value);
        }
        if (schema.has("const") && !schema.get("const").equals(value)) {
            faults.add(at + " is " + value);
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            faults.add(at + " is none of them: " + value);
        }
        if (schema.has("pattern")
                && !value.asText().matches(schema.get("pattern").textValue())) {
            faults.add(at + " does not match: " + value);
        }
        if (schema.has("maxLength")
                && value.asText().length() > schema.get("maxLength").intValue()) {
            faults.add(at + " is too long: " + value);
        }
        if (value.isObject()) {
            object(schema, value, at, faults);
        }
        if (value.isArray()) {
            value.forEach(item -> check(schema.get("items"), item, at + "[]", faults));
        }
    }

    private static boolean contains(JsonNode all, JsonNode value) {
        for (JsonNode each : all) {
            if (each.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private void object(JsonNode schema, JsonNode value, String at, List<String> faults) {
        if (schema.has("required")) {
            schema.get("required").forEach(name -> {
                if (!value.has(name.textValue())) {
                    faults.add(at + " has no " + name.textValue());
                }
            });
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            JsonNode known = schema.has("properties") ? schema.get("properties").get(each.getKey()) : null;
            JsonNode others = schema.get("additionalProperties");
            if (known != null) {
                check(known, each.getValue(), at + "." + each.getKey(), faults);
            } else if (others != null && others.isObject()) {
                check(others, each.getValue(), at + "." + each.getKey(), faults);
            } else {
                faults.add(at + " has " + each.getKey() + ", which is not described");
            }
        }
    }
}
