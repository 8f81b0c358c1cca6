package io.flockerj.plugin.shelf;

import com.google.common.util.concurrent.Striped;
import io.flockerj.plugin.capture.LiveCapture;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.ChangeTracking;
import io.flockerj.plugin.storage.Copies;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives snapshots to a driver that takes none: what a live tree holds is captured into a repository in the pool, at the cost of looking at
 * every name and of reading what changed since the last time, and clones are restored from there. A snapshot is not of one moment.
 */
public final class ShelvingDriver implements StorageDriver, Snapshotting, Shelving, ChangeTracking {
    private static final Logger LOG = LoggerFactory.getLogger(ShelvingDriver.class);

    /** The directory of a pool that is this driver's. */
    public static final String DIRECTORY = "store";

    private static final String CATALOGUES = "catalogues";
    private static final String COPIES = "copies";

    private static final int MOST_LOCKS = 4096;
    private static final int OURS_ALONE = 0700;

    private final StorageDriver live;
    private final Shelf shelf;
    private final Path catalogues;
    private final SnapshotCopies copies;
    private final Restoring restoring;
    private final String boot;
    private final Set<TreeId> inTheMaking = ConcurrentHashMap.newKeySet();
    /** Who captures a live tree holds its lock, for there is one catalogue of it. */
    private final Striped<Lock> locks = Striped.lazyWeakLock(MOST_LOCKS);

    private ShelvingDriver(
            StorageDriver live, Shelf shelf, Path catalogues, SnapshotCopies copies, Restoring restoring, String boot) {
        this.live = live;
        this.shelf = shelf;
        this.catalogues = catalogues;
        this.copies = copies;
        this.restoring = restoring;
        this.boot = boot;
    }

    /**
     * Opens what is kept in a directory, which is made if it is not there. Directories of snapshots that an earlier process has made are not
     * used any more.
     *
     * @param live keeps the live trees, on the same file system
     * @param room how many bytes may still be written
     * @param boot the kernel's id of this boot
     */
    static ShelvingDriver open(
            StorageDriver live, Path directory, Restoring.Room room, String boot, Supplier<RandomId> ids, Shelf shelf)
            throws IOException {
        Path catalogues = closed(directory.resolve(CATALOGUES));
        removeLeft(catalogues, live);
        Restoring restoring = new Restoring(shelf, room);
        SnapshotCopies copies = SnapshotCopies.open(closed(directory.resolve(COPIES)), shelf, live, restoring, ids);
        return new ShelvingDriver(live, shelf, catalogues, copies, restoring, boot);
    }

    /** Catalogues of trees that are gone, and those that were not finished: nobody writes one at this moment. */
    private static void removeLeft(Path catalogues, StorageDriver live) throws IOException {
        Set<String> kept = live.list().stream().map(TreeId::toString).collect(Collectors.toSet());
        try (DirectoryStream<Path> all = Files.newDirectoryStream(catalogues)) {
            for (Path catalogue : all) {
                if (!kept.contains(String.valueOf(catalogue.getFileName()))) {
                    Files.delete(catalogue);
                }
            }
        }
    }

    private static Path closed(Path directory) throws IOException {
        DurableFile.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return directory;
    }

    @Override
    public String name() {
        return live.name();
    }

    @Override
    public Set<TreeAttribute> attributes() {
        return live.attributes();
    }

    @Override
    public void create(TreeId tree, TreeSpec spec) throws IOException {
        refuseTaken(tree);
        live.create(tree, spec);
    }

    /** Also while it is not known which snapshots there are: their ids are random. */
    private void refuseTaken(TreeId tree) throws IOException {
        if (shelf.has(tree) || live.exists(tree)) {
            throw new FileAlreadyExistsException(path(tree).toString());
        }
    }

    @Override
    public Path path(TreeId tree) {
        return shelf.has(tree) ? copies.path(tree) : live.path(tree);
    }

    @Override
    public boolean exists(TreeId tree) throws IOException {
        return live.exists(tree) || shelf.list().contains(tree);
    }

    @Override
    public List<TreeId> list() throws IOException {
        List<TreeId> all = new ArrayList<>(live.list());
        all.addAll(shelf.list());
        return all;
    }

    @Override
    public List<TreeId> halfDestroyed() throws IOException {
        return live.halfDestroyed();
    }

    @Override
    public void destroy(TreeId tree) throws IOException {
        if (!live.exists(tree)) {
            destroySnapshot(tree);
        }
        live.destroy(tree);
        Files.deleteIfExists(catalogue(tree));
    }

