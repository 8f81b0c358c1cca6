package io.flockerj.hub.people.desk;

import static io.flockerj.hub.people.desk.UsersDesk.account;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Service accounts: administrators add them, and who answers for one manages it. */
public final class ServicesDesk {
    private final Accounts accounts;
    private final Judge judge;
    private final Ledger ledger;

    ServicesDesk(Accounts accounts, Judge judge, Ledger ledger) {
        this.accounts = accounts;
        this.judge = judge;
        this.ledger = ledger;
    }

    /**
     * A service account.
     *
     * @param owner who answers for it
     */
    public record Service(Account account, AccountName owner) {}

    /** All for an administrator, for others those for which they answer; by name. */
    public Page<Service> list(Caller caller, Paging paging) throws PeopleException, IOException {
        Account asking = judge.session(caller);
        List<Account> found = asking.isAdministrator()
                ? accounts.behind(Account.Kind.SERVICE, paging.after(), paging.oneMore())
                : accounts.answeredBy(asking.id(), paging.after(), paging.oneMore());
        List<Service> services = new ArrayList<>();
        for (Account account : found) {
            services.add(told(account));
        }
        return Page.of(
                services, paging.limit(), service -> service.account().name().value());
    }

    /** With the name of who answers for it. */
    public Service told(Account service) throws IOException {
        Optional<Account> owner = accounts.find(service.answerable().orElseThrow());
        // Who answers for others is not removed before them.
        return new Service(service, owner.map(Account::name).orElse(service.name()));
    }

    /** Adds a service account. */
    public Service add(Caller caller, AccountName name, String displayName, AccountName owner)
            throws PeopleException, IOException {
        judge.administrator(caller, "service account " + name);
        Account answerable = accounts.find(owner)
                .orElseThrow(() -> new InvalidException("owner", "there is no user and no team '" + owner + "'"));
        return told(ledger.recorded(
                account(caller, name, "added").with("owner", owner.value()),
                () -> accounts.addService(name, displayName, answerable.id())));
    }

    /** A service account. */
    public Service find(Caller caller, AccountName name) throws PeopleException, IOException {
        return told(judge.service(caller, name, true, "service account " + name));
    }

    /** Changes a service account. */
    public Service change(Caller caller, AccountName name, AccountChange wish) throws PeopleException, IOException {
        judge.service(caller, name, true, "service account " + name);
        return told(ledger.recorded(
                UsersDesk.described(account(caller, name, "changed"), wish),
                () -> accounts.change(name, Account.Kind.SERVICE, wish)));
    }

    /** Removes a service account. */
    public void remove(Caller caller, AccountName name) throws PeopleException, IOException {
        judge.service(caller, name, true, "service account " + name);
        ledger.recorded(account(caller, name, "removed"), () -> {
            accounts.remove(name);
            return name;
        });
    }
}
