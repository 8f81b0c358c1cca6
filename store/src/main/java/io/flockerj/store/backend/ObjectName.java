package io.flockerj.store.backend;

import java.util.regex.Pattern;

/**
 * The name of an object, a value or a folder: segments of up to 128 letters, digits, {@code _}, {@code .} and {@code -}, the first
 * character a letter or a digit, with {@code /} between them. So it can neither lead upwards nor hide.
 */
public record ObjectName(String text) implements Comparable<ObjectName> {
    private static final String SEGMENT = "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}";
    private static final Pattern VALID = Pattern.compile(SEGMENT + "(/" + SEGMENT + "){0,7}");

    public ObjectName {
        if (!VALID.matcher(text).matches()) {
            throw new IllegalArgumentException("not the name of an object: " + text);
        }
    }

    /** A name of these segments. */
    public static ObjectName of(String first, String... others) {
        return others.length == 0 ? new ObjectName(first) : new ObjectName(first + "/" + String.join("/", others));
    }

    /** Whether a text is a name. */
    public static boolean isValid(String text) {
        return VALID.matcher(text).matches();
    }

    /** The name of something in this folder. */
    public ObjectName child(String segment) {
        return new ObjectName(text + "/" + segment);
    }

    /** What stands behind the last {@code /}. */
    public String lastSegment() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** Whether this is below a folder. */
    public boolean isBelow(ObjectName folder) {
        return text.length() > folder.text.length()
                && text.startsWith(folder.text)
                && text.charAt(folder.text.length()) == '/';
    }

    @Override
    public int compareTo(ObjectName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
