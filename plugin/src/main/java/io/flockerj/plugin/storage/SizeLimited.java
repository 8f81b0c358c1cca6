package io.flockerj.plugin.storage;

import java.io.IOException;
import java.util.Optional;

/** A driver that can limit how much an account holds: a write beyond the limit fails with ENOSPC or EDQUOT. */
public interface SizeLimited {
    /**
     * Changes the limit of an account that has a tree; empty takes it away. What is beyond a smaller limit stays. In force when it
     * returns; after a loss of power {@link #repair} has to see to it.
     */
    void limit(SpaceAccount account, Optional<ByteSize> limit) throws IOException;

    /**
     * Sees to it that a tree, with what is nested in it, is charged to its account and that the account has this limit; answers
     * whether anything was amiss. An account can be lost by turning quotas off and on again; what a tree held before that is not
     * counted any more. For the start, and so in force, not durable, when it returns.
     */
    boolean repair(TreeId tree, SpaceAccount account, Optional<ByteSize> limit) throws IOException;

    /** The limit that an account has; empty if it has none, or there is no such account. */
    Optional<ByteSize> limitOf(SpaceAccount account) throws IOException;
}
