package io.flockerj.cli.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a request is for: a path and a query, percent-encoded (RFC 3986).
 *
 * @param text as it goes over the wire
 */
public record Target(String text) {
    private static final String UNRESERVED = "-._~";

    /** The path of these segments, each of them encoded; none may be empty ({@link EmptyNameException}). */
    public static Target of(String... segments) {
        StringBuilder text = new StringBuilder();
        for (String segment : segments) {
            if (segment.isEmpty()) {
                throw new EmptyNameException();
            }
            encode(segment, text.append('/'));
        }
        return new Target(text.toString());
    }

    /** The same with one more query parameter. */
    public Target with(String name, String value) {
        StringBuilder longer = new StringBuilder(text).append(text.indexOf('?') < 0 ? '?' : '&');
        encode(name, longer);
        encode(value, longer.append('='));
        return new Target(longer.toString());
    }

    /** The same with one more query parameter, if there is a value for it. */
    public Target with(String name, Optional<String> value) {
        return value.map(there -> with(name, there)).orElse(this);
    }

    /** What is asked for by its name has none. */
    public static final class EmptyNameException extends IllegalArgumentException {
        EmptyNameException() {
            super("a name is empty");
        }
    }

    private static void encode(String raw, StringBuilder out) {
        for (byte b : raw.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            // A segment that is a dot or two would be taken for a step up by whatever normalises paths.
            boolean dots = c == '.' && (raw.equals(".") || raw.equals(".."));
            if (plain && !dots) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
