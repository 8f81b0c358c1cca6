package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Quoted;
import java.util.regex.Pattern;

/**
 * The name of a volume: 1 to 128 characters, letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or a
 * digit. It can hold no {@code /} and is never {@code .} or {@code ..}, so it is safe as the name of a file.
 */
public record VolumeName(String value) implements Comparable<VolumeName> {
    /** What {@link #parse} accepts, for messages. */
    public static final String RULE = "1 to 128 letters, digits, '_', '.' or '-', beginning with a letter or a digit";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

    public VolumeName {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("not a volume name");
        }
    }

    /** Reads a name from outside. */
    public static VolumeName parse(String text) throws InvalidNameException {
        if (!VALID.matcher(text).matches()) {
            throw new InvalidNameException(Quoted.text(text) + " cannot be the name of a volume: a name is " + RULE);
        }
        return new VolumeName(text);
    }

    /** Whether a Docker engine made this name up for a container's anonymous volume: 64 hexadecimal digits. */
    public boolean isAnonymous() {
        return ANONYMOUS.matcher(value).matches();
    }

    @Override
    public int compareTo(VolumeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
