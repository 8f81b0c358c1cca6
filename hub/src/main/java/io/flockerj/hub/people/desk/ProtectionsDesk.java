package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.BranchPattern;
import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.Protections;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is protected: seen by who may read it, changed by who has admin there. */
public final class ProtectionsDesk {
    private final Protections protections;
    private final Judge judge;
    private final Ledger ledger;

    ProtectionsDesk(Protections protections, Judge judge, Ledger ledger) {
        this.protections = protections;
        this.judge = judge;
        this.ledger = ledger;
    }

    /** What a pattern is for. */
    public enum Kind {
        /** They are protected. */
        BRANCHES,
        /** They are immutable. */
        TAGS
    }

    /** What is protected, and where that was said. */
    public record Protection(Kind kind, BranchPattern pattern, Place place) {}

    /** All that holds at a place, also by what was said of all of its owner. */
    public List<Protection> list(Caller caller, Place place) throws PeopleException, IOException {
        Place judged = judge.place(caller, place, Right.READ, "protections").place();
        List<Protection> all = new ArrayList<>();
        add(all, judged);
        switch (judged) {
            case Place.Owner _ -> {}
            case Place.Volumeset _, Place.Known _ -> add(all, new Place.Owner(judged.owner()));
        }
        return all;
    }

    private void add(List<Protection> all, Place place) throws PeopleException, IOException {
        BranchRules rules = protections.of(place);
        rules.protectedBranches().forEach(pattern -> all.add(new Protection(Kind.BRANCHES, pattern, place)));
        rules.immutableTags().forEach(pattern -> all.add(new Protection(Kind.TAGS, pattern, place)));
    }

    /** Protects. */
    public Protection add(Caller caller, Protection wish) throws PeopleException, IOException {
        return changed(caller, wish, "protected", place -> {
            switch (wish.kind()) {
                case BRANCHES -> protections.protectBranches(place, wish.pattern());
                case TAGS -> protections.keepTags(place, wish.pattern());
            }
        });
    }

    /** Takes that back. */
    public void remove(Caller caller, Protection wish) throws PeopleException, IOException {
        changed(caller, wish, "released", place -> {
            switch (wish.kind()) {
                case BRANCHES -> protections.unprotectBranches(place, wish.pattern());
                case TAGS -> protections.releaseTags(place, wish.pattern());
            }
        });
    }

    private interface Changing {
        void at(Place place) throws PeopleException, IOException;
    }

    private Protection changed(Caller caller, Protection wish, String what, Changing changing)
            throws PeopleException, IOException {
        String subject = (wish.kind() == Kind.TAGS ? "tags " : "branches ")
                + wish.pattern().text();
        Judge.Judged judged = judge.place(caller, wish.place(), Right.ADMIN, "protection of " + subject);
        Act act = Ledger.act(ActKind.PROTECTION, caller).about(subject).with("what", what);
        return ledger.recorded(judged.about().apply(act), () -> {
            changing.at(judged.place());
            return wish;
        });
    }
}
