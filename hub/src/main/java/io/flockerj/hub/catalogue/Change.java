package io.flockerj.hub.catalogue;

import io.flockerj.store.tree.Entry;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between two snapshots at a path; one of the two is empty if there was or is nothing.
 *
 * @param aspects in what it differs; none if it was added or removed
 */
public record Change(TreePath path, Optional<Entry> before, Optional<Entry> after, Set<Aspect> aspects) {
    public Change {
        aspects = Collections.unmodifiableSet(aspects.isEmpty() ? Set.of() : EnumSet.copyOf(aspects));
    }

    static Change of(DifferenceWalk.Found found) {
        Set<Aspect> aspects = found.before().isPresent() && found.after().isPresent()
                ? Aspect.of(found.before().get(), found.after().get())
                : Set.of();
        return new Change(found.path(), found.before(), found.after(), aspects);
    }

    /** As it is written in answers. */
    public String kind() {
        return before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed";
    }

    /** What is there, or else was. */
    public Entry present() {
        return after.or(() -> before).orElseThrow();
    }
}
