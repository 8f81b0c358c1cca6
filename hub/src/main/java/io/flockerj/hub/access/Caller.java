package io.flockerj.hub.access;

import io.flockerj.hub.limit.Network;
import io.flockerj.store.id.Id;
import java.util.Optional;

/**
 * Who asks.
 *
 * @param account empty if nobody is signed in
 * @param token what was shown instead of a password; empty for who signed in by password, or not at all
 * @param address the host that the request came from
 * @param request the id of the request, as the logs have it
 */
public record Caller(Optional<Account> account, Optional<TokenScope> token, String address, String request) {
    /** A user or a service account that is signed in. */
    public record Account(Id id, String name) {}

    public Caller {
        if (token.isPresent() && account.isEmpty()) {
            throw new IllegalArgumentException("a token is of somebody");
        }
    }

    /** Somebody who has not signed in. */
    public static Caller anonymous(String address, String request) {
        return new Caller(Optional.empty(), Optional.empty(), address, request);
    }

    /** Whom limits take for one: an account, or all who call from one network and are not signed in. */
    public String limitedAs() {
        return account.map(each -> each.id().hex()).orElseGet(() -> Network.ofCaller(address));
    }

    public boolean isSignedIn() {
        return account.isPresent();
    }

    /** What is left of a right to all volumesets of an owner when it is asked for with this token. */
    public Optional<Right> toAllOf(OwnerName owner, Optional<Right> right) {
        if (token.isEmpty()) {
            return right;
        }
        return token.get().coversAll(owner) ? right.map(token.get().highest()::atMost) : Optional.empty();
    }

    /** What is left of a right to a volumeset when it is asked for with this token. */
    Optional<Right> within(VolumesetName volumeset, Optional<Right> right) {
        if (token.isEmpty()) {
            return right;
        }
        return token.get().covers(volumeset) ? right.map(token.get().highest()::atMost) : Optional.empty();
    }
}
