package io.flockerj.hub.access;

import java.util.regex.Pattern;

/**
 * Names of branches, or of tags: letters, digits, {@code _}, {@code .}, {@code -}, and {@code *}, which stands for any of them. So
 * {@code main} is one branch, {@code release-*} are many, {@code *} are all.
 */
public record BranchPattern(String text) {
    /** What a pattern is, for messages. */
    public static final String RULE = "1 to 128 letters, digits, '_', '.' and '-', and '*' for any of them";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9_.*-]{0,127}");

    public BranchPattern {
        if (!isPattern(text)) {
            throw new IllegalArgumentException("not a pattern of names: that is " + RULE);
        }
    }

    /** Whether a text can be a pattern. */
    public static boolean isPattern(String text) {
        return VALID.matcher(text).matches();
    }

    /** Whether a branch or a tag of this name is meant; capital letters count. */
    public boolean matches(String name) {
        return Wildcard.matches(text, name);
    }
}
