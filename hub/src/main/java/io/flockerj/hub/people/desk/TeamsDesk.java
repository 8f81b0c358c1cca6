package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.Member;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Teams;
import io.flockerj.hub.people.UnknownException;
import java.io.IOException;
import java.util.Optional;

/**
 * Teams: administrators of the hub add and remove them, their admins manage them. Whoever manages accounts only cannot become a member by
 * that: it would give rights to volumesets.
 */
public final class TeamsDesk {
    private final Accounts accounts;
    private final Teams teams;
    private final Judge judge;
    private final Ledger ledger;

    TeamsDesk(Accounts accounts, Teams teams, Judge judge, Ledger ledger) {
        this.accounts = accounts;
        this.teams = teams;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** All for an administrator, for others those that they are in; by name. */
    public Page<Account> list(Caller caller, Paging paging) throws PeopleException, IOException {
        Account asking = judge.session(caller);
        return Page.of(
                asking.isAdministrator()
                        ? accounts.behind(Account.Kind.TEAM, paging.after(), paging.oneMore())
                        : accounts.teamsOf(asking.id(), paging.after(), paging.oneMore()),
                paging.limit(),
                account -> account.name().value());
    }

    /** Adds a team; its first admin is who asks, unless another user is named. */
    public Account add(Caller caller, AccountName name, String displayName, Optional<AccountName> admin)
            throws PeopleException, IOException {
        Account asking = judge.administrator(caller, "team " + name);
        Account first = admin.isEmpty()
                ? asking
                : accounts.find(admin.get())
                        .orElseThrow(() -> new InvalidException("admin", "there is no user '" + admin.get() + "'"));
        return ledger.recorded(
                act(caller, name, "added").with("admin", first.name().value()),
                () -> accounts.addTeam(name, displayName, first.id()));
    }

    private static Act act(Caller caller, AccountName name, String what) {
        return Ledger.act(ActKind.TEAM, caller).about(name.value()).with("what", what);
    }

    /** A team, for its members and for administrators. */
    public Account find(Caller caller, AccountName name) throws PeopleException, IOException {
        return judge.visibleTeam(caller, name);
    }

    /** Changes a team. */
    public Account change(Caller caller, AccountName name, AccountChange wish) throws PeopleException, IOException {
        Account team = judge.visibleTeam(caller, name);
        Account asking = judge.session(caller);
        if (wish.disabled().isPresent() && !asking.isAdministrator()) {
            throw judge.denied(caller, "team " + name, "only an administrator of the hub shuts a team out");
        }
        boolean isForAdmins =
                wish.displayName().isPresent() || wish.usualVisibility().isPresent();
        if (isForAdmins && !judge.isAdminOf(team, asking)) {
            throw judge.denied(caller, "team " + name, "only admins of '" + name + "' may change that");
        }
        return ledger.recorded(
                UsersDesk.described(act(caller, name, "changed"), wish),
                () -> accounts.change(name, Account.Kind.TEAM, wish));
    }

    /** Removes a team that owns nothing any more. */
    public void remove(Caller caller, AccountName name) throws PeopleException, IOException {
        Account team = judge.visibleTeam(caller, name);
        Account asking = judge.session(caller);
        if (!asking.isAdministrator() && !judge.isAdminOf(team, asking)) {
            throw judge.denied(caller, "team " + name, "only admins of '" + name + "' may remove it");
        }
        ledger.recorded(act(caller, name, "removed"), () -> {
            accounts.remove(name);
            return name;
        });
    }

    /** The members of a team, by name. */
    public Page<Member> members(Caller caller, AccountName name, Paging paging) throws PeopleException, IOException {
        judge.visibleTeam(caller, name);
        return Page.cut(
                teams.members(name),
                paging.after(),
                paging.limit(),
                member -> member.name().value());
    }

    /** Makes somebody a member, or gives a member another role. */
    public Member put(Caller caller, AccountName name, AccountName member, Right role)
            throws PeopleException, IOException {
        requireAdmin(caller, name);
        return ledger.recorded(
                act(caller, name, "member").with("member", member.value()).with("role", role.written()), () -> {
                    teams.put(name, member, role);
                    return teams.members(name).stream()
                            .filter(found -> found.name().equals(member))
                            .findFirst()
                            .orElseThrow(() -> new UnknownException("member", member.value()));
                });
    }

    private void requireAdmin(Caller caller, AccountName name) throws PeopleException, IOException {
        Account team = judge.visibleTeam(caller, name);
        if (!judge.isAdminOf(team, judge.session(caller))) {
            throw judge.denied(caller, "team " + name, "only admins of '" + name + "' change who is in it");
        }
    }

    /** Ends a membership; one's own is everybody's to end. */
    public void remove(Caller caller, AccountName name, AccountName member) throws PeopleException, IOException {
        judge.visibleTeam(caller, name);
        if (!judge.session(caller).name().equals(member)) {
            requireAdmin(caller, name);
        }
        ledger.recorded(act(caller, name, "member removed").with("member", member.value()), () -> {
            teams.remove(name, member);
            return member;
        });
    }
}
