package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefParser;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ChangeTracking;
import io.flockerj.plugin.storage.LateFreeing;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The histories of an open pool, for whoever carries them about. */
final class PoolExchange implements HistoryExchange {
    private static final String DESTROYED = "the snapshot to compare with was destroyed";

    /** How long is waited for space that the file system is to give back. */
    private static final Duration FREED_WITHIN = Duration.ofSeconds(60);

    private static final Duration LOOKED_EVERY = Duration.ofMillis(200);

    private final Contents contents;
    private final Refs refs;
    private final SnapshotTaking taking;
    private final VolumeMaking making;
    private final UsageReader usage;
    private final HiddenSnapshots hidden;
    private final PoolVolumes.Setting setting;

    PoolExchange(
            Contents contents,
            Refs refs,
            SnapshotTaking taking,
            VolumeMaking making,
            UsageReader usage,
            PoolVolumes.Setting setting) {
        this.contents = contents;
        this.refs = refs;
        this.taking = taking;
        this.making = making;
        this.usage = usage;
        this.hidden = new HiddenSnapshots(contents, new SizeLimits(contents), setting.ids());
        this.setting = setting;
    }

    @Override
    public Path directory() {
        return contents.pool().directory();
    }

    @Override
    public Meant meant(String text, ZoneId zone, Instant askedAt) throws RefusedException {
        Ref ref = RefParser.parse(text, zone, askedAt);
        Refs.Line line = refs.line(ref.volume());
        boolean isLive = ref.revision().isEmpty() && line.volume().isPresent();
        Optional<Snapshot> snapshot =
                isLive ? line.history().kept(line.newest()).findFirst() : Optional.of(refs.resolve(line, ref, zone));
        Branch branch = isLive
                ? line.volume().get().branch()
                : snapshot.orElseThrow().taking().branch();
        return new Meant(
                line.history(),
                line.volume().map(VolumeRecord::name),
                branch,
                line.history().nameOf(branch),
                snapshot,
                isLive,
                line.volume().flatMap(volume -> volume.options().remote()));
    }

    @Override
    public History history(Volumeset volumeset) {
        return contents.histories().of(volumeset);
    }

    @Override
    public Optional<History> history(RandomId volumeset) {
        return contents.histories().all().stream()
                .filter(history -> history.volumeset().id().equals(volumeset))
                .findFirst();
    }

    @Override
    public Snapshot current(VolumeName volume, Optional<String> author, Progress progress)
            throws RefusedException, IOException {
        VolumeRecord record = contents.require(volume);
        Optional<Snapshot> newest = contents.historyOf(record)
                .kept(contents.newest(record))
                .findFirst()
                .filter(snapshot -> contents.newest(record).equals(Optional.of(snapshot.id())));
        if (newest.isPresent() && !hasChanged(volume, newest.get())) {
            return newest.get();
        }
        SnapshotTaking.Words words = new SnapshotTaking.Words(author, Snapshot.Remarks.NONE, false);
        return taking.take(List.of(volume), () -> List.of(contents.require(volume)), words, progress)
                .getFirst();
    }

    private boolean hasChanged(VolumeName volume, Snapshot since) throws RefusedException, IOException {
        Optional<ChangeTracking> tracking = tracking();
        if (tracking.isEmpty()) {
            return true;
        }
        TreeId before = since.tree().orElseThrow();
        AtomicBoolean isSame = new AtomicBoolean();
        hidden.with(
                contents.snapshotting(),
                volume,
                now -> contents.treeUse()
                        .holding(
                                before,
                                () -> isSame.set(tracking.get().touched(before, now)
                                                instanceof Touched.Names(List<Touched.Name> names)
                                        && names.isEmpty())));
        return !isSame.get();
    }

    @Override
    public <T> T reading(Snapshot snapshot, Reading<T> work) throws IOException {
        TreeId tree = snapshot.tree().orElseThrow();
        AtomicReference<T> result = new AtomicReference<>();
        contents.treeUse()
                .reading(tree, () -> result.set(work.in(contents.driver().path(tree))));
        return result.get();
    }

    @Override
    public Touched touched(Snapshot older, Snapshot newer) throws IOException {
        Optional<ChangeTracking> tracking = tracking();
        if (tracking.isEmpty()) {
            return new Touched.Everything("the driver " + contents.driver().name() + " does not tell what changed");
        }
        TreeId before = older.tree().orElseThrow();
        TreeId after = newer.tree().orElseThrow();
        AtomicReference<Touched> touched = new AtomicReference<>(new Touched.Everything(DESTROYED));
        try {
            contents.treeUse().holding(before, () -> {
                if (contents.driver().exists(before)) {
                    contents.treeUse()
                            .holding(after, () -> touched.set(tracking.get().touched(before, after)));
                }
            });
        } catch (TreeUse.DestroyedException e) {
            return new Touched.Everything(DESTROYED);
        }
        return touched.get();
    }

