package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the size limit of a volume comes to. The file system charges a volume for all that it has written and that is still on
 * disk, be it only in a snapshot, so a limit that counted no more than the size would make a running container's writes fail
 * when it overwrites what a snapshot keeps. Therefore a volume may write its size anew after each snapshot: the limit is the size
 * and what the volume was charged for when its newest snapshot was taken.
 */
final class SizeLimits {
    private static final Logger LOG = LoggerFactory.getLogger(SizeLimits.class);

    private final Contents contents;

    SizeLimits(Contents contents) {
        this.contents = contents;
    }

    /** The limit that a volume has to have now; empty for none. */
    Optional<ByteSize> of(VolumeRecord record) {
        return record.options().size().map(size -> sum(size, kept(record)));
    }

    /** What snapshots may keep on disk of what the volume wrote. */
    private long kept(VolumeRecord record) {
        return contents.historyOf(record).snapshots().stream()
                .filter(snapshot -> snapshot.tree().isPresent())
                .map(Snapshot::taking)
                .filter(taking -> taking.volumeId().equals(record.id()))
                .max(Comparator.comparing(Snapshot.Taking::time))
                .map(Snapshot.Taking::charged)
                .orElse(OptionalLong.empty())
                .orElse(0);
    }

    private static ByteSize sum(ByteSize size, long bytes) {
        long sum = size.bytes() + bytes;
        return new ByteSize(sum < 0 ? Long.MAX_VALUE : sum);
    }

    /** Raises a limit before a snapshot is taken, for at this moment nobody knows what it will keep. */
    void raise(VolumeRecord record) throws IOException {
        Optional<ByteSize> limit = of(record);
        if (limit.isPresent() && contents.driver() instanceof SizeLimited limited) {
            limited.limit(
                    record.account(), Optional.of(sum(limit.get(), limit.get().bytes())));
        }
    }

    /** What a volume is charged for. */
    OptionalLong charged(VolumeRecord record, TreeId tree) throws IOException {
        return contents.driver().usedBytes(tree, record.account());
    }

    /**
     * The limit to set now: that which the volume has to have, unless it has a larger one and is charged for more than the smaller
     * one allows, for then what was destroyed is still being cleaned up, or something else keeps it.
     */
    Optional<ByteSize> now(VolumeRecord record) throws IOException {
        Optional<ByteSize> wanted = of(record);
        if (wanted.isPresent() && contents.driver() instanceof SizeLimited limited) {
            Optional<ByteSize> present = limited.limitOf(record.account());
            boolean isLarger =
                    present.filter(limit -> limit.compareTo(wanted.get()) > 0).isPresent();
            if (isLarger
                    && charged(record, record.tree()).orElse(0) > wanted.get().bytes()) {
                return present;
            }
        }
        return wanted;
    }

    /** Sets the limit that a volume has to have now. What fails is put right at the next start. */
    void settle(VolumeRecord record) {
        if (record.options().size().isPresent() && contents.driver() instanceof SizeLimited limited) {
            try {
                limited.limit(record.account(), now(record));
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("volume", record.name())
                        .log("A volume's size limit is larger than it should be, until the next start");
            }
        }
    }
}
