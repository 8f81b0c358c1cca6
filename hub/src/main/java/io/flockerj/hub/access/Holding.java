package io.flockerj.hub.access;

import io.flockerj.store.id.Id;
import java.util.Optional;

/**
 * A volumeset that an owner has on the hub, as far as access to it goes. The same volumeset may be with several owners, each with another
 * name and other rights.
 *
 * @param volumeset the id that it carries everywhere
 * @param granted the highest right that the account of the caller was given, by itself or as a member of teams, for this volumeset or for
 *     all of the owner; before visibility and token are looked at. Empty if it was given none, or nobody is signed in
 */
public record Holding(
        VolumesetName name, Id volumeset, Visibility visibility, Optional<Right> granted, BranchRules rules) {
    /**
     * The right that counts; empty if the volumeset does not exist for the caller. A token never gives more than its scope, save for what
     * everybody may read.
     */
    public Optional<Right> right(Caller caller) {
        Optional<Right> signedIn = visibility != Visibility.PRIVATE && caller.isSignedIn() ? atLeastRead() : granted;
        Optional<Right> right = caller.isSignedIn() ? caller.within(name, signedIn) : Optional.empty();
        return right.isEmpty() && visibility == Visibility.PUBLIC ? Optional.of(Right.READ) : right;
    }

    private Optional<Right> atLeastRead() {
        return granted.or(() -> Optional.of(Right.READ));
    }

    /** Whether the caller has a right. */
    public boolean allows(Caller caller, Right right) {
        return right(caller).filter(has -> has.includes(right)).isPresent();
    }
}