    @Override
    public OptionalLong aboutBytes(Snapshot snapshot) {
        return contents.catalogue().of(snapshot.volumeset()).stream()
                .filter(volume -> volume.id().equals(snapshot.taking().volumeId()))
                .flatMap(volume -> usage.usedBytes(volume).stream())
                .mapToLong(UsageReader.Usage::bytes)
                .findFirst();
    }

    private Optional<ChangeTracking> tracking() {
        return contents.driver() instanceof ChangeTracking tracking ? Optional.of(tracking) : Optional.empty();
    }

    @Override
    public void share(RandomId id, UnaryOperator<Snapshot.Sharing> change) throws RefusedException, IOException {
        Optional<Snapshot> known = contents.histories().find(id);
        if (known.isEmpty()) {
            return;
        }
        contents.locks().during(known.get().volumeset(), () -> {
            Optional<Snapshot> present = contents.histories().find(id);
            if (present.isPresent()) {
                Snapshot.Sharing changed = change.apply(present.get().sharing());
                if (!changed.equals(present.get().sharing())) {
                    contents.histories().put(present.get().with(changed));
                }
            }
            return id;
        });
    }

    @Override
    public Snapshot admit(Snapshot record, Optional<Snapshot> base, Filling filling)
            throws RefusedException, IOException {
        Snapshotting snapshotting = contents.snapshotting();
        contents.refuseIfFull("the snapshot " + record.id().abbreviated() + " cannot be taken in");
        Optional<Snapshot> present = contents.locks().during(record.volumeset(), () -> present(record));
        if (present.isPresent()) {
            return present.get();
        }
        StagedTrees.Attempt attempt =
                contents.staged().begin(record, new TreeId(setting.ids().get()), setting.now());
        try (attempt) {
            stage(attempt, base, filling);
            Snapshot admitted = snapshotting instanceof Shelving
                    ? admitLong(record, snapshotting, attempt.tree())
                    : admitNow(record, snapshotting, attempt.tree());
            attempt.done(overtaken(admitted));
            return admitted;
        }
    }

    /** What nobody fetches any more: what is here, and what has led to a snapshot that is here. */
    private Predicate<RandomId> overtaken(Snapshot here) {
        return other -> contents.isHere(other)
                || contents.histories()
                        .of(here.volumeset())
                        .ancestry(Optional.of(here.id()))
                        .anyMatch(before -> before.id().equals(other));
    }

    @Override
    public void refuseWithoutRoom(Snapshot record, long bytes, String what) throws RefusedException, IOException {
        StagedTrees staged = contents.staged();
        if (isRoomFor(bytes, staged.found(record))) {
            return;
        }
        staged.makeRoom(Optional.of(record));
        if (!isRoomSoon(bytes, staged.found(record))) {
            staged.makeRoom(Optional.empty());
            if (!isRoomSoon(bytes, 0)) {
                contents.refuseWithoutRoom(bytes, what);
            }
        }
    }

