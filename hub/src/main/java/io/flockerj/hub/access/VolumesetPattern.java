package io.flockerj.hub.access;

import java.util.regex.Pattern;

/** Volumesets, for the scope of a token: {@code owner/name}, where {@code *} stands for any characters of either. */
public record VolumesetPattern(String text) {
    /** What a pattern is, for messages. */
    public static final String RULE = "OWNER/NAME, with '*' for any characters, such as team/* or */*";

    private static final Pattern VALID =
            Pattern.compile("[a-z0-9*][a-z0-9*-]{0,38}/[A-Za-z0-9*][A-Za-z0-9_.*-]{0,127}");

    public VolumesetPattern {
        if (!isPattern(text)) {
            throw new IllegalArgumentException("not a pattern of volumesets: that is " + RULE);
        }
    }

    /** Whether a text can be a pattern. */
    public static boolean isPattern(String text) {
        return VALID.matcher(text).matches();
    }

    /** Whether all volumesets of an owner are meant, whatever they are called. */
    public boolean matchesAll(OwnerName owner) {
        int slash = text.indexOf('/');
        boolean anyName = text.substring(slash + 1).chars().allMatch(character -> character == '*');
        return anyName && Wildcard.matches(text.substring(0, slash), owner.value());
    }

    /** Whether a volumeset is meant. */
    public boolean matches(VolumesetName volumeset) {
        int slash = text.indexOf('/');
        return Wildcard.matches(text.substring(0, slash), volumeset.owner().value())
                && Wildcard.matches(text.substring(slash + 1), volumeset.name());
    }
}
