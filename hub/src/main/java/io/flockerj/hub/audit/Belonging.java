package io.flockerj.hub.audit;

import io.flockerj.hub.database.Database;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a database and a storage belong together: each start of a hub is known to both. Where one of them is empty, as after a start of the
 * machine without a mount, or is another's, acknowledged pushes would seem to be lost.
 */
public final class Belonging {
    private final StoredHeads heads;

    public Belonging(StoredHeads heads) {
        this.heads = heads;
    }

    /** What of the two knows nothing of the other. */
    public enum Verdict {
        /** They share a start, or neither knows any. */
        TOGETHER,
        /** The storage knows none of the starts that the database knows. */
        STORAGE_IS_OTHER,
        /** The database is empty, and the storage is not. */
        DATABASE_IS_NEW
    }

    /** Whether hubs have recorded anything with this storage. */
    public boolean isStorageUsed() throws IOException {
        // One that ended before its first act was on record has no database, perhaps.
        return heads.all().stream().anyMatch(head -> head.number() > 0);
    }

    /** Judges. */
    public Verdict judge(Database database) throws IOException {
        Set<Id> chains = new HashSet<>();
        for (Chain chain : new AuditRows(database).chains()) {
            chains.add(chain.id());
        }
        if (chains.isEmpty()) {
            return isStorageUsed() ? Verdict.DATABASE_IS_NEW : Verdict.TOGETHER;
        }
        return heads.ids().stream().anyMatch(chains::contains) ? Verdict.TOGETHER : Verdict.STORAGE_IS_OTHER;
    }
}
