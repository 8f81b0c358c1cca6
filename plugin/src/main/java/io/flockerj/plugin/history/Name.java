package io.flockerj.plugin.history;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a volumeset, branch or tag: 1 to 128 characters, letters, digits, {@code _}, {@code .} and {@code -}, the first a
 * letter or a digit.
 */
public record Name(String value) implements Comparable<Name> {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    /** The branch that a new volume works on. */
    public static final Name MAIN = new Name("main");

    /** What {@link #parse} accepts, for messages. */
    public static final String RULE = "1 to 128 letters, digits, '_', '.' or '-', beginning with a letter or a digit";

    public Name {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("not a name");
        }
    }

    /** Reads a name from outside; empty if it is none. */
    public static Optional<Name> parse(String text) {
        return VALID.matcher(text).matches() ? Optional.of(new Name(text)) : Optional.empty();
    }

    @Override
    public int compareTo(Name other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
