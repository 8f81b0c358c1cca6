package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.Membership;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.SignIn;
import io.flockerj.hub.people.SignInException;
import io.flockerj.hub.people.Teams;
import io.flockerj.hub.people.TokenSecret;
import io.flockerj.hub.people.Tokens;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lets people in and out, and tells them who they are. */
public final class SignInDesk {
    private final SignIn signIn;
    private final Tokens tokens;
    private final Teams teams;
    private final Judge judge;
    private final Ledger ledger;

    SignInDesk(SignIn signIn, Tokens tokens, Teams teams, Judge judge, Ledger ledger) {
        this.signIn = signIn;
        this.tokens = tokens;
        this.teams = teams;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** Who asks. */
    public record Me(Account account, List<Membership> teams) {
        public Me {
            teams = List.copyOf(teams);
        }
    }

    /**
     * Lets somebody in. On record are those who came in, and each password that was looked at and wrong; so many as the throttle lets by.
     *
     * @param name as it was typed
     */
    public SignIn.Session in(Caller caller, String name, Password password) throws PeopleException, IOException {
        Act act = Act.of(ActKind.SIGN_IN, Outcome.BEGUN, claimed(caller, Optional.empty(), name));
        SignIn.Session session;
        try {
            session = signIn.signIn(name, password, caller.address());
        } catch (SignInException e) {
            if (e.reason() == SignInException.Reason.REFUSED) {
                ledger.noted(act, Outcome.REFUSED);
            }
            throw e;
        }
        Account account = session.account();
        Actor actor = claimed(caller, Optional.of(account), account.name().value());
        ledger.noted(
                Act.of(ActKind.SIGN_IN, Outcome.DONE, actor)
                        .about(session.token().name()),
                Outcome.DONE);
        return session;
    }

    private static Actor claimed(Caller caller, Optional<Account> account, String name) {
        return new Actor(
                account.map(Account::id),
                Optional.of(name),
                Optional.empty(),
                Optional.of(caller.address()),
                Optional.of(caller.request()));
    }

    /** Ends the session, or revokes the token, by which the caller is known. */
    public void out(Caller caller, TokenSecret shown) throws PeopleException, IOException {
        judge.signedIn(caller);
        Act act = Ledger.act(caller.token().isPresent() ? ActKind.TOKEN : ActKind.SIGN_OUT, caller);
        ledger.recorded(caller.token().isPresent() ? act.with("what", "revoked itself") : act, () -> {
            tokens.revoke(shown);
            return shown;
        });
    }

    /** Tells who asks. */
    public Me me(Caller caller) throws PeopleException, IOException {
        Account account = judge.signedIn(caller);
        return new Me(account, teams.of(account.id()));
    }

    /** Changes the caller's own password, and ends all of their sessions. */
    public void changePassword(Caller caller, Password present, Password chosen) throws PeopleException, IOException {
        Account account = judge.session(caller);
        Act act = Ledger.act(ActKind.PASSWORD, caller).about(account.name().value());
        ledger.recorded(act, () -> {
            signIn.changePassword(account.id(), present, chosen, caller.address());
            return account;
        });
    }
}
