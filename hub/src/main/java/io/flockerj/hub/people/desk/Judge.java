package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.DeniedException;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.Teams;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Who may do what of what is asked at the desk; what is denied to somebody who is signed in is on record. */
final class Judge {
    private final Accounts accounts;
    private final Teams teams;
    private final HubAdmission admission;
    private final Ledger ledger;

    Judge(Accounts accounts, Teams teams, HubAdmission admission, Ledger ledger) {
        this.accounts = accounts;
        this.teams = teams;
        this.admission = admission;
        this.ledger = ledger;
    }

    /** Whoever is signed in, by password or token. */
    Account signedIn(Caller caller) throws PeopleException, IOException {
        Optional<Caller.Account> account = caller.account();
        Optional<Account> found = account.isEmpty()
                ? Optional.empty()
                : accounts.find(account.get().id());
        return found.orElseThrow(DeniedException::signIn);
    }

    /** A user who signed in by password. */
    Account session(Caller caller) throws PeopleException, IOException {
        Account account = signedIn(caller);
        if (caller.token().isPresent()) {
            throw DeniedException.sessionNeeded();
        }
        return account;
    }

    Account administrator(Caller caller, String what) throws PeopleException, IOException {
        Account account = session(caller);
        if (!account.isAdministrator()) {
            throw denied(caller, what, "only an administrator of the hub may do that");
        }
        return account;
    }

    DeniedException denied(Caller caller, String what, String why) throws IOException {
        return denied(caller, what, why, act -> act);
    }

    private DeniedException denied(Caller caller, String what, String why, UnaryOperator<Act> about)
            throws IOException {
        Act act = Ledger.act(ActKind.DENIAL, caller).about(what).with("why", why);
        ledger.noted(about.apply(act), Outcome.REFUSED);
        return DeniedException.notAllowed(why);
    }

    /** A team that the caller, or an administrator, may know of. For others there is none. */
    Account visibleTeam(Caller caller, AccountName name) throws PeopleException, IOException {
        Account asking = session(caller);
        Optional<Account> team = accounts.find(name).filter(found -> found.kind() == Account.Kind.TEAM);
        boolean mayKnow = team.isPresent()
                && (asking.isAdministrator()
                        || teams.role(team.get().id(), asking.id()).isPresent());
        if (!mayKnow) {
            throw new UnknownException("team", name.value());
        }
        return team.get();
    }

    /** Whether somebody manages a team, as its admin. */
    boolean isAdminOf(Account team, Account asking) throws IOException {
        return teams.role(team.id(), asking.id())
                .filter(role -> role.includes(Right.ADMIN))
                .isPresent();
    }

    /** Whether somebody answers for a service account, by themself or as an admin of a team. */
    boolean answersFor(Account service, Account asking) throws IOException {
        Optional<Account> answerable = service.answerable().isEmpty()
                ? Optional.empty()
                : accounts.find(service.answerable().get());
        return answerable.isPresent()
                && (answerable.get().id().equals(asking.id()) || isAdminOf(answerable.get(), asking));
    }

    /**
     * A service account, for who answers for it and for administrators. For others there is none.
     *
     * @param byAdministrators whether what is asked is for administrators too
     */
    Account service(Caller caller, AccountName name, boolean byAdministrators, String what)
            throws PeopleException, IOException {
        Account asking = session(caller);
        Optional<Account> service = accounts.find(name).filter(found -> found.kind() == Account.Kind.SERVICE);
        boolean answers = service.isPresent() && answersFor(service.get(), asking);
        if (service.isEmpty() || (!answers && !asking.isAdministrator())) {
            throw new UnknownException("service", name.value());
        }
        if (!answers && !byAdministrators) {
            throw denied(caller, what, "only who answers for '" + name + "' may do that");
        }
        return service.get();
    }

    /** A volumeset, if the caller has a right to it; who may not read it finds none. */
    Holding volumeset(Caller caller, VolumesetName name, Right needed, String what)
            throws PeopleException, IOException {
        Optional<Holding> holding = admission.find(caller, name);
        Optional<Right> right = holding.flatMap(found -> found.right(caller));
        if (right.filter(has -> has.includes(needed)).isPresent()) {
            return holding.get();
        }
        if (!caller.isSignedIn()) {
            throw DeniedException.signIn();
        }
        if (right.isEmpty()) {
            throw new UnknownException("volumeset", name.toString());
        }
        String why = "that takes " + needed.written() + " on " + name + ", and you have "
                + right.get().written();
        throw denied(caller, what, why, act -> act.on(holding.get().volumeset(), name.toString()));
    }

    /** All of an owner, if the caller has a right to it. */
    void owner(Caller caller, OwnerName owner, Right needed, String what) throws PeopleException, IOException {
        if (!caller.isSignedIn()) {
            throw DeniedException.signIn();
        }
        if (!admission.isOwner(owner)) {
            throw new UnknownException("owner", owner.value());
        }
        Optional<Right> right = admission.toAll(caller, owner);
        if (right.filter(has -> has.includes(needed)).isEmpty()) {
            throw denied(
                    caller,
                    what,
                    "that takes " + needed.written() + " on all volumesets of " + owner
                            + right.map(has -> ", and you have " + has.written())
                                    .orElse(""));
        }
    }

    /**
     * A place where the caller may do something.
     *
     * @param place by the id that it had when that was decided
     * @param about lets an act be about it
     */
    record Judged(Place place, UnaryOperator<Act> about) {}

    /** A place, if the caller has a right to it. */
    Judged place(Caller caller, Place place, Right needed, String what) throws PeopleException, IOException {
        return switch (place) {
            case Place.Owner(OwnerName owner) -> {
                owner(caller, owner, needed, what);
                yield new Judged(place, act -> act.with("place", place.toString()));
            }
            case Place.Volumeset(VolumesetName name) -> known(name, volumeset(caller, name, needed, what));
            case Place.Known(VolumesetName name, Id id) -> {
                Holding holding = volumeset(caller, name, needed, what);
                if (!holding.volumeset().equals(id)) {
                    throw new UnknownException("volumeset", name.toString());
                }
                yield known(name, holding);
            }
        };
    }

    private static Judged known(VolumesetName name, Holding holding) {
        return new Judged(
                new Place.Known(name, holding.volumeset()), act -> act.on(holding.volumeset(), name.toString()));
    }
}
