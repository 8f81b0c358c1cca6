package io.flockerj.hub.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who may read a volumeset without having been given a right to it. */
public enum Visibility {
    /** Nobody; for others it does not exist. */
    PRIVATE,
    /** Whoever is signed in. */
    INTERNAL,
    /** Everybody, signed in or not. */
    PUBLIC;

    /** As it is written in commands, addresses and the database: {@code private}. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #written()}; empty if it is none. */
    public static Optional<Visibility> parse(String text) {
        return Arrays.stream(values())
                .filter(visibility -> visibility.written().equals(text))
                .findFirst();
    }
}
