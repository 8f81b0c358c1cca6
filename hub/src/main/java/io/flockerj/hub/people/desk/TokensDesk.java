package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.NewToken;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Token;
import io.flockerj.hub.people.Tokens;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * Tokens: each has their own, who answers for a service account has its. An administrator sees and revokes all, and makes none: a token of
 * somebody else would give rights to volumesets.
 */
public final class TokensDesk {
    private final Tokens tokens;
    private final UsersDesk users;
    private final Judge judge;
    private final Ledger ledger;

    TokensDesk(Tokens tokens, UsersDesk users, Judge judge, Ledger ledger) {
        this.tokens = tokens;
        this.users = users;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** The caller's own. */
    public Page<Token> own(Caller caller, Paging paging) throws PeopleException, IOException {
        return of(judge.session(caller), paging);
    }

    /** A user's. */
    public Page<Token> ofUser(Caller caller, AccountName user, Paging paging) throws PeopleException, IOException {
        return of(users.find(caller, user), paging);
    }

    /** A service account's. */
    public Page<Token> ofService(Caller caller, AccountName service, Paging paging)
            throws PeopleException, IOException {
        return of(judge.service(caller, service, true, "tokens of " + service), paging);
    }

    private Page<Token> of(Account account, Paging paging) throws IOException {
        // Tokens.MOST_OF_AN_ACCOUNT of them at most; sorted here, since databases differ in the order of capital
        // letters.
        return Page.cut(
                tokens.of(account.id()).stream()
                        .sorted((one, other) -> one.name().compareTo(other.name()))
                        .toList(),
                paging.after(),
                paging.limit(),
                Token::name);
    }

    /** Makes one for the caller. */
    public Tokens.Made make(Caller caller, NewToken wish) throws PeopleException, IOException {
        return make(caller, judge.session(caller), wish);
    }

    /** Makes one for a service account. */
    public Tokens.Made makeForService(Caller caller, AccountName service, NewToken wish)
            throws PeopleException, IOException {
        return make(caller, judge.service(caller, service, false, "tokens of " + service), wish);
    }

    private Tokens.Made make(Caller caller, Account account, NewToken wish) throws PeopleException, IOException {
        Act act = act(caller, account, wish.name(), "made")
                .with(
                        "volumesets",
                        wish.volumesets().stream().map(VolumesetPattern::text).collect(Collectors.joining(" ")))
                .with("right", wish.highest().written());
        return ledger.recorded(act, () -> tokens.make(account.id(), wish));
    }

    private static Act act(Caller caller, Account account, String name, String what) {
        return Ledger.act(ActKind.TOKEN, caller)
                .about(name)
                .with("what", what)
                .with("of", account.name().value());
    }

    /** Revokes one of the caller's. */
    public void revoke(Caller caller, Id token) throws PeopleException, IOException {
        revoke(caller, judge.session(caller), token);
    }

    /** Revokes one of a user's. */
    public void revokeOfUser(Caller caller, AccountName user, Id token) throws PeopleException, IOException {
        revoke(caller, users.find(caller, user), token);
    }

    /** Revokes one of a service account's. */
    public void revokeOfService(Caller caller, AccountName service, Id token) throws PeopleException, IOException {
        revoke(caller, judge.service(caller, service, true, "tokens of " + service), token);
    }

    private void revoke(Caller caller, Account account, Id token) throws PeopleException, IOException {
        ledger.recorded(act(caller, account, token.hex(), "revoked"), () -> tokens.revoke(account.id(), token));
    }
}
