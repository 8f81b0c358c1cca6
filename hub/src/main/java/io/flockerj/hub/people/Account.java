package io.flockerj.hub.people;

import io.flockerj.hub.access.Visibility;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A user, a team or a service account.
 *
 * @param displayName for people, may be empty
 * @param isAdministrator whether the user manages the accounts of the hub. That gives no right to any volumeset
 * @param answerable the user or team that answers for a service account
 * @param usualVisibility of the volumesets that are made under its name
 * @param disabled since when it may not sign in; its name and what it owns stay
 */
public record Account(
        Id id,
        AccountName name,
        Kind kind,
        String displayName,
        boolean isAdministrator,
        Optional<Id> answerable,
        Visibility usualVisibility,
        Instant created,
        Optional<Instant> disabled) {
    /** What an account is. */
    public enum Kind {
        /** A person, who signs in by password. */
        USER,
        /** Several accounts; it owns volumesets and is given rights, and never signs in. */
        TEAM,
        /** A program, which signs in by tokens only and owns nothing. */
        SERVICE;

        /** As it is written. */
        public String written() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads {@link #written()}; empty if it is none. */
        public static Optional<Kind> parse(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.written().equals(text))
                    .findFirst();
        }
    }
}
