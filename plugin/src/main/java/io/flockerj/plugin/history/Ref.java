package io.flockerj.plugin.history;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a person names a snapshot: {@code VOLUME[@REVISION]}. {@link #toString} gives the canonical text, which
 * {@link RefParser} reads back as an equal ref in every time zone.
 *
 * @param volume 1 to 128 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or a digit
 * @param revision which of its snapshots; if empty, what is meant is for the command to say
 */
public record Ref(String volume, Optional<Revision> revision) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    public Ref {
        if (!isName(volume)) {
            throw new IllegalArgumentException("not the name of a volume");
        }
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    @Override
    public String toString() {
        return volume + revision.map(text -> "@" + text).orElse("");
    }
}
