package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Trees of one repository, of which everything that is read is compared with what names it. For one thread, which closes it.
 *
 * @param trees of the snapshots that it was opened for, in their order
 */
record OpenTree(ChunkReader chunks, DirectoryReader directories, List<TreeRef> trees, Runnable closing)
        implements AutoCloseable {
    OpenTree {
        trees = List.copyOf(trees);
    }

    /** What is at a path; no symbolic link is followed. Empty if there is nothing. */
    Optional<Entry> find(TreeRef tree, TreePath path) throws IOException {
        Optional<Entry> at = Optional.of(directories.root(tree));
        for (EntryName name : path.names()) {
            at = at.flatMap(OpenTree::directory).isPresent()
                    ? child(directory(at.get()).orElseThrow(), name)
                    : Optional.empty();
        }
        return at;
    }

    Entry require(TreeRef tree, TreePath path) throws IOException {
        return find(tree, path)
                .orElseThrow(() -> new CatalogueException(
                        Reason.NO_SUCH_PATH,
                        "there is nothing at " + path + " in this snapshot; links are not followed"));
    }

    Optional<Entry> child(TreeRef directory, EntryName name) throws IOException {
        List<Entry> found = new ArrayList<>();
        TreeSet<EntryName> names = new TreeSet<>();
        names.add(name);
        directories.find(directory, names, entry -> {
            if (!found.isEmpty()) {
                throw new BrokenException("node " + directory.id(), "a name is there twice");
            }
            found.add(entry);
        });
        return found.stream().findFirst();
    }

    static Optional<TreeRef> directory(Entry entry) {
        return entry.item() instanceof Item.Directory(TreeRef root, int _) ? Optional.of(root) : Optional.empty();
    }

    @Override
    public void close() {
        try {
            chunks.close();
        } finally {
            closing.run();
        }
    }
}
