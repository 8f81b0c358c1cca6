package io.flockerj.hub.access;

import java.util.regex.Pattern;

/**
 * The name of a user or a team as an owner of volumesets. What it owns is stored under that name, so it is never given to another.
 */
public record OwnerName(String value) implements Comparable<OwnerName> {
    private static final Pattern VALID = Pattern.compile("(?=.{1,39}$)[a-z0-9]+(-[a-z0-9]+)*");
    /** A directory that keeps a remote takes this for a version of a value. */
    private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{16}");

    public OwnerName {
        if (!isName(value)) {
            throw new IllegalArgumentException("not the name of an owner");
        }
    }

    /** Whether a text can be an owner's name. */
    public static boolean isName(String text) {
        return VALID.matcher(text).matches() && !NUMBER.matcher(text).matches();
    }

    @Override
    public int compareTo(OwnerName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
