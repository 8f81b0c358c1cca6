package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of an open pool.
 *
 * <p>The order of steps is what keeps data safe: a tree is on disk before a record names it; a volume is unmounted everywhere
 * before its record says that it is removed; only the trash destroys anything.
 */
public final class PoolVolumes implements Volumes {
    private static final Logger LOG = LoggerFactory.getLogger(PoolVolumes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_USERS_TOLD = 5;

    private final Pool pool;
    private final Setting setting;
    private final StorageDriver driver;
    private final Catalogue catalogue;
    private final MountedVolumes mounted;
    private final VolumeLocks locks = new VolumeLocks(PATIENCE);
    private final UseCheck useCheck;
    private final UsageReader usage;
    private final Trash trash;
    private final AtomicBoolean sweepIsComing = new AtomicBoolean();

    private PoolVolumes(Pool pool, Catalogue catalogue, Setting setting, Outside outside) {
        this.pool = pool;
        this.setting = setting;
        this.driver = pool.driver();
        this.catalogue = catalogue;
        this.mounted = new MountedVolumes(driver, outside.mounts(), setting.clock());
        this.useCheck = outside.useCheck();
        this.usage = new UsageReader(driver, setting.background());
        this.trash = new Trash(catalogue, driver, useCheck, setting.clock(), setting.keepRemoved());
    }

    /**
     * What surrounds the volumes.
     *
     * @param mountDirectory where volumes are mounted, an existing directory
     * @param proc the host's {@code /proc}
     * @param keepRemoved how long removed volumes stay in the trash
     * @param background bounded, for what may block while nobody waits
     */
    public record Setting(
            Path mountDirectory,
            Path proc,
            Duration keepRemoved,
            Clock clock,
            Supplier<RandomId> ids,
            ExecutorService background) {
        private Instant now() {
            return clock.instant().truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** What the volumes work on; a test has others. */
    record Outside(VolumeMounts mounts, UseCheck useCheck, RecordFiles records) {}

    /** Loads the volumes of a pool, and puts right what an interruption has left half done. */
    public static PoolVolumes load(Pool pool, Setting setting) throws IOException {
        Path mountDirectory = setting.mountDirectory();
        UseCheck useCheck = new MountTableUseCheck(setting.proc(), mountDirectory);
        return load(pool, setting, new Outside(mountsIn(mountDirectory, setting), useCheck, RecordFiles.durable()));
    }

    private static VolumeMounts mountsIn(Path directory, Setting setting) throws IOException {
        VolumeMounts mounts = new BindMounts(directory);
        MountReach reach = new MountReach(setting.proc());
        if (!reach.isForOthers(directory)) {
            return mounts;
        }
        new StaleCopies(directory.toRealPath()).unmount();
        return new PropagatedMounts(mounts, reach);
    }

    static PoolVolumes load(Pool pool, Setting setting, Outside outside) throws IOException {
        Catalogue catalogue = Catalogue.load(pool.directory().resolve(PoolOpener.RECORDS), outside.records());
        new Recovery(catalogue, pool.driver(), setting.clock()).run();
        PoolVolumes volumes = new PoolVolumes(pool, catalogue, setting, outside);
        volumes.mounted.adopt(catalogue.volumes());
        return volumes;
    }

    @Override
    public void create(VolumeName name, Map<String, String> options) throws VolumeException, IOException {
        VolumeOptions asked = OptionParser.parse(options, driver.attributes(), driver.name());
        locks.during(name, () -> {
            Optional<VolumeRecord> present = catalogue.find(name);
            if (present.isPresent()) {
                catalogue.settle(present.get());
                return requireAgreement(present.get(), asked);
            }
            refuseIfPoolCannot(name);
            VolumeRecord record = newRecord(name, asked);
            createTree(record);
            putFirst(record);
            LOG.atInfo().addKeyValue("volume", name).log("Created a volume");
            return record;
        });
    }

    @Override
    public void remove(VolumeName name) throws VolumeException, IOException {
        locks.during(name, () -> {
            Optional<VolumeRecord> present = catalogue.find(name);
            if (present.isPresent()) {
                moveToTrash(present.get());
            }
            return present;
        });
    }

    @Override
    public Path mount(VolumeName name, MountId id) throws VolumeException, IOException {
        return locks.during(name, () -> {
            VolumeRecord present = require(name);
            catalogue.settle(present);
            return mounted.mount(present, id);
        });
    }

    @Override
    public void unmount(VolumeName name, MountId id) throws VolumeException, IOException {
        locks.during(name, () -> {
            Optional<VolumeRecord> present = catalogue.find(name);
            if (present.isPresent()) {
                mounted.unmount(present.get(), id);
            }
            return present;
        });
    }

    @Override
    public void resize(VolumeName name, String size) throws VolumeException, IOException {
        if (!(driver instanceof SizeLimited limited)) {
            throw new InvalidOptionException("the pool's driver, " + driver.name() + ", cannot limit sizes here");
        }
        Optional<ByteSize> limit = OptionParser.parseLimit(size);
        locks.during(name, () -> {
            VolumeRecord present = require(name);
            VolumeRecord resized = present.resized(limit);
            catalogue.put(resized);
            try {
                limited.limit(resized.account(), limit);
            } catch (IOException e) {
                undoing(e, () -> catalogue.put(present));
                throw e;
            }
            LOG.atInfo().addKeyValue("volume", name).addKeyValue("size", size).log("Changed a volume's size limit");
            return resized;
        });
    }

    @Override
    public Optional<VolumeView> get(VolumeName name) {
        return catalogue.find(name).map(record -> view(record, statusOf(record)));
    }

    @Override
    public List<VolumeView> list() {
        return catalogue.volumes().stream()
                .map(record -> view(record, ImmutableMap.of()))
                .toList();
    }

    /** What is due from time to time: unmounts what nobody holds any more, and destroys what was in the trash long enough. */
    public void tidy() {
        for (VolumeName name : mounted.names()) {
            try {
                locks.during(name, () -> {
                    Optional<VolumeRecord> present = catalogue.find(name);
                    return present.isPresent() && mounted.unmountIfUnheld(present.get());
                });
            } catch (VolumeException | IOException | UncheckedIOException e) {
                LOG.atWarn().setCause(e).addKeyValue("volume", name).log("A volume that nobody holds stays mounted");
            }
        }
        trash.sweep();
    }

    private VolumeRecord newRecord(VolumeName name, VolumeOptions options) {
        // The first tree bears the volume's id, so that one left behind half-made still tells what it is charged to.
        RandomId id = setting.ids().get();
        return new VolumeRecord(
                id,
                name,
                new Volumeset(setting.ids().get(), name),
                BranchName.MAIN,
                new TreeId(id),
                setting.now(),
                options,
                Optional.empty());
    }

    /** Makes a volume's tree; what a failure leaves of it is taken away at once if that is possible, and else at the next start. */
    private void createTree(VolumeRecord record) throws IOException {
        try {
            driver.create(record.tree(), record.options().treeSpec(record.account()));
        } catch (FileAlreadyExistsException e) {
            throw e; // It is somebody else's.
        } catch (IOException e) {
            undoing(e, () -> destroy(record));
            throw e;
        }
    }

    /** A tree whose record is perhaps on disk stays, for the next start to decide about. */
    private void putFirst(VolumeRecord record) throws IOException {
        try {
            catalogue.put(record);
        } catch (DurableFile.UnchangedFileException e) {
            undoing(e, () -> destroy(record));
            throw e;
        }
    }

    private void destroy(VolumeRecord record) throws IOException {
        driver.destroy(record.tree());
        driver.release(record.account());
    }

    private void moveToTrash(VolumeRecord record) throws VolumeException, IOException {
        VolumeName name = record.name();
        refuseIfUsed(record);
        boolean wasMounted = mounted.pointOf(name).isPresent();
        if (!mounted.detach(record)) {
            throw new VolumeInUseException("volume " + name + " is in use: something works in "
                    + setting.mountDirectory().resolve(name.value())
                    + " at this moment; stop it, then remove the volume");
        }
        if (wasMounted) {
            refuseIfTakenMeanwhile(record);
        }
        catalogue.put(record.removed(setting.now()));
        mounted.forget(name);
        usage.forget(record);
        LOG.atInfo().addKeyValue("volume", name).log("Moved a volume to the trash");
        if (name.isAnonymous()) {
            sweepSoon();
        }
    }

    /** Until it was unmounted somebody could get hold of a volume through its mount; now nobody can any more. */
    private void refuseIfTakenMeanwhile(VolumeRecord record) throws VolumeException, IOException {
        try {
            refuseIfUsed(record);
        } catch (VolumeInUseException | IOException e) {
            undoing(e, () -> mounted.attach(record));
            throw e;
        }
    }

    /** One sweep that has not begun yet is enough, however many volumes it is to destroy. */
    private void sweepSoon() {
        if (sweepIsComing.compareAndSet(false, true)) {
            try {
                setting.background().execute(() -> {
                    sweepIsComing.set(false);
                    trash.sweep();
                });
            } catch (RejectedExecutionException e) {
                sweepIsComing.set(false);
                LOG.atDebug().log("Too busy to empty the trash at once");
            }
        }
    }

    /** A step back after a failure. */
    private interface Undo {
        void run() throws IOException;
    }

    private static void undoing(Exception failure, Undo undo) {
        try {
            undo.run();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private VolumeRecord require(VolumeName name) throws UnknownVolumeException {
        return catalogue
                .find(name)
                .orElseThrow(() -> new UnknownVolumeException("there is no volume " + name + " in the pool "
                        + pool.description() + "; create it with: docker volume create -d flockerj " + name));
    }

    private static VolumeRecord requireAgreement(VolumeRecord present, VolumeOptions asked)
            throws VolumeConflictException {
        if (!present.options().satisfies(asked)) {
            throw new VolumeConflictException("volume " + present.name() + " exists with other options ("
                    + OptionParser.text(present.options())
                    + "); leave them out to use it as it is, or choose another name");
        }
        return present;
    }

    private void refuseIfPoolCannot(VolumeName name) throws PoolRefusalException, IOException {
        Optional<String> refusal = pool.refusal();
        if (refusal.isPresent()) {
            throw new PoolRefusalException("volume " + name + " cannot be created: " + refusal.get());
        }
    }

    private void refuseIfUsed(VolumeRecord record) throws VolumeInUseException, IOException {
        List<String> users = useCheck.otherUsers(record.name(), driver.path(record.tree()));
        if (!users.isEmpty()) {
            String first = users.stream().limit(MOST_USERS_TOLD).collect(Collectors.joining(", "));
            int more = users.size() - MOST_USERS_TOLD;
            throw new VolumeInUseException("volume " + record.name() + " is in use by " + first
                    + (more > 0 ? " and " + more + " more" : "") + "; stop what uses it, then remove the volume");
        }
    }

    private VolumeView view(VolumeRecord record, Map<String, Object> status) {
        return new VolumeView(record.name(), record.createdAt(), mounted.pointOf(record.name()), status);
    }

    private Map<String, Object> statusOf(VolumeRecord record) {
        OptionalLong used = usage.usedBytes(record);
        Optional<ByteSize> limit = record.options().size();
        return ImmutableMap.<String, Object>builder()
                .put("driver", driver.name())
                .put("pool", pool.description())
                .put(
                        "volumeset",
                        record.volumeset().name() + "@"
                                + record.volumeset().id().abbreviated())
                .put("branch", record.branch().value())
                .put("bytesUsed", used.isPresent() ? (Object) used.getAsLong() : "unknown")
                .put("sizeLimit", limit.isPresent() ? (Object) limit.get().bytes() : "none")
                .put("mountsHeld", mounted.heldBy(record.name()))
                .build();
    }
}
