package io.flockerj.store;

import java.util.Optional;

/** What came of moving a ref. */
public sealed interface RefUpdate {
    /** It is where it should be, by this move or before. */
    record Moved(RefState now) implements RefUpdate {}

    /** It is something else than was expected, and was left so. Empty if it is not there, and should have been. */
    record Stale(Optional<RefState> actual) implements RefUpdate {}

    /** The snapshot is not in the repository. */
    record Missing() implements RefUpdate {}

    /** It may not go there. */
    record Refused(Reason reason, Optional<RefState> actual) implements RefUpdate {}

    /** Why a ref may not go somewhere. */
    enum Reason {
        /** The branch's head is not among the ancestors of the snapshot. */
        NOT_FORWARD,
        /** The tag names another snapshot. */
        TAG_EXISTS,
        /** A branch of this name exists, and is another. */
        OTHER_BRANCH,
        /** No branch or tag can have this name. */
        NAME
    }
}
