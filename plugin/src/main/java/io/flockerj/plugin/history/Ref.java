package io.flockerj.plugin.history;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a person names a snapshot: {@code VOLUME[@REVISION]}. {@link #toString} gives the canonical text, which
 * {@link RefParser} reads back as an equal ref in every time zone.
 *
 * @param volume 1 to 128 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or a digit; {@code local:} before that means a
 *     volume of another driver
 * @param revision which of its snapshots; if empty, what is meant is for the command to say
 */
public record Ref(String volume, Optional<Revision> revision) {
    /** What stands before the name of a volume of another driver. */
    public static final String LOCAL = "local:";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    public Ref {
        if (!isVolume(volume)) {
            throw new IllegalArgumentException("not the name of a volume");
        }
    }

    /** Whether a text may stand before the {@code @}. */
    static boolean isVolume(String text) {
        return isName(text.startsWith(LOCAL) ? text.substring(LOCAL.length()) : text);
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    @Override
    public String toString() {
        return volume + revision.map(text -> "@" + text).orElse("");
    }
}
