package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Quoted;
import java.util.regex.Pattern;

/**
 * The name of a volume: 1 to 128 characters, letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or a
 * digit; or such a name, {@code @}, and the name of a snapshot by the same rule, which {@code ~N} may follow, altogether no more
 * than {@value #LONGEST} characters: a clone that is named after what it was made of. It can hold no {@code /} and is never
 * {@code .} or {@code ..}, so it is safe as the name of a file.
 */
public record VolumeName(String value) implements Comparable<VolumeName> {
    /** What {@link #parse} accepts, for messages. */
    public static final String RULE = "1 to 128 letters, digits, '_', '.' or '-', beginning with a letter or a digit";

    /** With what names of files have after it still within 255 bytes. */
    private static final int LONGEST = 200;

    private static final Pattern VALID =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}(@[A-Za-z0-9][A-Za-z0-9_.-]{0,127}(~[0-9]{0,7})?)?");
    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

    public VolumeName {
        if (!isName(value)) {
            throw new IllegalArgumentException("not a volume name");
        }
    }

    /** Reads a name from outside. */
    public static VolumeName parse(String text) throws InvalidNameException {
        if (!isName(text)) {
            String hint = text.contains("@")
                    ? "; VOLUME@REF, where REF is a tag, a branch, the beginning of an id or latest~N, names a clone. For a time"
                            + " write: docker volume create -o from='VOLUME@{TIME}' NAME"
                    : "";
            throw new InvalidNameException(
                    Quoted.text(text) + " cannot be the name of a volume: a name is " + RULE + hint);
        }
        return new VolumeName(text);
    }

    /** Whether a Docker engine made this name up for a container's anonymous volume: 64 hexadecimal digits. */
    public boolean isAnonymous() {
        return ANONYMOUS.matcher(value).matches();
    }

    /** Whether a text is one. */
    static boolean isName(String text) {
        return text.length() <= LONGEST && VALID.matcher(text).matches();
    }

    /** Whether it names what the volume is a clone of, as {@code VOLUME@REF}. */
    public boolean isRef() {
        return value.indexOf('@') >= 0;
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
