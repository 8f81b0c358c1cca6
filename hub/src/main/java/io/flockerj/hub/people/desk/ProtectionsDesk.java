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
import java.util.function.UnaryOperator;

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
        judge.place(caller, place, Right.READ, "protections");
        List<Protection> all = new ArrayList<>();
        add(all, place);
        if (place instanceof Place.Volumeset) {
            add(all, new Place.Owner(place.owner()));
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
        return changed(caller, wish, "protected", () -> {
            switch (wish.kind()) {
                case BRANCHES -> protections.protectBranches(wish.place(), wish.pattern());
                case TAGS -> protections.keepTags(wish.place(), wish.pattern());
            }
            return wish;
        });
    }

    /** Takes that back. */
    public void remove(Caller caller, Protection wish) throws PeopleException, IOException {
        changed(caller, wish, "released", () -> {
            switch (wish.kind()) {
                case BRANCHES -> protections.unprotectBranches(wish.place(), wish.pattern());
                case TAGS -> protections.releaseTags(wish.place(), wish.pattern());
            }
            return wish;
        });
    }

    private Protection changed(Caller caller, Protection wish, String what, Ledger.Doing<Protection> doing)
            throws PeopleException, IOException {
        String subject = (wish.kind() == Kind.TAGS ? "tags " : "branches ")
                + wish.pattern().text();
        UnaryOperator<Act> about = judge.place(caller, wish.place(), Right.ADMIN, "protection of " + subject);
        Act act = Ledger.act(ActKind.PROTECTION, caller).about(subject).with("what", what);
        return ledger.recorded(about.apply(act), doing);
    }
}
