package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which volumes are mounted, and for whom. Callers see to it that one volume is mounted and unmounted by one thread at a time;
 * questions are answered from memory and may be asked at any time.
 */
final class MountedVolumes {
    private static final Logger LOG = LoggerFactory.getLogger(MountedVolumes.class);

    /**
     * A volume found mounted at the start may have been promised to a container by a daemon that then died; an engine makes use of
     * such a promise within the two minutes that it allows for a Mount.
     */
    private static final Duration ADOPTION = Duration.ofMinutes(2);

    private final StorageDriver driver;
    private final VolumeMounts mounts;
    private final Clock clock;
    private final Instant startedAt;
    private final MountCounts counts = new MountCounts();
    private final Map<VolumeName, Path> mounted = new ConcurrentHashMap<>();
    private final Set<VolumeName> adopted = ConcurrentHashMap.newKeySet();

    MountedVolumes(StorageDriver driver, VolumeMounts mounts, Clock clock) {
        this.driver = driver;
        this.mounts = mounts;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /** Notes which volumes an earlier daemon has left mounted, and puts away mount points that it has left bare. */
    void adopt(Collection<VolumeRecord> volumes) {
        for (VolumeRecord record : volumes) {
            try {
                adopt(record);
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("volume", record.name())
                        .log("Whether a volume is mounted cannot be told");
            }
        }
    }

    private void adopt(VolumeRecord record) throws IOException {
        Optional<Path> point = mounts.point(record.name(), tree(record));
        if (point.isPresent()) {
            adopted.add(record.name());
            mounted.put(record.name(), point.get());
            LOG.atInfo().addKeyValue("volume", record.name()).log("Found a volume mounted");
        } else {
            mounts.removeBarePoint(record.name());
        }
    }

    /** Mounts a volume unless it is, and counts the user. */
    Path mount(VolumeRecord record, MountId id) throws IOException {
        refuseShelved(record);
        if (!Inodes.isDirectory(tree(record))) {
            throw new IOException("the files of volume " + record.name() + " are missing from the pool: there is no "
                    + tree(record) + "; restore it from a backup, or remove the volume");
        }
        Path point = attach(record);
        counts.add(record.name(), id);
        return point;
    }

    /** Forgets one mount of a user, and unmounts if nobody is left. */
    void unmount(VolumeRecord record, MountId id) throws IOException {
        counts.remove(record.name(), id);
        if (!unmountIfUnheld(record)) {
            LOG.atDebug().addKeyValue("volume", record.name()).log("A volume stays mounted for now");
        }
    }

    /** Unmounts a volume that no user holds. Answers false if it is held, may be about to be used, or is busy. */
    boolean unmountIfUnheld(VolumeRecord record) throws IOException {
        boolean unheld = counts.of(record.name()) == 0 && !mayStillBePromised(record.name());
        return unheld && detach(record);
    }

    /** Mounts a volume unless it is, for those who hold it already. */
    Path attach(VolumeRecord record) throws IOException {
        refuseShelved(record);
        Path tree = tree(record);
        Path point = record.isReadOnly() && driver instanceof Shelving
                ? mounts.attachReadOnly(record.name(), tree)
                : mounts.attach(record.name(), tree);
        mounted.put(record.name(), point);
        return point;
    }

    /** What is written to the directory of a snapshot is lost. */
    private void refuseShelved(VolumeRecord record) throws IOException {
        if (driver instanceof Shelving shelving && shelving.isShelved(record.tree())) {
            throw new IOException("volume " + record.name()
                    + " cannot be mounted: its record names a snapshot, to which nothing can be"
                    + " written; remove it, and bring it back with: fli trash restore " + record.name());
        }
    }

    /** Unmounts a volume whoever holds it by our counts. Answers false if the kernel says that it is busy. */
    boolean detach(VolumeRecord record) throws IOException {
        boolean unmounted = mounts.detach(record.name());
        if (unmounted) {
            mounted.remove(record.name());
        }
        return unmounted;
    }

    /** Forgets who held a volume that is no more. */
    void forget(VolumeName name) {
        counts.forget(name);
        adopted.remove(name);
    }

    /** Where a volume is mounted; empty while it is not. */
    Optional<Path> pointOf(VolumeName name) {
        return Optional.ofNullable(mounted.get(name));
    }

    /** How many mounts are held, as far as is known. */
    int heldBy(VolumeName name) {
        return counts.of(name);
    }

    /** The volumes that are mounted now. */
    List<VolumeName> names() {
        return List.copyOf(mounted.keySet());
    }

    private boolean mayStillBePromised(VolumeName name) {
        return adopted.contains(name) && clock.instant().isBefore(startedAt.plus(ADOPTION));
    }

    private Path tree(VolumeRecord record) {
        return driver.path(record.tree());
    }
}
