package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.TokenScope;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token, but for its secret.
 *
 * @param account whose it is
 * @param isSession whether it is of somebody who signed in by password, and then it lets do all that the account may
 * @param volumesets for which it is
 * @param highest no right above it
 * @param lastUsed to the minute
 */
public record Token(
        Id id,
        Id account,
        String name,
        boolean isSession,
        List<VolumesetPattern> volumesets,
        Right highest,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> lastUsed,
        Optional<String> lastAddress,
        Optional<Instant> revoked) {
    public Token {
        volumesets = List.copyOf(volumesets);
    }

    boolean isExpired(Instant now) {
        return expires.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** What it lets its account do; empty for all. */
    public Optional<TokenScope> scope() {
        return isSession ? Optional.empty() : Optional.of(new TokenScope(id, volumesets, highest));
    }
}
