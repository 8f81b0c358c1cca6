package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Grants;
import io.flockerj.hub.people.Grants.Grant;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.store.id.Id;
import java.io.IOException;

/** Rights that are given and taken, by who has admin there. */
public final class RightsDesk {
    private final Grants grants;
    private final Judge judge;
    private final Ledger ledger;

    RightsDesk(Grants grants, Judge judge, Ledger ledger) {
        this.grants = grants;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** What was given at a place, by name. */
    public Page<Grant> list(Caller caller, Place place, Paging paging) throws PeopleException, IOException {
        Place judged = judge.place(caller, place, Right.ADMIN, "rights").place();
        return Page.cut(
                grants.of(judged),
                paging.after(),
                paging.limit(),
                grant -> grant.grantee().value());
    }

    /** Gives a right, in place of the one that the account was given there. */
    public Grant give(Caller caller, Place place, AccountName grantee, Right right)
            throws PeopleException, IOException {
        Judge.Judged judged = judge.place(caller, place, Right.ADMIN, "right of " + grantee);
        Id by = judge.signedIn(caller).id();
        Act act = Ledger.act(ActKind.RIGHTS, caller)
                .about(grantee.value())
                .with("what", "given")
                .with("right", right.written());
        return ledger.recorded(judged.about().apply(act), () -> {
            grants.give(judged.place(), grantee, right, by);
            return grants.of(judged.place()).stream()
                    .filter(grant -> grant.grantee().equals(grantee))
                    .findFirst()
                    .orElseThrow(() -> new UnknownException("right given to", grantee + " for " + place));
        });
    }

    /** Takes a right. */
    public void take(Caller caller, Place place, AccountName grantee) throws PeopleException, IOException {
        Judge.Judged judged = judge.place(caller, place, Right.ADMIN, "right of " + grantee);
        Act act = Ledger.act(ActKind.RIGHTS, caller).about(grantee.value()).with("what", "taken");
        ledger.recorded(judged.about().apply(act), () -> {
            grants.take(judged.place(), grantee);
            return grantee;
        });
    }
}
