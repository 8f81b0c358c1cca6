package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes volumes: empty, or from a snapshot. The caller has the turn at the volume's name, which is free. */
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

    VolumeRecord make(VolumeName name, VolumeOptions asked, ZoneId zone, Instant now, Progress progress)
            throws RefusedException, IOException {
        contents.refuseIfFull("volume " + name + " cannot be created");
        VolumeOptions options = withOrigin(name, asked);
        return options.from().isPresent()
                ? makeFrom(name, options, zone, now, progress)
                : makeEmpty(name, options, now);
    }

    private VolumeRecord makeEmpty(VolumeName name, VolumeOptions options, Instant now) throws IOException {
        VolumeRecord record = emptyRecord(name, options, now);
        makeTree(record, () -> contents.driver().create(record.tree(), options.treeSpec(record.account())));
        putFirst(record);
        return record;
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

    private VolumeRecord makeFrom(VolumeName name, VolumeOptions options, ZoneId zone, Instant now, Progress progress)
            throws RefusedException, IOException {
        contents.snapshotting();
        Ref ref = refs.parse(options.from().orElseThrow(), zone);
        if (name.isRef() && !name.value().startsWith(ref.volume() + "@")) {
            throw new InvalidNameException("'" + name + "' would be a clone of another volume than "
                    + options.from().orElseThrow() + " is a snapshot of; choose a name without '@'");
        }
        Refs.Line line = refs.line(ref.volume());
        Volumeset volumeset = line.history().volumeset();
        // Nobody destroys the snapshot, or takes the branch's name, meanwhile.
        return contents.locks()
                .during(
                        volumeset,
                        () -> clone(name, options, refs.resolve(line, ref, zone), Optional.empty(), now, progress));
    }

    /**
     * Makes a volume from a snapshot that is at hand.
     *
     * @param branch that it works on, if no other volume does; else one of its own
     */
    VolumeRecord makeFrom(
            VolumeName name, VolumeOptions options, Snapshot snapshot, Optional<Branch> branch, Instant now)
            throws RefusedException, IOException {
        contents.refuseIfFull("volume " + name + " cannot be created");
        return contents.locks()
                .during(
                        snapshot.volumeset(),
                        () -> clone(
                                name,
                                options,
                                snapshot,
                                branch.filter(free -> contents.workerOn(snapshot.volumeset(), free)
                                        .isEmpty()),
                                now,
                                Progress.IGNORED));
    }

    /** The history of the snapshot is the caller's turn. */
    private VolumeRecord clone(
            VolumeName name,
            VolumeOptions options,
            Snapshot snapshot,
            Optional<Branch> branch,
            Instant now,
            Progress progress)
            throws RefusedException, IOException {
        Snapshotting snapshotting = contents.snapshotting();
        RandomId id = ids.get();
        VolumeRecord record = new VolumeRecord(
                id,
                name,
                snapshot.volumeset(),
                branch.orElseGet(() -> new Branch(id, freeBranchName(snapshot.volumeset(), name))),
                Optional.of(snapshot.id()),
                new TreeId(id),
                now,
                options,
                Optional.empty(),
                Optional.empty());
        TreeId tree = snapshot.tree().orElseThrow();
        progress.phase("cloning");
        makeTree(record, () -> {
            if (record.isReadOnly()) {
                snapshotting.snapshot(tree, record.tree());
            } else {
                snapshotting.clone(tree, record.tree(), record.account(), options.size());
            }
            progress.check();
        });
        putFirst(record);
        return record;
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
        makeTree(record, () -> contents.driver().create(record.tree(), options.treeSpec(record.account())));
        try {
            filling.fill(contents.driver().path(record.tree()));
        } catch (IOException | RefusedException | RuntimeException e) {
            Undoing.after(e, () -> destroy(record));
            throw e;
        }
        try {
            return contents.locks().during(name, () -> {
                if (contents.catalogue().find(name).isPresent()) {
                    throw new VolumeConflictException("there is a volume " + name + " by now; choose another name");
                }
                putFirst(record);
                return record;
            });
        } catch (RefusedException e) {
            Undoing.after(e, () -> destroy(record));
            throw e;
        }
    }

    /** Makes a volume with what a removed one held, which stays in the trash; both names are the caller's turn. */
    VolumeRecord makeCopy(VolumeName name, VolumeRecord removed) throws RefusedException, IOException {
        Snapshotting snapshotting = contents.snapshotting();
        contents.refuseIfFull("volume " + name + " cannot be created");
        return contents.locks().during(removed.volumeset(), () -> {
            RandomId id = ids.get();
            VolumeRecord record = new VolumeRecord(
                    id,
                    name,
                    removed.volumeset(),
                    new Branch(id, freeBranchName(removed.volumeset(), name)),
                    contents.newest(removed),
                    new TreeId(id),
                    removed.createdAt(),
                    removed.options(),
                    Optional.empty(),
                    Optional.empty());
            makeTree(
                    record,
                    () -> snapshotting.clone(
                            removed.tree(),
                            record.tree(),
                            record.account(),
                            record.options().size()));
            putFirst(record);
            return record;
        });
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

    /** What makes a tree. */
    private interface TreeMaker {
        void make() throws IOException;
    }

    /** Makes a volume's tree; what a failure leaves of it is taken away at once if that is possible, and else at the next start. */
    private void makeTree(VolumeRecord record, TreeMaker maker) throws IOException {
        try {
            maker.make();
        } catch (FileAlreadyExistsException e) {
            throw e; // It is somebody else's.
        } catch (IOException e) {
            Undoing.after(e, () -> destroy(record));
            throw e;
        }
    }

    /** A tree whose record is perhaps on disk stays, for the next start to decide about. */
    private void putFirst(VolumeRecord record) throws IOException {
        try {
            contents.catalogue().put(record);
        } catch (DurableFile.UnchangedFileException e) {
            Undoing.after(e, () -> destroy(record));
            throw e;
        }
    }

    private void destroy(VolumeRecord record) throws IOException {
        contents.driver().destroy(record.tree());
        contents.driver().release(record.account());
    }
}
