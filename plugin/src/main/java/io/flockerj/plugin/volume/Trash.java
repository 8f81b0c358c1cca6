package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys removed volumes once they have been kept long enough: first the tree, then its account, then the record, so that an
 * interruption leaves something that names what is left to do. A tree that any process has mounted waits.
 */
final class Trash {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    private final Catalogue catalogue;
    private final StorageDriver driver;
    private final UseCheck useCheck;
    private final Clock clock;
    private final Duration keep;
    private final Set<TreeId> reportedInUse = ConcurrentHashMap.newKeySet();

    Trash(Catalogue catalogue, StorageDriver driver, UseCheck useCheck, Clock clock, Duration keep) {
        this.catalogue = catalogue;
        this.driver = driver;
        this.useCheck = useCheck;
        this.clock = clock;
        this.keep = keep;
    }

    /** Destroys what is due. What cannot be destroyed now stays for the next time. One thread at a time. */
    synchronized void sweep() {
        for (VolumeRecord record : catalogue.trash()) {
            if (isDue(record) && !mayBeLost(record)) {
                tryToDestroy(record);
            }
        }
    }

    /** An anonymous volume was never meant to outlive its container. */
    private boolean isDue(VolumeRecord record) {
        Duration kept = record.name().isAnonymous() ? Duration.ZERO : keep;
        return record.removedAt()
                .filter(removed -> !removed.plus(kept).isAfter(clock.instant()))
                .isPresent();
    }

    /** While a record cannot be read, a tree that was found without one may be its. */
    private boolean mayBeLost(VolumeRecord record) {
        return record.isFoundling() && !catalogue.isComplete();
    }

    private void tryToDestroy(VolumeRecord record) {
        try {
            destroy(record);
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("volume", record.name())
                    .addKeyValue("tree", record.tree())
                    .log("A removed volume could not be destroyed; it stays in the trash");
        }
    }

    private void destroy(VolumeRecord record) throws IOException {
        catalogue.settle(record);
        Path tree = driver.path(record.tree());
        if (Inodes.exists(tree)) {
            // Looked at anew for each: destroying the ones before can have taken long.
            List<String> users = useCheck.users(tree);
            if (!users.isEmpty()) {
                reportInUse(record, users);
                return;
            }
            driver.destroy(record.tree());
            LOG.atInfo()
                    .addKeyValue("volume", record.name())
                    .addKeyValue("tree", record.tree())
                    .log("Destroyed a removed volume");
        }
        if (driver.release(record.account())) {
            catalogue.delete(record);
            reportedInUse.remove(record.tree());
        }
    }

    private void reportInUse(VolumeRecord record, List<String> users) {
        if (reportedInUse.add(record.tree())) {
            LOG.atWarn()
                    .addKeyValue("volume", record.name())
                    .addKeyValue("users", users)
                    .log("A removed volume is still mounted; it stays in the trash until it is not");
        }
    }
}
