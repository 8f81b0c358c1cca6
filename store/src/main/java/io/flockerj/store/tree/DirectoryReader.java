package io.flockerj.store.tree;

import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

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
        new Walk(visitor).node(directory, -1, null);
    }

    private final class Walk {
        private final Visitor visitor;
        private EntryName last = EntryName.ROOT;

        Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        // The level is -1 for the root node, which may be on any.
        void node(TreeRef ref, int level, @Nullable EntryName lastName) throws IOException {
            DirectoryNode node = DirectoryNode.read(nodes, ref, sha256);
            if (level >= 0 && node.level() != level) {
                throw broken(ref, "it is on a wrong level");
            }
            if (level >= 0 && node.entries().isEmpty() && node.children().isEmpty()) {
                throw broken(ref, "it is empty");
            }
            for (Entry entry : node.entries()) {
                if (entry.name().compareTo(last) <= 0) {
                    throw broken(ref, "its names are not in order");
                }
                last = entry.name();
                visitor.entry(entry);
            }
            for (DirectoryNode.Child child : node.children()) {
                node(child.ref(), node.level() - 1, child.lastName());
            }
            if (lastName != null && !lastName.equals(last)) {
                throw broken(ref, "it does not end with the name that it was named by");
            }
        }

        private BrokenException broken(TreeRef ref, String problem) {
            return new BrokenException("node " + ref.id(), problem);
        }
    }
}
