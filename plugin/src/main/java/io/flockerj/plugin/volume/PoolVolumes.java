package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
import java.util.function.Supplier;
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

    private final Pool pool;
    private final Setting setting;
    private final StorageDriver driver;
    private final Catalogue catalogue;
    private final MountedVolumes mounted;
    private final VolumeLocks locks = new VolumeLocks(PATIENCE);
    private final UseCheck useCheck;
    private final UsageReader usage;
    private final Trash trash;

    private PoolVolumes(Pool pool, Catalogue catalogue, Setting setting) {
        this.pool = pool;
        this.setting = setting;
        this.driver = pool.driver();
        this.catalogue = catalogue;
        this.mounted = new MountedVolumes(driver, new VolumeMounts(setting.mountDirectory()), setting.clock());
        this.useCheck = new UseCheck(setting.proc(), setting.mountDirectory());
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

    /** Loads the volumes of a pool, and puts right what an interruption has left half done. */
    public static PoolVolumes load(Pool pool, Setting setting) throws IOException {
        Catalogue catalogue = Catalogue.load(pool.directory().resolve(PoolOpener.RECORDS));
        new Recovery(catalogue, pool.driver(), setting.clock()).run();
        PoolVolumes volumes = new PoolVolumes(pool, catalogue, setting);
        volumes.mounted.adopt(catalogue.volumes());
        return volumes;
    }

    @Override
    public void create(VolumeName name, Map<String, String> options) throws VolumeException, IOException {
        VolumeOptions asked = OptionParser.parse(options, driver.attributes(), driver.name());
        locks.during(name, () -> {
            Optional<VolumeRecord> present = catalogue.find(name);
            if (present.isPresent()) {
                return requireAgreement(present.get(), asked);
            }
            refuseIfPoolCannot(name);
            VolumeRecord record = newRecord(name, asked);
            createTree(record);
            catalogue.put(record);
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
        return locks.during(name, () -> mounted.mount(require(name), id));
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
            VolumeRecord resized = require(name).resized(limit);
            catalogue.put(resized);
            limited.limit(resized.account(), limit);
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
    public void tidy() throws IOException {
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
        } catch (IOException e) {
            try {
                driver.destroy(record.tree());
                driver.release(record.account());
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private void moveToTrash(VolumeRecord record) throws VolumeException, IOException {
        VolumeName name = record.name();
        Path tree = driver.path(record.tree());
        if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            refuseIfUsed(name, tree);
            if (!mounted.unmountForGood(record)) {
                throw new VolumeInUseException("volume " + name + " is in use: something works in "
                        + setting.mountDirectory().resolve(name.value())
                        + " at this moment; stop it, then remove the volume");
            }
        }
        catalogue.put(record.removed(setting.now()));
        usage.forget(record);
        LOG.atInfo().addKeyValue("volume", name).log("Moved a volume to the trash");
        if (name.isAnonymous()) {
            setting.background().execute(this::sweepTrash);
        }
    }

    private void sweepTrash() {
        try {
            trash.sweep();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The trash could not be swept");
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

    private void refuseIfUsed(VolumeName name, Path tree) throws VolumeInUseException, IOException {
        List<String> users = useCheck.look().users(name, tree);
        if (!users.isEmpty()) {
            throw new VolumeInUseException("volume " + name + " is in use by " + String.join(", ", users)
                    + "; stop what uses it, then remove the volume");
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
