package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes volumes: empty, or from a snapshot. What takes long is done before anybody has to wait for his turn. */
final class VolumeMaking {
    private final Contents contents;
    private final Refs refs;
    private final Supplier<RandomId> ids;

    VolumeMaking(Contents contents, Refs refs, Supplier<RandomId> ids) {
        this.contents = contents;
        this.refs = refs;
        this.ids = ids;
    }

    /** What is asked for by a name alone: the clone of a snapshot is named by its ref. */
    static VolumeOptions withOrigin(VolumeName name, VolumeOptions asked) {
        return name.isRef() && asked.from().isEmpty() ? asked.withFrom(name.value()) : asked;
    }

    /**
     * Makes a volume; empty if there is one of the name, or is before it is made. The caller has no turn at the name, for a copy can take long.
     */
    Optional<VolumeRecord> make(VolumeName name, VolumeOptions asked, ZoneId zone, Instant now, Progress progress)
            throws RefusedException, IOException {
        contents.refuseIfFull("volume " + name + " cannot be created");
        VolumeOptions options = withOrigin(name, asked);
        return options.from().isPresent()
                ? makeFrom(name, options, zone, now, progress)
                : unlessTaken(name, () -> makeEmpty(name, options, now));
    }

    /** Makes something in the turn at a name, if there is no such volume. */
    private <T> Optional<T> unlessTaken(VolumeName name, VolumeLocks.Work<T> work)
            throws RefusedException, IOException {
        return contents.locks()
                .during(
                        name,
                        () -> contents.catalogue().find(name).isPresent() ? Optional.empty() : Optional.of(work.run()));
    }

    private VolumeRecord makeEmpty(VolumeName name, VolumeOptions options, Instant now) throws IOException {
        VolumeRecord record = emptyRecord(name, options, now);
        try (UnnamedTree tree = unnamed(record.id())) {
            tree.make(() -> contents.driver().create(record.tree(), options.treeSpec(record.account())));
            tree.name(() -> contents.catalogue().put(record));
        }
        return record;
    }

    /** The first tree of a volume. */
    private UnnamedTree unnamed(RandomId volume) {
        return new UnnamedTree(contents, new TreeId(volume), SpaceAccount.of(volume));
    }

    private VolumeRecord emptyRecord(VolumeName name, VolumeOptions options, Instant now) {
        // The first tree bears the volume's id, so that one left behind half-made still tells what it is charged to.
        RandomId id = ids.get();
        return new VolumeRecord(
                id,
                name,
                new Volumeset(ids.get(), new Name(name.value())),
                new Branch(id, Name.MAIN),
                new TreeId(id),
                now,
                options,
                Optional.empty());
    }

    private Optional<VolumeRecord> makeFrom(
            VolumeName name, VolumeOptions options, ZoneId zone, Instant now, Progress progress)
            throws RefusedException, IOException {
        contents.snapshotting();
        Ref ref = refs.parse(options.from().orElseThrow(), zone);
        if (name.isRef() && !name.value().startsWith(ref.volume() + "@")) {
            throw new InvalidNameException("'" + name + "' would be a clone of another volume than "
                    + options.from().orElseThrow() + " is a snapshot of; choose a name without '@'");
        }
        Snapshot snapshot = refs.resolve(refs.line(ref.volume()), ref, zone);
        return copy(name, options, snapshot, Optional.empty(), now, progress);
    }

    /**
     * Makes a volume from a snapshot that is at hand; empty if the name is taken. The caller has no turn at it.
     *
     * @param branch that it works on, if no other volume does; else one of its own
     */
    Optional<VolumeRecord> makeFrom(
            VolumeName name, VolumeOptions options, Snapshot snapshot, Optional<Branch> branch, Instant now)
            throws RefusedException, IOException {
        contents.refuseIfFull("volume " + name + " cannot be created");
        return copy(name, options, snapshot, branch, now, Progress.IGNORED);
    }

