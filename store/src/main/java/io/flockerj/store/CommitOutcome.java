package io.flockerj.store;

import io.flockerj.store.history.Commit;
import io.flockerj.store.id.Hash;

/** What came of committing a snapshot. */
public sealed interface CommitOutcome {
    /**
     * The snapshot is in the repository now.
     *
     * @param commit the hash of its commit object, for refs
     */
    record Committed(Hash commit) implements CommitOutcome {}

    /** It was in the repository before, with the same content and the same parent, perhaps stored otherwise. */
    record AlreadyThere(Hash commit) implements CommitOutcome {}

    /** A snapshot of that id is there, and is another: nothing was changed. */
    record OtherContent(Commit actual) implements CommitOutcome {}

    /** It was in the repository, and was removed from it; it is not taken again. */
    record WasRemoved() implements CommitOutcome {}
}
