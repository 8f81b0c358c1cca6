package io.flockerj.plugin.volume;

import io.flockerj.plugin.files.Entry;
import io.flockerj.plugin.files.Exported;
import io.flockerj.plugin.files.FilesException;
import io.flockerj.plugin.files.TarImport;
import io.flockerj.plugin.files.TreeCopy;
import io.flockerj.plugin.files.TreeFiles;
import io.flockerj.plugin.files.TreePath;
import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Revision;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Change;
import io.flockerj.plugin.storage.ChangeTracking;
import io.flockerj.plugin.storage.NoRoomException;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.TooManyChangesException;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into the trees of an open pool, and brings files into them. */
final class PoolFiles implements VolumeFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PoolFiles.class);
    private static final String LIVE = "live";

    /** More than people read, and than memory should be spent on. */
    private static final int MOST_CHANGES = 200_000;

    /** Beyond any volume that anybody keeps; an archive that claims more is a bomb. */
    private static final long MOST_ENTRIES = 100_000_000;

    private final Contents contents;
    private final Refs refs;
    private final VolumeMaking making;
    private final SnapshotTaking taking;
    private final HiddenSnapshots hidden;
    private final PoolVolumes.Setting setting;
    private final CopiesUnderWay copies;
    private final CopyRecords copying;
    private final RollbacksUnderWay rollbacks;

    PoolFiles(
            Contents contents,
            Refs refs,
            VolumeMaking making,
            SnapshotTaking taking,
            CopiesUnderWay copies,
            CopyRecords copying,
            RollbacksUnderWay rollbacks,
            PoolVolumes.Setting setting) {
        this.contents = contents;
        this.refs = refs;
        this.making = making;
        this.taking = taking;
        this.hidden = new HiddenSnapshots(contents, new SizeLimits(contents), setting.ids());
        this.setting = setting;
        this.copies = copies;
        this.copying = copying;
        this.rollbacks = rollbacks;
    }

    /** Work on trees, whose refusals are told as such. */
    private interface Step<T> {
        T run() throws RefusedException, IOException;
    }

    /** @param where it was tried, as refusals begin: a ref, or from where to where */
    private static <T> T refusing(String where, Step<T> step) throws RefusedException, IOException {
        try {
            return step.run();
        } catch (FilesException e) {
            if (e.reason() == FilesException.Reason.CHANGED) {
                throw e;
            }
            throw new BadPlaceException(where + ": " + e.getMessage(), e.reason() == FilesException.Reason.NOT_THERE);
        }
    }

    /** As {@link #refusing}, in a tree, which is there to be read meanwhile. */
    private <T> T looking(String where, TreeId tree, Step<T> step) throws RefusedException, IOException {
        List<T> result = new ArrayList<>();
        TreeUse.Work<RefusedException> work = () -> result.add(refusing(where, step));
        try {
            contents.treeUse().reading(tree, work);
        } catch (NoRoomException e) {
            throw new PoolRefusalException(where + ": " + e.getMessage());
        }
        return result.getFirst();
    }

    /** A ref as people write it: the live volume by its name alone. */
    private static String shown(String ref) {
        return ref.endsWith("@" + LIVE) ? ref.substring(0, ref.length() - LIVE.length() - 1) : ref;
    }

    /**
     * What a ref means.
     *
     * @param live the volume, if it is not a snapshot
     */
    private record Meant(TreeId tree, Optional<VolumeName> live) {}

    private Meant meant(String text, ZoneId zone) throws RefusedException {
        Ref ref = refs.parse(text, zone);
        if (ref.revision().equals(Optional.of(new Revision.Named(LIVE, 0)))) {
            VolumeRecord volume = contents.require(VolumeName.parse(ref.volume()));
            return new Meant(volume.tree(), Optional.of(volume.name()));
        }
        return new Meant(tree(refs.resolve(text, zone)), Optional.empty());
    }

    private Path path(TreeId tree) {
        return contents.driver().path(tree);
    }

    private static TreeId tree(Snapshot snapshot) {
        return snapshot.tree().orElseThrow();
    }

    @Override
    public Entries<FileView> list(String ref, ZoneId zone, String path, boolean recursive, boolean self)
            throws RefusedException, IOException {
        TreeId tree = meant(ref, zone).tree();
        return looking(shown(ref), tree, () -> {
            TreeFiles files = new TreeFiles(path(tree));
            TreePath place = TreePath.parse(path);
            Entry entry = files.stat(place);
            if (self || (entry.kind() != FileKind.DIRECTORY && entry.kind() != FileKind.SYMLINK)) {
                return sink -> sink.accept(view(entry));
            }
            return sink -> contents.treeUse()
                    .reading(tree, () -> files.list(place, recursive, found -> sink.accept(view(found))));
        });
    }

    @Override
    public Content read(String ref, ZoneId zone, String path) throws RefusedException, IOException {
        TreeId tree = meant(ref, zone).tree();
        return looking(shown(ref), tree, () -> {
            TreeFiles files = new TreeFiles(path(tree));
            TreePath place = TreePath.parse(path);
            FileKind kind = files.kindBehindLinks(place);
            if (kind == FileKind.DIRECTORY) {
                throw new BadPlaceException(
                        shown(ref) + ": '" + path
                                + "' is a directory; list it with: fli ls, or take it out with: fli cp",
                        false);
            }
            if (kind != FileKind.FILE) {
                throw new BadPlaceException(
                        shown(ref) + ": '" + path
                                + "' is no file, and so there is nothing in it to be read; see what it is with: fli ls",
                        false);
            }
            return out -> contents.treeUse().reading(tree, () -> files.read(place, 0, Long.MAX_VALUE, out));
        });
    }

    @Override
    public Archive tar(String ref, ZoneId zone, String path) throws RefusedException, IOException {
        Meant source = meant(ref, zone);
        return looking(shown(ref), source.tree(), () -> {
            TreePath place = TreePath.parse(path);
            new TreeFiles(path(source.tree())).stat(place);
            return (out, progress) -> exportTar(source, place, out, progress);
        });
    }

    /** Of a live volume a state of one moment, where the driver has that at hand. */
    private LeftOut exportTar(Meant source, TreePath place, OutputStream out, Progress progress) throws IOException {
        List<Exported> exported = new ArrayList<>();
        HiddenSnapshots.TreeWork export = tree -> contents.treeUse()
                .reading(tree, progress, () -> exported.add(new TreeFiles(path(tree)).exportTar(place, out, progress)));
        if (source.live().isEmpty()
                || !(contents.driver() instanceof Snapshotting snapshotting)
                || contents.driver() instanceof Shelving) {
            export.in(source.tree());
        } else {
            try {
                hidden.with(snapshotting, source.live().get(), export);
            } catch (RefusedException e) {
                // The answer has begun.
                throw new IOException(e.getMessage(), e);
            }
        }
        Exported done = exported.getFirst();
        return new LeftOut(done.sockets(), done.unchangeable(), done.attributes());
    }

    @Override
    public Copied copy(String ref, ZoneId zone, String path, VolumeName volume, String target, Progress progress)
            throws RefusedException, IOException {
        TreeId from = meant(ref, zone).tree();
        TreeId into = beginCopy(volume);
        progress.phase("copying");
        try {
            String where = shown(ref) + ":" + path + " to " + volume + ":" + target;
            return refusing(where, () -> {
                TreePath source = TreePath.parse(path);
                AtomicReference<TreeCopy.Copied> copied = new AtomicReference<>(new TreeCopy.Copied(0, 0));
                TreePath place = placeFor(path(into), target, source);
                contents.treeUse()
                        .reading(
                                from,
                                progress,
                                () -> copied.set(copying.during(
                                        setting.ids().get(),
                                        into,
                                        place.parent(),
                                        copy -> copy.copy(path(from), source, path(into), place, progress))));
                return new Copied(copied.get().entries(), copied.get().bytes());
            });
        } finally {
            copies.end(volume);
        }
    }

    private TreeId beginCopy(VolumeName volume) throws RefusedException, IOException {
        return contents.locks().during(volume, () -> {
            VolumeRecord record = contents.require(volume);
            if (record.isReadOnly()) {
                throw new SnapshotsUnsupportedException("volume " + volume + " is read-only");
            }
            rollbacks.refuse(volume);
            copies.begin(volume);
            return record.tree();
        });
    }

    /** Within a directory that is there, under the source's own name. */
    private static TreePath placeFor(Path root, String target, TreePath source) throws IOException {
        TreePath place = TreePath.parse(target);
        try {
            if (new TreeFiles(root).stat(place).kind() == FileKind.DIRECTORY) {
                return source.isRoot() ? place : place.resolveNameOf(source);
            }
        } catch (FilesException e) {
            if (e.reason() != FilesException.Reason.NOT_THERE) {
                throw e;
            }
        }
        return place;
    }

    @Override
    public Entries<ChangeView> changes(String from, Optional<String> to, ZoneId zone, List<String> paths)
            throws RefusedException, IOException {
        if (!(contents.driver() instanceof ChangeTracking tracking)) {
            throw new SnapshotsUnsupportedException(
                    "the pool's driver, " + contents.driver().name() + ", cannot tell what changed yet");
        }
        Ref older = refs.parse(from, zone);
        TreeId before = tree(refs.resolve(from, zone));
        List<byte[]> wanted = new ArrayList<>();
        for (String path : paths) {
            refusing(shown(from), () -> wanted.add(TreePath.parse(path).bytes()));
        }
        List<Change> found = new ArrayList<>();
        ChangeTracking.ChangeSink sink = change -> {
            if (isWanted(change, wanted)) {
                found.add(change);
            }
            if (found.size() > MOST_CHANGES) {
                throw new FilesException(
                        FilesException.Reason.TOO_MUCH,
                        "there are more than " + MOST_CHANGES + " changes; ask for those below some paths only");
            }
        };
        refusing(shown(from), () -> {
            if (to.isPresent() && !to.get().endsWith("@" + LIVE)) {
                changes(tracking, before, tree(refs.resolve(to.get(), zone)), sink);
            } else {
                Ref live = to.isPresent() ? refs.parse(to.get(), zone) : older;
                hidden.with(
                        contents.snapshotting(),
                        VolumeName.parse(live.volume()),
                        tree -> changes(tracking, before, tree, sink));
            }
            return found;
        });
        found.sort(Comparator.comparing(Change::path, Arrays::compareUnsigned));
        return told -> {
            for (Change change : found) {
                told.accept(view(change));
            }
        };
    }

    private void changes(ChangeTracking tracking, TreeId before, TreeId after, ChangeTracking.ChangeSink sink)
            throws IOException {
        try {
            contents.treeUse()
                    .holding(
                            before,
                            () -> contents.treeUse().holding(after, () -> tracking.changes(before, after, sink)));
        } catch (TooManyChangesException e) {
            throw new FilesException(
                    FilesException.Reason.TOO_MUCH,
                    e.getMessage()
                            + ", which is too much to be told at once; compare snapshots that lie closer together");
        }
    }

    private static boolean isWanted(Change change, List<byte[]> wanted) {
        return wanted.isEmpty()
                || wanted.stream()
                        .anyMatch(place -> isBelow(change.path(), place)
                                || change.oldPath()
                                        .filter(old -> isBelow(old, place))
                                        .isPresent());
    }

    private static boolean isBelow(byte[] path, byte[] place) {
        return place.length == 0
                || (path.length >= place.length
                        && Arrays.equals(path, 0, place.length, place, 0, place.length)
                        && (path.length == place.length || path[place.length] == '/'));
    }

    @Override
    public void importTar(ImportOrder order, InputStream archive, Progress progress)
            throws RefusedException, IOException {
        if (order.message().isPresent()) {
            Texts.message(order.message().get());
        }
        if (order.author().isPresent()) {
            Texts.author(order.author().get());
        }
        VolumeOptions options = OptionParser.parse(
                order.options(),
                contents.driver().attributes(),
                contents.driver().name());
        if (options.from().isPresent() || order.name().isRef()) {
            throw new InvalidOptionException("an imported volume has a name of its own and is made from nothing else");
        }
        refuseTaken(order.name());
        VolumeRecord volume = making.makeFilled(
                order.name(), options, setting.now(), root -> fill(order.name(), root, archive, progress));
        if (contents.driver() instanceof Snapshotting) {
            snapshotImported(volume, order);
        }
    }

    /** The volume is there whether or not this succeeds; it shows that it has no snapshot. */
    private void snapshotImported(VolumeRecord volume, ImportOrder order) {
        try {
            taking.take(
                    List.of(volume.name()),
                    () -> sameOrNone(volume),
                    new SnapshotTaking.Words(
                            order.author(),
                            new Snapshot.Remarks(order.message().or(() -> Optional.of("imported")), Map.of(), false),
                            false),
                    Progress.IGNORED); // The volume is there, and this is no longer to be cancelled.
        } catch (RefusedException | IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("volume", volume.name())
                    .log("A volume was imported, but no snapshot could be taken of it");
        }
    }

    /** Nothing if it was removed since, and perhaps another has its name. */
    private List<VolumeRecord> sameOrNone(VolumeRecord volume) {
        return contents
                .catalogue()
                .find(volume.name())
                .filter(present -> present.id().equals(volume.id()))
                .stream()
                .toList();
    }

    private void refuseTaken(VolumeName name) throws VolumeConflictException {
        if (contents.catalogue().find(name).isPresent()) {
            throw new VolumeConflictException("there is a volume " + name + " already; choose another name");
        }
    }

    private void fill(VolumeName name, Path root, InputStream archive, Progress progress)
            throws RefusedException, IOException {
        try (FileHandle directory = FileHandle.openDirectory(root)) {
            TarImport.Limits limits =
                    new TarImport.Limits(FileSystemStat.of(root).totalBytes(), MOST_ENTRIES);
            progress.phase("importing");
            refusing("cannot make the volume " + name, () -> TarImport.into(root, archive, limits, progress));
            progress.phase("syncing");
            directory.syncFileSystem();
            progress.check();
        }
    }

    private static FileView view(Entry entry) {
        return new FileView(
                entry.displayPath(),
                type(entry.kind()),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.modified(),
                entry.links(),
                entry.target().map(RawPath::display));
    }

    private static ChangeView view(Change change) {
        boolean hasSize = change.type() == FileKind.FILE || change.type() == FileKind.SYMLINK;
        return new ChangeView(
                RawPath.display(change.path()),
                ChangeKind.valueOf(change.kind().name()),
                change.oldPath().map(RawPath::display),
                type(change.type()),
                change.aspects().stream()
                        .map(aspect -> Aspect.valueOf(aspect.name()))
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Aspect.class))),
                hasSize && change.kind() != Change.Kind.ADDED ? Optional.of(change.sizeBefore()) : Optional.empty(),
                hasSize && change.kind() != Change.Kind.REMOVED ? Optional.of(change.sizeAfter()) : Optional.empty());
    }

    private static Type type(FileKind kind) {
        return switch (kind) {
            case FILE -> Type.FILE;
            case DIRECTORY -> Type.DIRECTORY;
            case SYMLINK -> Type.SYMLINK;
            case FIFO -> Type.FIFO;
            case SOCKET -> Type.SOCKET;
            case BLOCK_DEVICE -> Type.BLOCK_DEVICE;
            case CHARACTER_DEVICE -> Type.CHAR_DEVICE;
        };
    }
}