    private Optional<VolumeRecord> copy(
            VolumeName name,
            VolumeOptions options,
            Snapshot snapshot,
            Optional<Branch> wanted,
            Instant now,
            Progress progress)
            throws RefusedException, IOException {
        RandomId id = ids.get();
        try (UnnamedTree tree = unnamed(id)) {
            progress.phase("cloning");
            copy(snapshot.tree().orElseThrow(), options, tree, progress);
            progress.check();
            return unlessTaken(
                    name,
                    () -> contents.locks().during(snapshot.volumeset(), () -> {
                        contents.requireKept(snapshot);
                        VolumeRecord record = new VolumeRecord(
                                id,
                                name,
                                snapshot.volumeset(),
                                wanted.filter(free -> contents.workerOn(snapshot.volumeset(), free)
                                                .isEmpty())
                                        .orElseGet(() -> new Branch(id, freeBranchName(snapshot.volumeset(), name))),
                                Optional.of(snapshot.id()),
                                tree.id(),
                                now,
                                options,
                                Optional.empty(),
                                Optional.empty());
                        tree.name(() -> contents.catalogue().put(record));
                        return record;
                    }));
        }
    }

    private void copy(TreeId snapshot, VolumeOptions options, UnnamedTree tree, Progress progress)
            throws RefusedException, IOException {
        Snapshotting snapshotting = contents.snapshotting();
        // A snapshot that is no directory cannot be mounted; a clone is then mounted so that nothing can be written.
        if (options.readOnly().orElse(false) && !(snapshotting instanceof Shelving)) {
            tree.make(() -> contents.treeUse().holding(snapshot, () -> snapshotting.snapshot(snapshot, tree.id())));
        } else {
            tree.copy(snapshot, options.size(), progress);
        }
    }

    /** Fills a new tree. */
    interface Filling {
        void fill(Path root) throws RefusedException, IOException;
    }

    /**
     * Makes a volume whose tree is filled before the volume is there. The caller has no turn at the name, for filling can take long;
     * if the name is taken meanwhile, nothing is made.
     */
    VolumeRecord makeFilled(VolumeName name, VolumeOptions options, Instant now, Filling filling)
            throws RefusedException, IOException {
        contents.refuseIfFull("volume " + name + " cannot be created");
        VolumeRecord record = emptyRecord(name, options, now);
        try (UnnamedTree tree = unnamed(record.id())) {
            tree.make(() -> contents.driver().create(record.tree(), options.treeSpec(record.account())));
            filling.fill(contents.driver().path(record.tree()));
            return unlessTaken(name, () -> {
                        tree.name(() -> contents.catalogue().put(record));
                        return record;
                    })
                    .orElseThrow(() ->
                            new VolumeConflictException("there is a volume " + name + " by now; choose another name"));
        }
    }

    /** Makes a volume with what a removed one held, which stays in the trash, and which the caller has in hand. He has no turn. */
    VolumeRecord makeCopy(VolumeName name, VolumeRecord removed) throws RefusedException, IOException {
        contents.refuseIfFull("volume " + name + " cannot be created");
        RandomId id = ids.get();
        try (UnnamedTree tree = unnamed(id)) {
            tree.copy(removed.tree(), removed.options().size(), Progress.IGNORED);
            return unlessTaken(
                            name,
                            () -> contents.locks().during(removed.volumeset(), () -> {
                                VolumeRecord record = new VolumeRecord(
                                        id,
                                        name,
                                        removed.volumeset(),
                                        new Branch(id, freeBranchName(removed.volumeset(), name)),
                                        contents.newest(removed),
                                        tree.id(),
                                        removed.createdAt(),
                                        removed.options(),
                                        Optional.empty(),
                                        Optional.empty());
                                tree.name(() -> contents.catalogue().put(record));
                                return record;
                            }))
                    .orElseThrow(() ->
                            new VolumeConflictException("there is a volume " + name + " by now; choose another name"));
        }
    }

    /** A tree for a removed volume, whose own one it cannot have, with what that holds. The caller has it in hand. */
    UnnamedTree copyOf(VolumeRecord removed) throws RefusedException, IOException {
        UnnamedTree tree = new UnnamedTree(contents, new TreeId(ids.get()), removed.account());
        try {
            tree.copy(removed.tree(), removed.options().size(), Progress.IGNORED);
            return tree;
        } catch (RefusedException | IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    /** The volume's own name, with a number after it if a tag or branch has that. */
    private Name freeBranchName(Volumeset volumeset, VolumeName name) {
        String wanted = name.value().replaceAll("[@~]", "-");
        // With room for the number.
        String start = wanted.length() > 120 ? wanted.substring(0, 120) : wanted;
        Name free = new Name(start);
        for (int number = 2; Texts.isReserved(free) || contents.isTaken(volumeset, free); number++) {
            free = new Name(start + "-" + number);
        }
        return free;
    }
}
