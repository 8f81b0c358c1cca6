package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Histories;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RefParser;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final Contents contents;
    private final Catalogue catalogue;
    private final MountedVolumes mounted;
    private final VolumeLocks locks;
    /** Who makes a volume from a snapshot lets only those wait that want to make the same one. */
    private final VolumeLocks creating = new VolumeLocks(PATIENCE);

    private final UseCheck useCheck;
    private final RollbacksUnderWay rollbacks;
    private final Detaching detaching;
    private final UsageReader usage;
    private final SizeLimits limits;
    private final VolumeMaking making;
    private final Trash trash;
    private final VolumeHistory history;
    private final CopyRecords unfinished;
    private final VolumeFiles files;
    private final Remotes remotes;
    private final UnfinishedWork work;
    private final PoolDoctor doctor;
    private final AtomicBoolean sweepIsComing = new AtomicBoolean();

    private PoolVolumes(Contents contents, Setting setting, Outside outside) throws IOException {
        this.contents = contents;
        this.pool = contents.pool();
        this.setting = setting;
        this.driver = pool.driver();
        this.catalogue = contents.catalogue();
        this.locks = contents.locks();
        this.useCheck = outside.useCheck();
        this.mounted = new MountedVolumes(driver, outside.mounts(), setting.clock());
        CopiesUnderWay copies = new CopiesUnderWay();
        this.rollbacks = new RollbacksUnderWay();
        this.detaching = new Detaching(contents, mounted, outside.useCheck(), copies);
        this.usage = new UsageReader(driver, setting.background(), setting.clock());
        this.limits = new SizeLimits(contents);
        Refs refs = new Refs(contents, new RefParser(setting.clock()), this::remotes);
        this.making = new VolumeMaking(contents, refs, setting.ids());
        this.trash = new Trash(
                contents,
                outside.useCheck(),
                setting.clock(),
                setting.keepRemoved(),
                new PushAnchors(contents, this::remotes));
        SnapshotTaking taking = new SnapshotTaking(contents, limits, setting.ids(), setting.clock());
        this.history = new PoolHistory(
                contents,
                refs,
                taking,
                new Rollback(contents, detaching, rollbacks, taking, limits, usage, setting),
                new TrashCan(contents, trash, making),
                this::measured,
                setting::now,
                remote -> remotes().nameOf(remote));
        this.doctor = new PoolDoctor(
                contents,
                new Rebuilding(
                        contents, trash, setting.clock(), setting.ids(), volume -> mounted.adopt(List.of(volume))));
        this.unfinished = CopyRecords.load(pool.directory(), outside.records(), driver);
        this.files = new PoolFiles(contents, refs, making, taking, copies, unfinished, rollbacks, setting);
        this.work = WorkRecords.load(pool.directory(), outside.records());
        this.remotes = setting.remotes().make(new PoolExchange(contents, refs, taking, making, usage, setting));
    }

    /**
     * What surrounds the volumes.
     *
     * @param mountDirectory where volumes are mounted, an existing directory
     * @param proc the host's {@code /proc}
     * @param keepRemoved how long removed volumes stay in the trash
     * @param background bounded, for what may block while nobody waits
     * @param remotes makes what carries histories to other hosts
     */
    public record Setting(
            Path mountDirectory,
            Path proc,
            Duration keepRemoved,
            Clock clock,
            Supplier<RandomId> ids,
            ExecutorService background,
            Remotes.Maker remotes) {
        Instant now() {
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
        Histories histories = Histories.load(
                pool.directory().resolve(PoolOpener.SNAPSHOTS),
                pool.directory().resolve(PoolOpener.VOLUMESETS),
                outside.records());
        Contents contents = new Contents(
                pool,
                pool.driver(),
                catalogue,
                histories,
                StagedTrees.load(pool.directory(), outside.records(), pool.driver()),
                new VolumeLocks(PATIENCE),
                new TreeUse(pool.driver()));
        new Recovery(contents, setting.clock()).run();
        PoolVolumes volumes = new PoolVolumes(contents, setting, outside);
        volumes.mounted.adopt(catalogue.volumes());
        if (volumes.trash.takeOverHalfDestroyed()) {
            volumes.sweepSoon();
        }
        return volumes;
    }

    @Override
    public PoolView pool() throws IOException {
        FileSystemStat space = FileSystemStat.of(pool.directory());
        return new PoolView(
                pool.id().hex(),
                pool.description(),
                driver.name(),
                space.totalBytes(),
                space.availableBytes(),
                pool.refusal(),
                contents.unreadableSnapshots(),
                catalogue.volumes().size(),
                contents.histories().count());
    }

    @Override
    public VolumeHistory history() {
        return history;
    }

    @Override
    public List<Finding> examine() throws IOException {
        return doctor.examine();
    }

    @Override
    public Rebuilt rebuild(Progress progress) throws IOException {
        return doctor.rebuild(progress);
    }

    @Override
    public VolumeFiles files() {
        return files;
    }

    @Override
    public UnfinishedWork unfinishedWork() {
        return work;
    }

    @Override
    public Remotes remotes() {
        return remotes;
    }

    @Override
    public void create(VolumeName name, Map<String, String> options, ZoneId zone, Progress progress)
            throws RefusedException, IOException {
        VolumeOptions asked = OptionParser.parse(options, driver.attributes(), driver.name());
        if (catalogue.find(name).isEmpty()) {
            if (asked.remote().isPresent()) {
                remotes.show(asked.remote().get());
            }
            if (asked.isFromRemote() && bring(name, options, asked, zone, progress)) {
                return;
            }
        }
        creating.during(name, () -> {
            Optional<VolumeRecord> made = catalogue.find(name).isPresent()
                    ? Optional.empty()
                    : making.make(name, asked, zone, setting.now(), progress);
            if (made.isPresent()) {
                LOG.atInfo().addKeyValue("volume", name).log("Created a volume");
                return made.get();
            }
            return locks.during(name, () -> {
                VolumeRecord present = contents.require(name);
                contents.settle(present);
                return requireAgreement(present, asked);
            });
        });
    }

    /** Takes no turn at the name, for it can take long; answers false if the name was taken meanwhile. */
    private boolean bring(
            VolumeName name, Map<String, String> options, VolumeOptions asked, ZoneId zone, Progress progress)
            throws RefusedException, IOException {
        Map<String, String> others = new HashMap<>(options);
        others.remove("from");
        try {
            remotes.clone(
                    new Remotes.CloneOrder(
                            asked.from().orElseThrow(),
                            zone,
                            setting.clock().instant(),
                            name,
                            others,
                            Optional.empty(),
                            false),
                    progress);
            return true;
        } catch (VolumeConflictException e) {
            if (catalogue.find(name).isPresent()) {
                return false;
            }
            throw e;
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw new NotBroughtException(e);
        }
    }

    @Override
    public void remove(VolumeName name) throws RefusedException, IOException {
        locks.during(name, () -> {
            Optional<VolumeRecord> present = catalogue.find(name);
            if (present.isPresent()) {
                moveToTrash(present.get());
            }
            return present;
        });
    }

    @Override
    public Path mount(VolumeName name, MountId id) throws RefusedException, IOException {
        return locks.during(name, () -> {
            VolumeRecord present = contents.require(name);
            rollbacks.refuse(name);
            contents.settle(present);
            return mounted.mount(present, id);
        });
    }

    @Override
    public void unmount(VolumeName name, MountId id) throws RefusedException, IOException {
        locks.during(name, () -> {
            Optional<VolumeRecord> present = catalogue.find(name);
            if (present.isPresent()) {
                mounted.unmount(present.get(), id);
            }
            return present;
        });
    }

    @Override
    public void resize(VolumeName name, String size) throws RefusedException, IOException {
        if (!(driver instanceof SizeLimited limited)) {
            throw new InvalidOptionException("the pool's driver, " + driver.name() + ", cannot limit sizes here");
        }
        Optional<ByteSize> limit = OptionParser.parseLimit(size);
        locks.during(name, () -> {
            VolumeRecord present = contents.require(name);
            VolumeRecord resized = present.resized(limit);
            catalogue.put(resized);
            try {
                limited.limit(resized.account(), limits.of(resized));
            } catch (IOException e) {
                Undoing.after(e, () -> catalogue.put(present));
                throw e;
            }
            LOG.atInfo().addKeyValue("volume", name).addKeyValue("size", size).log("Changed a volume's size limit");
            return resized;
        });
    }

    @Override
    public Optional<VolumeView> get(VolumeName name) {
        return catalogue.find(name).map(this::measured);
    }

    @Override
    public UnknownVolumeException unknown(VolumeName name) {
        return contents.unknown(name.value());
    }

    @Override
    public List<VolumeView> list() {
        return catalogue.volumes().stream()
                .map(record -> view(record, usage.lastKnown(record)))
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
            } catch (RefusedException | IOException | UncheckedIOException e) {
                LOG.atWarn().setCause(e).addKeyValue("volume", name).log("A volume that nobody holds stays mounted");
            }
        }
        tidyStaged();
        unfinished.sweep();
        trash.sweep();
        remotes.local().tidy();
        try {
            contents.treeUse().tidy(useCheck);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("What was made to read in snapshots takes space for now");
        }
    }

    private void tidyStaged() {
        StagedTrees staged = contents.staged();
        staged.tidy(setting.now(), contents::isHere);
        try {
            if (!staged.trees().isEmpty() && contents.isShortOfSpace()) {
                staged.makeRoom(Optional.empty());
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("How much room the pool has cannot be told");
        }
    }

    private void moveToTrash(VolumeRecord record) throws RefusedException, IOException {
        VolumeName name = record.name();
        detaching.detach(record, "removed");
        catalogue.put(record.removed(setting.now()));
        mounted.forget(name);
        usage.forget(record);
        LOG.atInfo().addKeyValue("volume", name).log("Moved a volume to the trash");
        if (name.isAnonymous()) {
            sweepSoon();
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

    private static VolumeRecord requireAgreement(VolumeRecord present, VolumeOptions asked)
            throws VolumeConflictException {
        if (!present.options().satisfies(asked)) {
            throw new VolumeConflictException("volume " + present.name() + " exists with other options ("
                    + OptionParser.text(present.options())
                    + "); leave them out to use it as it is, or choose another name");
        }
        return present;
    }

    private VolumeView measured(VolumeRecord record) {
        return view(record, usage.usedBytes(record));
    }

    private VolumeView view(VolumeRecord record, Optional<UsageReader.Usage> used) {
        List<Snapshot> kept =
                contents.historyOf(record).kept(contents.newest(record)).toList();
        return new VolumeView(
                record.name(),
                record.createdAt(),
                mounted.pointOf(record.name()),
                record.volumeset().id().hex(),
                record.volumeset().name().value(),
                contents.hasBranch(record)
                        ? Optional.of(contents.branchName(record).value())
                        : Optional.empty(),
                driver.name(),
                pool.description(),
                used.map(UsageReader.Usage::bytes),
                used.map(UsageReader.Usage::at),
                record.options().size().map(ByteSize::bytes),
                mounted.heldBy(record.name()),
                record.isReadOnly(),
                kept.size(),
                kept.stream()
                        .findFirst()
                        .map(newest -> new VolumeView.Newest(newest.id().hex(), newest.time())),
                record.base().map(RandomId::hex),
                OptionParser.options(record.options()));
    }
}
