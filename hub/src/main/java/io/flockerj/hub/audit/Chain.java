package io.flockerj.hub.audit;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.ByteWriter;
import java.time.Instant;

/**
 * The acts that one start of a hub has recorded, one after the other.
 *
 * @param host where it ran
 * @param version of the program
 */
public record Chain(Id id, Instant started, String host, String version) {
    private static final int LONGEST = 256;

    public Chain {
        host = Written.text(host, LONGEST);
        version = Written.text(version, LONGEST);
    }

    /** What the first act is chained to. */
    Hash beginning() {
        ByteWriter bytes = new ByteWriter();
        bytes.text("flockerj audit chain 1")
                .id(id)
                .u64(started.toEpochMilli())
                .text(host)
                .text(version);
        return Sha256.of(bytes.toArray());
    }
}
