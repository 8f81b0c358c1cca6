package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.btrfs.AccountingBtrfsDriver;
import io.flockerj.plugin.storage.btrfs.BtrfsDriver;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Simple quotas of one btrfs: whether they are on, and turning them on. */
final class Quotas {
    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

    private Quotas() {}

    /** What is wanted of a file system that has no quotas yet. */
    enum Wish {
        REQUIRED,
        IF_POSSIBLE,
        LEAVE_ALONE;

        /** For a file system that serves others too. */
        static Wish onShared(QuotaPolicy policy) {
            return policy == QuotaPolicy.ON ? REQUIRED : LEAVE_ALONE;
        }

        /** For a file system of the pool's own. */
        static Wish onOwn(QuotaPolicy policy) {
            return policy == QuotaPolicy.AUTO ? IF_POSSIBLE : onShared(policy);
        }
    }

    /** The driver for trees on a btrfs, counting if the file system does once the wish is fulfilled. */
    static StorageDriver driver(Wish wish, Path trees, Path sys) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(trees)) {
            apply(wish, handle, sys, trees);
            boolean counting = Btrfs.quotaMode(sys, Btrfs.info(handle).fsid()) == Btrfs.QuotaMode.SIMPLE;
            return counting ? new AccountingBtrfsDriver(trees) : new BtrfsDriver(trees);
        }
    }

    /** Fulfils the wish on the file system of {@code top}. */
    private static void apply(Wish wish, FileHandle top, Path sys, Path shown) throws IOException {
        Btrfs.QuotaMode mode = Btrfs.quotaMode(sys, Btrfs.info(top).fsid());
        if (mode == Btrfs.QuotaMode.SIMPLE || wish == Wish.LEAVE_ALONE) {
            return;
        }
        if (mode == Btrfs.QuotaMode.FULL) {
            if (wish == Wish.REQUIRED) {
                throw new PoolException("the btrfs at " + shown + " has full quotas on, which make snapshots slow;"
                        + " turn them off (btrfs quota disable " + shown + ") or set 'quotas' to auto or off");
            }
            return;
        }
        try {
            Btrfs.enableSimpleQuota(top);
        } catch (LinuxException e) {
            if (wish == Wish.REQUIRED) {
                throw new PoolException(
                        "simple quotas cannot be turned on at " + shown + " (" + e.getMessage()
                                + "); they need Linux 6.7 or newer; set 'quotas' to auto or off to do without size limits",
                        e);
            }
            LOG.atInfo().addKeyValue("reason", e.getMessage()).log("No size limits: this kernel has no simple quotas");
        }
    }
}
