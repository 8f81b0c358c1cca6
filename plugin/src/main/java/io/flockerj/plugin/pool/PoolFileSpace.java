package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Btrfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What can still be written on a btrfs with one device, whose metadata are kept twice. statfs(2) does not do here, since it
 * leaves out what writers have been promised but have not written back.
 */
record PoolFileSpace(Path sys, UUID fsid) {
    private static final int METADATA_COPIES = 2;
    /** Metadata are a small part of what is written; when room for them runs out, nothing can be written at all. */
    private static final int DATA_FOR_EACH_METADATA = 8;

    /** @param size of the device, in bytes */
    long free(long size) throws IOException {
        Btrfs.Allocation data = Btrfs.allocation(sys, fsid, "data");
        Btrfs.Allocation metadata = Btrfs.allocation(sys, fsid, "metadata");
        long unallotted = size
                - data.diskTotal()
                - metadata.diskTotal()
                - Btrfs.allocation(sys, fsid, "system").diskTotal();
        long forData = unallotted + unpromised(data);
        long forMetadata = unallotted / METADATA_COPIES + unpromised(metadata);
        return Math.min(forData, forMetadata * DATA_FOR_EACH_METADATA);
    }

    private static long unpromised(Btrfs.Allocation space) {
        return space.total() - space.used() - space.pinned() - space.reserved() - space.mayUse() - space.readOnly();
    }
}
