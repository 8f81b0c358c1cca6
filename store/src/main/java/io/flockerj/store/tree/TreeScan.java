package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Goes through all that trees are made of: reads every node, which is so compared with what it is named by, and asks for every chunk of
 * content. What several trees share is looked at once, if it was whole. For one thread.
 */
public final class TreeScan {
    private final NodeSource nodes;
    private final Chunks chunks;
    private final Sha256 sha256 = new Sha256();
    private final SegmentReader segments;
    /** Nodes below which everything is there. */
    private final Set<Hash> whole = new HashSet<>();

    /** Is asked for chunks of content. */
    @FunctionalInterface
    public interface Chunks {
        /** Throws if the chunk is not there. */
        void require(Hash chunk) throws IOException;
    }

    public TreeScan(NodeSource nodes, Chunks chunks) {
        this.nodes = nodes;
        this.chunks = chunks;
        this.segments = new SegmentReader(nodes);
    }

    /**
     * Looks at a tree.
     *
     * @throws BrokenException if something of it is not there or not right: it names the first file that is hurt
     */
    public void scan(TreeRef tree) throws IOException {
        node(tree, "");
    }

    private void node(TreeRef ref, String path) throws IOException {
        if (whole.contains(ref.id())) {
            return;
        }
        DirectoryNode node = at(path, () -> DirectoryNode.read(nodes, ref, sha256));
        for (DirectoryNode.Child child : node.children()) {
            node(child.ref(), path);
        }
        for (Entry entry : node.entries()) {
            entry(entry, path.isEmpty() ? entry.name().toString() : path + "/" + entry.name());
        }
        whole.add(ref.id());
    }

    private void entry(Entry entry, String path) throws IOException {
        if (entry.metadata().attributes() instanceof Attributes.Stored stored) {
            content(stored.storage(), stored.length(), stored.digest(), path);
        }
        if (entry.item() instanceof Item.LargeFile file) {
            content(file.storage(), file.size(), file.digest(), path);
        } else if (entry.item() instanceof Item.Directory directory) {
            node(directory.root(), path);
        }
    }

    private void content(Storage storage, long size, Hash digest, String path) throws IOException {
        at(path, () -> {
            segments.read(storage, size, digest, segment -> {
                if (segment instanceof Segment.Slice slice) {
                    chunks.require(slice.chunk());
                }
            });
            return path;
        });
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private static <T> T at(String path, Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (BrokenException e) {
            throw new BrokenException(
                    path.isEmpty() ? "the root directory" : "the file " + path, String.valueOf(e.getMessage()));
        }
    }
}
