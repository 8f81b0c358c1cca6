package io.flockerj.hub.people;

import io.flockerj.hub.access.OwnerName;
import java.util.Set;

/**
 * The name of a user, a team or a service account: 1 to 39 lower-case letters, digits and {@code -}, which stands neither first nor last
 * nor beside another. So two names never differ by what people overlook, and none is a path, an option or a word of the hub's own
 * addresses.
 */
public record AccountName(String value) implements Comparable<AccountName> {
    /** What {@link #parse} accepts, for messages. */
    public static final String RULE =
            "1 to 39 lower-case letters, digits and single '-', which neither begin nor end it, and not 16 hexadecimal"
                    + " digits";

    /** First words of addresses, now or one day, and names that would be taken for somebody who is meant. */
    private static final Set<String> RESERVED = Set.of(
            "about",
            "access",
            "account",
            "accounts",
            "admin",
            "administrator",
            "all",
            "anonymous",
            "anybody",
            "api",
            "assets",
            "audit",
            "auth",
            "authenticated",
            "catalog",
            "catalogue",
            "check",
            "dashboard",
            "docs",
            "everybody",
            "everyone",
            "explore",
            "favicon",
            "flocker",
            "flockerhub",
            "flockerj",
            "ghost",
            "group",
            "groups",
            "guest",
            "health",
            "healthz",
            "help",
            "home",
            "hub",
            "internal",
            "latest",
            "live",
            "livez",
            "login",
            "logout",
            "me",
            "member",
            "members",
            "metrics",
            "names",
            "new",
            "nobody",
            "none",
            "null",
            "oauth",
            "openapi",
            "operator",
            "owner",
            "private",
            "profile",
            "public",
            "ready",
            "readyz",
            "register",
            "robots",
            "root",
            "search",
            "self",
            "service",
            "services",
            "session",
            "sessions",
            "settings",
            "setup",
            "signin",
            "signup",
            "site",
            "static",
            "status",
            "support",
            "system",
            "team",
            "teams",
            "token",
            "tokens",
            "undefined",
            "unknown",
            "user",
            "users",
            "v1",
            "v2",
            "v3",
            "volumeset",
            "volumesets",
            "web",
            "webhooks",
            "well-known");

    public AccountName {
        if (!isName(value)) {
            throw new IllegalArgumentException("not the name of an account");
        }
    }

    /** Reads a name from outside. */
    public static AccountName parse(String text) throws InvalidException {
        if (!OwnerName.isName(text)) {
            throw new InvalidException("name", "an account's name is " + RULE);
        }
        if (RESERVED.contains(text)) {
            throw new InvalidException("name", "'" + text + "' is reserved for the hub itself: choose another");
        }
        return new AccountName(text);
    }

    /** Whether an account can have this name. */
    public static boolean isName(String text) {
        return OwnerName.isName(text) && !RESERVED.contains(text);
    }

    /** The same, as the owner of volumesets. */
    public OwnerName owner() {
        return new OwnerName(value);
    }

    @Override
    public int compareTo(AccountName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
