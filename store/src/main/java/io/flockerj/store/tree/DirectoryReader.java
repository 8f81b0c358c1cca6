package io.flockerj.store.tree;

import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.NavigableSet;
import java.util.Optional;

/** Reads directories, and believes nothing: digests, totals and the order of names are compared with what they should be. For one thread. */
public final class DirectoryReader {
    private final NodeSource nodes;
    private final Sha256 sha256 = new Sha256();

    public DirectoryReader(NodeSource nodes) {
        this.nodes = nodes;
    }

    /** Is shown one entry after the other. */
    @FunctionalInterface
    public interface Visitor {
        void entry(Entry entry) throws IOException;
    }

    /** The root of a tree: the directory that the volume is, under an empty name. */
    public Entry root(TreeRef tree) throws IOException {
        DirectoryNode node = DirectoryNode.read(nodes, tree, sha256);
        if (node.entries().size() != 1
                || !node.entries().getFirst().name().equals(EntryName.ROOT)
                || !(node.entries().getFirst().item() instanceof Item.Directory)) {
            throw new BrokenException("node " + tree.id(), "it is not the root of a tree");
        }
        return node.entries().getFirst();
    }

    /**
     * Shows the entries of a directory in the order of their names.
     *
     * @throws IOException if a node cannot be had or is broken; what was shown until then is right
     */
    public void read(TreeRef directory, Visitor visitor) throws IOException {
        DirectoryCursor cursor = open(directory);
        for (Optional<Entry> next = cursor.next(); next.isPresent(); next = cursor.next()) {
            visitor.entry(next.get());
        }
    }

    /** Stands before the first entry of a directory, of which nothing is read until it is asked for. Belongs to the same thread. */
    public DirectoryCursor open(TreeRef directory) {
        return open(directory, EntryName.ROOT);
    }

    /** As {@link #open(TreeRef)}, before the first entry that comes behind a name, whether or not the directory has that; reads no node before it. */
    public DirectoryCursor open(TreeRef directory, EntryName behind) {
        return new DirectoryCursor(nodes, directory, behind, sha256);
    }

    /** Stands before the first difference of two directories, of which nothing is read until it is asked for. Belongs to the same thread. */
    public DirectoryDifference difference(TreeRef before, TreeRef after) {
        return difference(before, after, EntryName.ROOT);
    }

    /** As {@link #difference(TreeRef, TreeRef)}, before the first difference that comes behind a name; reads no node before it. */
    public DirectoryDifference difference(TreeRef before, TreeRef after, EntryName behind) {
        return new DirectoryDifference(open(before, behind), open(after, behind));
    }

    /**
     * Shows the entries of some names, in their order, and reads only the nodes on the way to these. Names that the directory does not
     * have are passed over.
     */
    public void find(TreeRef directory, NavigableSet<EntryName> names, Visitor visitor) throws IOException {
        if (!names.isEmpty()) {
            find(directory, -1, names, visitor);
        }
    }

    private void find(TreeRef ref, int level, NavigableSet<EntryName> names, Visitor visitor) throws IOException {
        DirectoryNode node = DirectoryNode.read(nodes, ref, sha256);
        if (level >= 0 && node.level() != level) {
            throw new BrokenException("node " + ref.id(), "it is on a wrong level");
        }
        for (Entry entry : node.entries()) {
            if (names.contains(entry.name())) {
                visitor.entry(entry);
            }
        }
        NavigableSet<EntryName> left = names;
        for (DirectoryNode.Child child : node.children()) {
            NavigableSet<EntryName> here = left.headSet(child.lastName(), true);
            if (!here.isEmpty()) {
                find(child.ref(), node.level() - 1, here, visitor);
            }
            left = left.tailSet(child.lastName(), false);
        }
    }
}
