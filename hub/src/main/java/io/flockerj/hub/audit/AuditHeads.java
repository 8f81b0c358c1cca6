package io.flockerj.hub.audit;

import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where the heads of chains are kept, apart from the database: so a database that was rewritten shows. */
public interface AuditHeads {
    /** No hub has begun as often, counting all since the storage was made. */
    int MOST = 1_000_000;

    /** Keeps a head in place of the one before of the same chain. Only the hub whose chain it is does so. */
    void put(Head head) throws IOException;

    /** The last head of a chain. */
    Optional<Head> find(Id chain) throws IOException;

    /** The last head of each chain. */
    List<Head> all() throws IOException;
}
