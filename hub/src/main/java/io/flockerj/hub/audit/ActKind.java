package io.flockerj.hub.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an act was. */
public enum ActKind {
    /** A hub began or ended. */
    HUB,
    SIGN_IN,
    SIGN_OUT,
    /** Something was refused for want of a right. */
    DENIAL,
    /** Data of a volumeset left the hub. */
    READ,
    /** Data came, and a snapshot with it. */
    PUSH,
    /** A branch or a tag was made, moved or deleted. */
    REF,
    ACCOUNT,
    PASSWORD,
    TEAM,
    /** Rights were given or taken. */
    RIGHTS,
    PROTECTION,
    TOKEN,
    /** A volumeset was made, renamed, shown to others or hidden from them. */
    VOLUMESET,
    DELETION,
    RESTORATION,
    /** What a deleted volumeset held was removed from the storage, so that nobody can restore it. */
    REMOVAL;

    /** As it is written in the record: {@code sign-in}. */
    public String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads {@link #written()}; empty if it is none. */
    public static Optional<ActKind> parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.written().equals(text))
                .findFirst();
    }
}