    private void destroySnapshot(TreeId tree) throws IOException {
        shelf.remove(tree);
        // Its files are deleted when copies are swept: whoever ends a snapshot should not have to wait for that.
        copies.putAway(tree);
    }

    @Override
    public OptionalLong usedBytes(TreeId tree, SpaceAccount account) throws IOException {
        return live.usedBytes(tree, account);
    }

    @Override
    public boolean release(SpaceAccount account) throws IOException {
        return live.release(account);
    }

    @Override
    public Consistency snapshot(TreeId source, TreeId snapshot) throws IOException {
        return snapshot(source, snapshot, Progress.IGNORED).files() == 0 ? Consistency.WALKED : Consistency.TORN;
    }

    @Override
    public Torn snapshot(TreeId source, TreeId snapshot, Progress progress) throws IOException {
        if (!inTheMaking.add(snapshot)) {
            throw new FileAlreadyExistsException(snapshot.toString());
        }
        try {
            refuseTaken(snapshot);
            if (shelf.has(source)) {
                shelf.put(snapshot, shelf.tree(source));
                return Torn.NONE;
            }
            LiveCapture.Taken taken = capture(source, progress);
            shelf.put(snapshot, taken.captured().root());
            return taken.torn();
        } finally {
            inTheMaking.remove(snapshot);
        }
    }

    @Override
    public void prepare(TreeId source, Progress progress) throws IOException {
        capture(source, progress);
    }

    private LiveCapture.Taken capture(TreeId source, Progress progress) throws IOException {
        if (!live.exists(source)) {
            throw new NoSuchFileException(live.path(source).toString());
        }
        Path next = catalogues.resolve(source + DurableFile.TEMPORARY_SUFFIX);
        Lock lock = locks.get(source);
        lock.lock();
        try {
            // What is missing in a pack is written again only if it is looked at again.
            String era = boot + "-" + shelf.era();
            LiveCapture.Taken taken = shelf.write((writer, nodes) -> new LiveCapture(writer, era, progress)
                    .capture(live.path(source), catalogue(source), next, nodes.known()));
            Files.move(next, catalogue(source), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            report(source, taken);
            return taken;
        } finally {
            Files.deleteIfExists(next);
            lock.unlock();
        }
    }

    private static void report(TreeId source, LiveCapture.Taken taken) {
        for (String remark : taken.captured().remarks()) {
            LOG.atWarn()
                    .addKeyValue("tree", source)
                    .addKeyValue("remark", remark)
                    .log("A tree was captured");
        }
        LOG.atDebug()
                .addKeyValue("tree", source)
                .addKeyValue("entries", taken.captured().entries())
                .addKeyValue("bytes", taken.captured().bytesRead())
                .log("Captured a tree");
    }

    private Path catalogue(TreeId tree) {
        return catalogues.resolve(tree.toString());
    }

    @Override
    public void clone(TreeId snapshot, TreeId clone, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        clone(snapshot, clone, account, limit, Progress.IGNORED);
    }

    @Override
    public void clone(TreeId snapshot, TreeId clone, SpaceAccount account, Optional<ByteSize> limit, Progress progress)
            throws IOException {
        refuseTaken(clone);
        TreeRef content = shelf.has(snapshot)
                ? shelf.tree(snapshot)
                : capture(snapshot, progress).captured().root();
        restoring.requireRoom(content);
        live.create(clone, new TreeSpec(account, Optional.empty(), Optional.empty(), true, 0, 0, OURS_ALONE));
        restoring.run(content, live.path(clone), progress);
        try (FileHandle directory = FileHandle.openDirectory(live.path(clone))) {
            directory.syncFileSystem();
        }
    }

    @Override
    public void changes(TreeId from, TreeId to, ChangeSink sink) throws IOException {
        try (Shelf.Reading reading = shelf.reader()) {
            TreeChanges.tell(shelf.tree(from), shelf.tree(to), reading.chunks(), sink, TreeChanges.MOST_MATCHED);
        }
    }

    @Override
    public Touched touched(TreeId from, TreeId to) throws IOException {
        return shelf.tree(from).digest().equals(shelf.tree(to).digest())
                ? new Touched.Names(List.of())
                : new Touched.Everything("the driver " + name() + " tells only whether anything changed");
    }

    @Override
    public Copies copies() {
        return copies;
    }

    @Override
    public Optional<String> unreadable() {
        return shelf.unreadable();
    }

    @Override
    public List<TreeId> directories() throws IOException {
        return live.list();
    }

    @Override
    public boolean isShelved(TreeId tree) {
        return shelf.has(tree);
    }
}
