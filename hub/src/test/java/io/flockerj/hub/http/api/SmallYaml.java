package io.flockerj.hub.http.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/** As much of YAML as the descriptions of the APIs use: blocks of keys, dashes, braces, brackets, quotes and {@code |}. */
final class SmallYaml {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> lines;
    private int next;

    private SmallYaml(List<String> lines) {
        this.lines = lines;
    }

    static JsonNode parse(List<String> lines) {
        return new SmallYaml(lines).block(0);
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private boolean isAt(int indent) {
        while (next < lines.size() && lines.get(next).isBlank()) {
            next++;
        }
        return next < lines.size() && indent(lines.get(next)) == indent;
    }

    private JsonNode block(int indent) {
        return isAt(indent) && lines.get(next).strip().startsWith("- ") ? items(indent) : keys(indent);
    }

    private ArrayNode items(int indent) {
        ArrayNode items = JSON.createArrayNode();
        while (isAt(indent)) {
            items.add(new Flow(lines.get(next++).strip().substring(2)).whole());
        }
        return items;
    }

    private ObjectNode keys(int indent) {
        ObjectNode keys = JSON.createObjectNode();
        while (isAt(indent)) {
            String line = lines.get(next++).strip();
            int colon = line.startsWith("\"") ? line.indexOf("\":") + 1 : line.indexOf(':');
            String key = line.substring(0, colon).replace("\"", "");
            String rest = line.substring(colon + 1).strip();
            if (keys.has(key)) {
                throw new IllegalArgumentException("twice: " + line);
            }
            keys.set(key, rest.isEmpty() ? block(deeper(indent)) : rest.equals("|") ? text(indent) : value(rest));
        }
        return keys;
    }

    private int deeper(int indent) {
        int found = isAt(-1) ? -1 : indent(lines.get(next));
        if (found <= indent) {
            throw new IllegalArgumentException("nothing below line " + next + ": " + lines.get(next - 1));
        }
        return found;
    }

    private TextNode text(int indent) {
        StringBuilder text = new StringBuilder();
        while (next < lines.size() && (lines.get(next).isBlank() || indent(lines.get(next)) > indent)) {
            text.append(lines.get(next++).strip()).append('\n');
        }
        return TextNode.valueOf(text.toString());
    }

    private static JsonNode value(String text) {
        char first = text.charAt(0);
        return first == '{' || first == '[' || first == '"' ? new Flow(text).whole() : plain(text);
    }

    private static JsonNode plain(String text) {
        if (text.equals("true") || text.equals("false")) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        return text.matches("\\d{1,9}") ? IntNode.valueOf(Integer.parseInt(text)) : TextNode.valueOf(text);
    }

    /** What stands in one line. */
    private static final class Flow {
        private final String text;
        private int at;

        Flow(String text) {
            this.text = text;
        }

        JsonNode whole() {
            JsonNode node = node();
            skip();
            if (at != text.length()) {
                throw new IllegalArgumentException("more than one thing: " + text);
            }
            return node;
        }

        private void skip() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private JsonNode node() {
            skip();
            return switch (text.charAt(at)) {
                case '{' -> keys();
                case '[' -> items();
                case '"' -> TextNode.valueOf(quoted());
                default -> plain(word(",}]"));
            };
        }

        private ObjectNode keys() {
            ObjectNode keys = JSON.createObjectNode();
            at++;
            for (skip(); text.charAt(at) != '}'; skip()) {
                String key = text.charAt(at) == '"' ? quoted() : word(":");
                at++;
                keys.set(key, node());
                comma();
            }
            at++;
            return keys;
        }

        private ArrayNode items() {
            ArrayNode items = JSON.createArrayNode();
            at++;
            for (skip(); text.charAt(at) != ']'; skip()) {
                items.add(node());
                comma();
            }
            at++;
            return items;
        }

        private void comma() {
            skip();
            if (text.charAt(at) == ',') {
                at++;
            }
        }

        private String quoted() {
            int end = text.indexOf('"', at + 1);
            String quoted = text.substring(at + 1, end);
            at = end + 1;
            return quoted;
        }

        private String word(String ends) {
            int begin = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(begin, at).strip();
        }
    }
}
