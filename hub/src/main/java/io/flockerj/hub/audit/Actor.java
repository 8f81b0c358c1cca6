package io.flockerj.hub.audit;

import io.flockerj.store.id.Id;
import java.util.Optional;

/**
 * Who did something, and from where.
 *
 * @param account empty if nobody was signed in
 * @param name of the account at that time, or the one that somebody claimed to have
 * @param token the id of the token that was shown
 * @param address the host it came from
 * @param request the id of the request, as the log of requests has it
 */
public record Actor(
        Optional<Id> account,
        Optional<String> name,
        Optional<Id> token,
        Optional<String> address,
        Optional<String> request) {
    private static final int LONGEST = 128;

    public Actor {
        name = name.map(text -> Written.text(text, LONGEST));
        address = address.map(text -> Written.text(text, LONGEST));
        request = request.map(text -> Written.text(text, LONGEST));
    }

    /** The hub, by itself. */
    public static Actor hub() {
        return new Actor(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Somebody who is not known, at an address. */
    public static Actor unknown(String address) {
        return new Actor(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(address), Optional.empty());
    }
}
