package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.AuditQuery;
import io.flockerj.hub.audit.AuditReader;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.hub.people.VolumesetSearch;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The record: administrators see all of it, and who has admin on a volumeset what concerns that. */
public final class AuditDesk {
    private final AuditReader reader;
    private final Accounts accounts;
    private final HubAdmission admission;
    private final VolumesetSearch search;
    private final Judge judge;

    AuditDesk(AuditReader reader, Accounts accounts, HubAdmission admission, VolumesetSearch search, Judge judge) {
        this.reader = reader;
        this.accounts = accounts;
        this.admission = admission;
        this.search = search;
        this.judge = judge;
    }

    /**
     * Which acts are wanted. What is empty does not matter.
     *
     * @param to the first moment that is too late
     */
    public record Wish(
            Optional<VolumesetName> volumeset,
            Optional<AccountName> person,
            Set<ActKind> kinds,
            Optional<Instant> from,
            Optional<Instant> to) {
        public Wish {
            kinds = Set.copyOf(kinds);
        }
    }

    /** Acts, the newest first. */
    public AuditReader.Page read(Caller caller, Wish wish, Optional<AuditReader.Cursor> behind, int limit)
            throws PeopleException, IOException {
        Optional<Id> volumeset = wish.volumeset().isPresent()
                ? Optional.of(volumeset(caller, wish.volumeset().get()))
                : everything(caller);
        Optional<Id> person =
                wish.person().isPresent() ? accounts.idEver(wish.person().get()) : Optional.empty();
        if (wish.person().isPresent() && person.isEmpty()) {
            // The same as for somebody who has done nothing: so nobody finds out here who is there.
            return new AuditReader.Page(List.of(), Optional.empty());
        }
        AuditQuery query = new AuditQuery(
                volumeset, wish.volumeset().map(VolumesetName::owner), person, wish.kinds(), wish.from(), wish.to());
        return reader.newestFirst(query, behind, limit);
    }

    private Optional<Id> everything(Caller caller) throws PeopleException, IOException {
        judge.administrator(caller, "the whole record");
        return Optional.empty();
    }

    private Id volumeset(Caller caller, VolumesetName name) throws PeopleException, IOException {
        Account asking = judge.signedIn(caller);
        if (asking.isAdministrator() && caller.token().isEmpty()) {
            return known(caller, name);
        }
        Optional<VolumesetSearch.Seen> deleted = search.deleted(caller, name, Optional.empty());
        return admission.find(caller, name).isEmpty() && deleted.isPresent()
                ? deleted.get().id()
                : judge.volumeset(caller, name, Right.ADMIN, "the record").volumeset();
    }

    private Id known(Caller caller, VolumesetName name) throws PeopleException, IOException {
        Optional<Id> there = admission.find(caller, name).map(Holding::volumeset);
        Optional<Id> found = there.isPresent() ? there : search.lastDeleted(name);
        return found.orElseThrow(() -> new UnknownException("volumeset", name.toString()));
    }
}
