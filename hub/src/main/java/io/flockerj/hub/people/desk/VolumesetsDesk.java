package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.people.DeniedException;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.hub.people.VolumesetSearch;
import io.flockerj.hub.people.VolumesetSearch.Seen;
import io.flockerj.hub.people.Volumesets;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;

/** Volumesets as people see them. They are deleted where the storage is guarded, by name, as by any client. */
public final class VolumesetsDesk {
    private final VolumesetSearch search;
    private final Volumesets volumesets;
    private final Judge judge;
    private final Ledger ledger;

    VolumesetsDesk(VolumesetSearch search, Volumesets volumesets, Judge judge, Ledger ledger) {
        this.search = search;
        this.volumesets = volumesets;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** Those that the caller may read; or, of those that were deleted, may restore. */
    public VolumesetSearch.Page list(
            Caller caller, VolumesetSearch.Wish wish, Optional<VolumesetSearch.Cursor> behind, int limit)
            throws PeopleException, IOException {
        if (wish.deleted() && !caller.isSignedIn()) {
            throw DeniedException.signIn();
        }
        return search.page(caller, wish, behind, limit);
    }

    /** One that the caller may read. */
    public Seen find(Caller caller, VolumesetName name) throws PeopleException, IOException {
        return seen(caller, judge.volumeset(caller, name, Right.READ, "volumeset"));
    }

    private static Seen seen(Caller caller, Holding holding) {
        return new Seen(
                holding.name(),
                holding.volumeset(),
                holding.visibility(),
                holding.right(caller).orElseThrow(),
                Optional.empty());
    }

    /** One that the caller has just deleted. */
    public Seen deleted(Caller caller, VolumesetName name, Id id) throws PeopleException, IOException {
        return search.deleted(caller, name, Optional.of(id))
                .orElseThrow(() -> new UnknownException("deleted volumeset", name.toString()));
    }

    /** Shows a volumeset to others, or hides it from them. */
    public Seen setVisibility(Caller caller, VolumesetName name, Visibility visibility)
            throws PeopleException, IOException {
        Holding holding = judge.volumeset(caller, name, Right.ADMIN, "visibility");
        Act act = Ledger.act(ActKind.VOLUMESET, caller)
                .on(holding.volumeset(), name.toString())
                .with("what", "visibility")
                .with("before", holding.visibility().written())
                .with("after", visibility.written());
        ledger.recorded(act, () -> {
            volumesets.setVisibility(name, holding.volumeset(), visibility);
            return name;
        });
        return find(caller, name);
    }

    /**
     * Restores a volumeset that was deleted.
     *
     * @param id which one; empty for the one that was deleted last
     * @param called what it is to be called now; empty for its old name
     */
    public Seen restore(Caller caller, VolumesetName name, Optional<Id> id, Optional<String> called)
            throws PeopleException, IOException {
        if (!caller.isSignedIn()) {
            throw DeniedException.signIn();
        }
        Seen seen = search.deleted(caller, name, id)
                .orElseThrow(() -> new UnknownException("deleted volumeset", name.toString()));
        if (called.isPresent()) {
            requireWithinToken(caller, name, called.get());
        }
        Act act = Ledger.act(ActKind.RESTORATION, caller)
                .on(seen.id(), name.toString())
                .with("name", called.orElse(name.name()));
        VolumesetName restored = ledger.recorded(act, () -> volumesets.restore(name.owner(), seen.id(), called));
        return find(caller, restored);
    }

    /** A token does not move a volumeset to where it, or others, would get other rights to it. */
    private void requireWithinToken(Caller caller, VolumesetName name, String called)
            throws PeopleException, IOException {
        if (!BackendRemote.isName(called)) {
            throw new InvalidException("name", "that cannot be the name of a volumeset");
        }
        VolumesetName wished = new VolumesetName(name.owner(), called);
        if (caller.token().filter(scope -> !scope.covers(wished)).isPresent()) {
            throw judge.denied(caller, "restoring " + name, "this token is not for " + wished);
        }
    }
}
