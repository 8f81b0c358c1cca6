package io.flockerj.hub.people;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.database.DatabaseException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows callers by tokens, and by the sessions of those who signed in. */
public final class TokenAuthentication implements Authentication {
    private static final Logger LOG = LoggerFactory.getLogger(TokenAuthentication.class);

    private final Tokens tokens;
    private final InstantSource clock;
    private final Optional<Refusals> refusals;

    private TokenAuthentication(Tokens tokens, InstantSource clock, Optional<Refusals> refusals) {
        this.tokens = tokens;
        this.clock = clock;
        this.refusals = refusals;
    }

    public TokenAuthentication(Tokens tokens, InstantSource clock) {
        this(tokens, clock, Optional.empty());
    }

    /** @param refusals puts on record what is not taken */
    public TokenAuthentication(Tokens tokens, InstantSource clock, Refusals refusals) {
        this(tokens, clock, Optional.of(refusals));
    }

    @Override
    public Outcome authenticate(Optional<String> bearer, String address, String request) throws IOException {
        if (bearer.isEmpty()) {
            return new Outcome.Known(Caller.anonymous(address, request));
        }
        Optional<TokenSecret> secret = TokenSecret.parse(bearer.get());
        Optional<Tokens.Found> found = secret.isPresent() ? tokens.find(secret.get()) : Optional.empty();
        Outcome outcome =
                found.isPresent() ? known(found.get(), address, request) : new Outcome.Refused(Reason.UNKNOWN);
        if (outcome instanceof Outcome.Refused(Reason reason) && refusals.isPresent()) {
            refusals.get().refused(found, reason, address, request);
        }
        return outcome;
    }

    private Outcome known(Tokens.Found found, String address, String request) {
        Token token = found.token();
        if (token.revoked().isPresent()) {
            return new Outcome.Refused(Reason.REVOKED);
        }
        if (found.isAccountClosed()) {
            return new Outcome.Refused(Reason.ACCOUNT_CLOSED);
        }
        if (token.isExpired(clock.instant())) {
            return new Outcome.Refused(Reason.EXPIRED);
        }
        noteUse(token, address);
        Caller.Account account = new Caller.Account(token.account(), found.accountName());
        return new Outcome.Known(new Caller(Optional.of(account), token.scope(), address, request));
    }

    /** A full disk is no reason to let nobody read. */
    private void noteUse(Token token, String address) {
        try {
            tokens.used(token, address);
        } catch (DatabaseException e) {
            LOG.atWarn().setCause(e).log("could not write down when a token was used last");
        }
    }
}
