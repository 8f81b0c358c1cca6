package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.Passwords;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Tokens;
import io.flockerj.hub.people.UnknownException;
import java.io.IOException;
import java.util.Optional;

/** The users of a hub: administrators manage them, and each changes what is only theirs. */
public final class UsersDesk {
    private final Accounts accounts;
    private final Passwords passwords;
    private final Tokens tokens;
    private final Judge judge;
    private final Ledger ledger;

    UsersDesk(Accounts accounts, Passwords passwords, Tokens tokens, Judge judge, Ledger ledger) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.tokens = tokens;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** All users, by name. */
    public Page<Account> list(Caller caller, Paging paging) throws PeopleException, IOException {
        judge.administrator(caller, "users");
        return Page.of(
                accounts.behind(Account.Kind.USER, paging.after(), paging.oneMore()),
                paging.limit(),
                account -> account.name().value());
    }

    /** Somebody who is to be added. */
    public record NewUser(AccountName name, String displayName, boolean isAdministrator, Optional<Password> password) {}

    /** Adds a user. */
    public Account add(Caller caller, NewUser wish) throws PeopleException, IOException {
        judge.administrator(caller, "user " + wish.name());
        Act act = account(caller, wish.name(), "added").with("administrator", Boolean.toString(wish.isAdministrator()));
        return ledger.recorded(
                act,
                () -> wish.password().isPresent()
                        ? accounts.addUser(
                                wish.name(),
                                wish.displayName(),
                                wish.isAdministrator(),
                                passwords.prepare(wish.password().get()))
                        : accounts.addUser(wish.name(), wish.displayName(), wish.isAdministrator()));
    }

    static Act account(Caller caller, AccountName name, String what) {
        return Ledger.act(ActKind.ACCOUNT, caller).about(name.value()).with("what", what);
    }

    /**
     * A user, for that user and for administrators; others learn nothing here. That an account has a name is no secret from who is signed in:
     * rights are given to names, and owners have addresses.
     */
    public Account find(Caller caller, AccountName name) throws PeopleException, IOException {
        selfOrAdministrator(caller, name);
        return accounts.find(name)
                .filter(account -> account.kind() == Account.Kind.USER)
                .orElseThrow(() -> new UnknownException("user", name.value()));
    }

    private Account selfOrAdministrator(Caller caller, AccountName name) throws PeopleException, IOException {
        Account asking = judge.session(caller);
        if (!asking.name().equals(name) && !asking.isAdministrator()) {
            throw judge.denied(caller, "user " + name, "only an administrator of the hub may do that to others");
        }
        return asking;
    }

    /** Changes a user. Who may see what somebody makes is only theirs to say; whether they may sign in never is. */
    public Account change(Caller caller, AccountName name, AccountChange wish) throws PeopleException, IOException {
        Account asking = selfOrAdministrator(caller, name);
        boolean self = asking.name().equals(name);
        if (!asking.isAdministrator()
                && (wish.administrator().isPresent() || wish.disabled().isPresent())) {
            throw judge.denied(caller, "user " + name, "only an administrator of the hub may change that");
        }
        if (!self && wish.usualVisibility().isPresent()) {
            throw judge.denied(caller, "user " + name, "only '" + name + "' may say who sees what is made there");
        }
        return ledger.recorded(
                described(account(caller, name, "changed"), wish),
                () -> accounts.change(name, Account.Kind.USER, wish));
    }

    static Act described(Act act, AccountChange wish) {
        Act told = act;
        if (wish.displayName().isPresent()) {
            told = told.with("displayName", wish.displayName().get());
        }
        if (wish.usualVisibility().isPresent()) {
            told = told.with("usualVisibility", wish.usualVisibility().get().written());
        }
        if (wish.administrator().isPresent()) {
            told = told.with("administrator", wish.administrator().get().toString());
        }
        return wish.disabled().isPresent()
                ? told.with("disabled", wish.disabled().get().toString())
                : told;
    }

    /** Removes a user who owns nothing any more. */
    public void remove(Caller caller, AccountName name) throws PeopleException, IOException {
        judge.administrator(caller, "user " + name);
        find(caller, name);
        ledger.recorded(account(caller, name, "removed"), () -> {
            accounts.remove(name);
            return name;
        });
    }

    /** Gives somebody else another password and ends all of their sessions. */
    public void resetPassword(Caller caller, AccountName name, Password chosen) throws PeopleException, IOException {
        Account asking = judge.administrator(caller, "password of " + name);
        if (asking.name().equals(name)) {
            throw judge.denied(
                    caller, "password of " + name, "one's own password is changed by telling the present one");
        }
        Account user = find(caller, name);
        ledger.recorded(Ledger.act(ActKind.PASSWORD, caller).about(name.value()).with("what", "reset"), () -> {
            passwords.set(user.id(), chosen);
            tokens.endSessions(user.id());
            return user;
        });
    }
}
