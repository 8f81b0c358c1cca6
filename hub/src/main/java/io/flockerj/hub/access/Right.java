package io.flockerj.hub.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do with a volumeset. Each includes those before it. */
public enum Right {
    /** See that it is there, and read all of its snapshots. */
    READ,
    /** Add snapshots, make tags, and make, move and delete branches that are not protected. */
    PUSH,
    /** Move protected branches forward. */
    PUBLISH,
    /** Delete protected branches and snapshots, give and take rights, delete the volumeset. */
    ADMIN;

    /** Whether who has this has another one too. */
    public boolean includes(Right other) {
        return compareTo(other) >= 0;
    }

    /** The lesser of two. */
    public Right atMost(Right other) {
        return includes(other) ? other : this;
    }

    /** As it is written in commands, addresses and the database: {@code publish}. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #written()}; empty if it is none. */
    public static Optional<Right> parse(String text) {
        return Arrays.stream(values())
                .filter(right -> right.written().equals(text))
                .findFirst();
    }
}
