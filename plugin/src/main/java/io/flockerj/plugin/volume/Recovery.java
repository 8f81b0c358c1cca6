package io.flockerj.plugin.volume;

import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts right at the start what an interrupted change has left half done. The records are the truth. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Catalogue catalogue;
    private final StorageDriver driver;
    private final Clock clock;

    Recovery(Catalogue catalogue, StorageDriver driver, Clock clock) {
        this.catalogue = catalogue;
        this.driver = driver;
        this.clock = clock;
    }

    void run() throws IOException {
        moveUnnamedTreesToTrash();
        if (driver instanceof SizeLimited limited) {
            repairLimits(limited);
        }
    }

    private void moveUnnamedTreesToTrash() throws IOException {
        if (!catalogue.isComplete()) {
            LOG.atWarn().log("Not every record can be read, so no tree is taken for nobody's");
            return;
        }
        Set<TreeId> named = new HashSet<>();
        Stream.concat(catalogue.volumes().stream(), catalogue.trash().stream())
                .forEach(record -> named.add(record.tree()));
        for (TreeId tree : driver.list()) {
            if (!named.contains(tree)) {
                catalogue.put(removedRecordOf(tree));
                LOG.atInfo().addKeyValue("tree", tree).log("Moved a tree that no record names to the trash");
            }
        }
    }

    /** A volume's first tree bears the volume's id, so a half-made volume's account is found by its tree. */
    private VolumeRecord removedRecordOf(TreeId tree) {
        VolumeName name = new VolumeName("unnamed-" + tree.id().abbreviated());
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new VolumeRecord(
                tree.id(),
                name,
                new Volumeset(tree.id(), name),
                BranchName.MAIN,
                tree,
                now,
                VolumeOptions.NONE,
                Optional.of(now));
    }

    private void repairLimits(SizeLimited limited) throws IOException {
        for (VolumeRecord record : catalogue.volumes()) {
            Optional<ByteSize> wanted = record.options().size();
            if (!limited.limitOf(record.account()).equals(wanted)) {
                limited.limit(record.account(), wanted);
                LOG.atInfo().addKeyValue("volume", record.name()).log("Set a size limit that had not been set");
            }
        }
    }
}