    /** Waits for what the file system is still to give back of what was destroyed. */
    private boolean isRoomSoon(long bytes, long found) throws IOException {
        Instant end = setting.clock().instant().plus(FREED_WITHIN);
        while (!isRoomFor(bytes, found)
                && contents.driver() instanceof LateFreeing late
                && late.isFreeing()
                && setting.clock().instant().isBefore(end)) {
            try {
                TimeUnit.NANOSECONDS.sleep(LOOKED_EVERY.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while waiting for space").initCause(e);
            }
        }
        return isRoomFor(bytes, found);
    }

    private boolean isRoomFor(long bytes, long found) throws IOException {
        return bytes - found <= contents.pool().room();
    }

    private void stage(StagedTrees.Attempt attempt, Optional<Snapshot> base, Filling filling)
            throws RefusedException, IOException {
        TreeId tree = attempt.tree();
        SpaceAccount account = SpaceAccount.of(tree.id());
        if (base.isPresent()) {
            TreeId held = base.get().tree().orElseThrow();
            contents.clone(contents.snapshotting(), held, tree, account, Optional.empty(), Progress.IGNORED);
        } else {
            contents.driver().create(tree, VolumeOptions.NONE.treeSpec(account));
        }
        filling.fill(new Staging(
                contents.driver().path(tree),
                attempt.left().stream().map(contents.driver()::path).toList(),
                attempt::brought));
        // A snapshot waits until all is on disk that was written to the tree, and that is to be in nobody's turn.
        try (FileHandle directory = FileHandle.openDirectory(contents.driver().path(tree))) {
            directory.syncFileSystem();
        }
    }

    private Snapshot admitNow(Snapshot record, Snapshotting snapshotting, TreeId tree)
            throws RefusedException, IOException {
        return contents.locks().during(record.volumeset(), () -> admit(record, snapshotting, tree));
    }

    /** What is staged is read while nobody waits for his turn; then a snapshot of the snapshot takes no time. */
    private Snapshot admitLong(Snapshot record, Snapshotting snapshotting, TreeId staged)
            throws RefusedException, IOException {
        TreeId read = new TreeId(setting.ids().get());
        try {
            snapshotting.snapshot(staged, read);
            return admitNow(record, snapshotting, read);
        } finally {
            contents.driver().destroy(read);
        }
    }

    /** The history is the caller's turn, from looking whether somebody else was quicker until the record is written. */
    private Snapshot admit(Snapshot record, Snapshotting snapshotting, TreeId staged) throws IOException {
        Optional<Snapshot> present = present(record);
        if (present.isPresent()) {
            return present.get();
        }
        TreeId own = new TreeId(record.id());
        // Its own id, by which it is known again if its record is lost, unless a part of an earlier one is left.
        TreeId tree = contents.driver().exists(own) ? new TreeId(setting.ids().get()) : own;
        try {
            snapshotting.snapshot(staged, tree);
            Snapshot admitted = admitted(record, tree);
            contents.histories().put(admitted);
            return admitted;
        } catch (FileAlreadyExistsException e) {
            throw e; // It is somebody else's.
        } catch (IOException | RuntimeException e) {
            if (!contents.histories().mayBeThere(record.id())) {
                Undoing.after(e, () -> contents.driver().destroy(tree));
            }
            throw e;
        }
    }

    /** Of what is known of the snapshot nothing changes but that it is here. */
    private Snapshot admitted(Snapshot record, TreeId tree) {
        Optional<Snapshot> present = contents.histories().find(record.id());
        Snapshot known = present.orElse(record);
        Snapshot.Sharing sharing = known.sharing();
        for (RandomId remote : record.sharing().remotes()) {
            sharing = sharing.on(remote, record.sharing().digest());
        }
        return new Snapshot(
                known.id(),
                known.volumeset(),
                known.parent(),
                known.taking(),
                present.isPresent() && present.get().removedAt().isEmpty() ? known.remarks() : record.remarks(),
                Optional.of(tree),
                Optional.empty(),
                sharing);
    }

    /** One that is here, perhaps in the trash, needs nothing from elsewhere. The history is the caller's turn. */
    private Optional<Snapshot> present(Snapshot record) throws IOException {
        Optional<Snapshot> present = contents.histories()
                .find(record.id())
                .filter(known -> known.tree().isPresent());
        if (present.isEmpty() || present.get().isKept()) {
            return present;
        }
        if (!contents.driver().exists(present.get().tree().orElseThrow())) {
            return Optional.empty(); // Its files are being destroyed, or that was cut short.
        }
        Snapshot kept = present.get().restored();
        contents.histories().put(kept);
        return Optional.of(kept);
    }

    @Override
    public void learn(Snapshot record) throws RefusedException, IOException {
        contents.locks().during(record.volumeset(), () -> {
            if (contents.histories().find(record.id()).isEmpty()) {
                contents.histories().put(record);
            }
            return record;
        });
    }

    @Override
    public boolean tag(Volumeset volumeset, Name tag, RandomId snapshot) throws RefusedException, IOException {
        return contents.locks().during(volumeset, () -> {
            Optional<RandomId> present = Optional.ofNullable(
                    contents.histories().of(volumeset).tags().get(tag));
            if (present.isPresent() || Texts.isReserved(tag) || contents.isTaken(volumeset, tag)) {
                return present.equals(Optional.of(snapshot));
            }
            contents.histories().tag(volumeset, tag, snapshot);
            return true;
        });
    }

    @Override
    public Optional<Snapshot> madeFrom(VolumeName name, Map<String, String> options, String from)
            throws RefusedException {
        VolumeOptions asked = asked(options, from);
        return contents.catalogue()
                .find(name)
                .filter(record -> record.options().satisfies(asked))
                .flatMap(VolumeRecord::base)
                .flatMap(contents.histories()::find);
    }

    private VolumeOptions asked(Map<String, String> options, String from) throws RefusedException {
        Map<String, String> all = new HashMap<>(options);
        all.put("from", from);
        return OptionParser.parse(
                all, contents.driver().attributes(), contents.driver().name());
    }

    @Override
    public void refuseTaken(VolumeName name, Map<String, String> options, String from) throws RefusedException {
        unlessTaken(name, options, from);
    }

    private VolumeOptions unlessTaken(VolumeName name, Map<String, String> options, String from)
            throws RefusedException {
        contents.snapshotting();
        if (name.isRef()) {
            throw new InvalidNameException("'" + name
                    + "' would be a clone of a snapshot that is here; choose a name without '@' for one from a remote");
        }
        if (options.containsKey("from")) {
            throw new InvalidOptionException(
                    "the option 'from' says what a volume is made of, and so does the remote; leave it out");
        }
        VolumeOptions asked = asked(options, from);
        if (contents.catalogue().find(name).isPresent()) {
            throw taken(name);
        }
        return asked;
    }

    private static VolumeConflictException taken(VolumeName name) {
        return new VolumeConflictException("there is a volume " + name + " already; choose another name");
    }

    @Override
    public void create(
            VolumeName name, Map<String, String> options, String from, Snapshot snapshot, Optional<Branch> branch)
            throws RefusedException, IOException {
        VolumeOptions asked = unlessTaken(name, options, from);
        if (making.makeFrom(name, asked, snapshot, branch, setting.now()).isEmpty()) {
            throw taken(name);
        }
    }
}
