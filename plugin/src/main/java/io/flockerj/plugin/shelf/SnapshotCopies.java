package io.flockerj.plugin.shelf;

import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Copies;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeDeletion;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What trees of a shelf hold, as directories. Each is made under an id of its own and then renamed; it is put away by being renamed again,
 * to the name that a tree has while it is deleted.
 */
final class SnapshotCopies implements Copies {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCopies.class);

    /** Within the directory that a copy has, for that can be moved and removed whatever flags the copy's own bears. */
    private static final String COPY = "tree";

    private final TreeDirectory copies;
    private final Shelf shelf;
    private final StorageDriver live;
    private final Restoring restoring;
    private final Supplier<RandomId> ids;
    /** Under these ids copies are being made. */
    private final Set<TreeId> staged = ConcurrentHashMap.newKeySet();

    private SnapshotCopies(
            TreeDirectory copies, Shelf shelf, StorageDriver live, Restoring restoring, Supplier<RandomId> ids) {
        this.copies = copies;
        this.shelf = shelf;
        this.live = live;
        this.restoring = restoring;
        this.ids = ids;
    }

    /**
     * Opens a directory, which exists. What an earlier process has made there is not used any more.
     *
     * @param live keeps the trees that are directories anyway
     */
    static SnapshotCopies open(
            Path directory, Shelf shelf, StorageDriver live, Restoring restoring, Supplier<RandomId> ids)
            throws IOException {
        SnapshotCopies copies = new SnapshotCopies(new TreeDirectory(directory), shelf, live, restoring, ids);
        for (TreeId left : copies.copies.list()) {
            copies.putAway(left);
        }
        return copies;
    }

    /** Where the copy of a tree is, whether or not there is one. */
    Path path(TreeId tree) {
        return place(tree).resolve(COPY);
    }

    @Override
    public Path place(TreeId tree) {
        return copies.path(tree);
    }

    @Override
    public void bringOut(TreeId tree, Progress progress) throws IOException {
        if (!live.exists(tree) && !(shelf.has(tree) && Inodes.exists(place(tree)))) {
            make(tree, progress);
        }
    }

    private void make(TreeId tree, Progress progress) throws IOException {
        TreeRef content = shelf.tree(tree);
        restoring.requireRoom(content);
        TreeId own = new TreeId(ids.get());
        staged.add(own);
        try {
            Path directory = Files.createDirectories(path(own));
            restoring.run(content, directory, progress);
            Files.move(place(own), place(tree), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            try {
                TreeDeletion.delete(copies, own);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        } finally {
            staged.remove(own);
        }
    }

    @Override
    public List<TreeId> broughtOut() throws IOException {
        // What is renamed between the two questions is told, or not; what is being made never is.
        Set<TreeId> inTheMaking = Set.copyOf(staged);
        return copies.list().stream()
                .filter(tree -> !inTheMaking.contains(tree) && !staged.contains(tree))
                .toList();
    }

    @Override
    public void putAway(TreeId tree) throws IOException {
        if (Inodes.exists(place(tree))) {
            // Under another id, for what was put away before may not be deleted yet.
            Files.move(place(tree), copies.doomedPath(new TreeId(ids.get())), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void sweep(InUse inUse) throws IOException {
        tidyDamaged();
        for (TreeId left : copies.doomed()) {
            try {
                if (!inUse.test(copies.doomedPath(left))) {
                    TreeDeletion.delete(copies, left);
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("directory", copies.doomedPath(left))
                        .log("What was made to read in a snapshot takes space for now");
            }
        }
    }

    private void tidyDamaged() {
        try {
            shelf.tidyDamaged();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("Damaged packs of snapshots that were kept aside take space for now");
        }
    }
}
