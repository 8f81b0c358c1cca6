package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all that trees are made of: reads every node, which is so compared with what it is named by, and has all content
 * looked at. What several trees share is looked at once, if it was whole. For one thread.
 */
public final class TreeScan {
    private static final int DEEPEST = Limits.DIRECTORY_LEVELS + Limits.NODE_LEVELS;

    /** Of nodes on the way down, each of up to a chunk; further up they are put aside. */
    private static final int HELD_MOST = 64;

    private final NodeSource nodes;
    private final Content content;
    private final Sha256 sha256 = new Sha256();
    /** So many are remembered: some 40 MB. The others, which were met the longest ago, are looked at again. */
    private static final int MOST_REMEMBERED = 1 << 19;

    /** Nodes below which everything is there. */
    private final LinkedHashSet<Hash> whole = new LinkedHashSet<>();

    /** Looks at what files hold, and long sets of attributes. */
    @FunctionalInterface
    public interface Content {
        /**
         * Looks at the content that has this digest, and is stored so.
         *
         * @throws BrokenException if it is not there or not right
         */
        void look(Storage storage, long size, Hash digest) throws IOException;
    }

    public TreeScan(NodeSource nodes, Content content) {
        this.nodes = nodes;
        this.content = content;
    }

    /** A node on the way to what is looked at. */
    private static final class Open {
        final TreeRef ref;
        /** Null while it is put aside. */
        @Nullable
        DirectoryNode node;
        /** Of the directory that it is the root of; empty if it is a further node of the one above. */
        final Optional<EntryName> name;

        int next;

        Open(TreeRef ref, DirectoryNode node, Optional<EntryName> name) {
            this.ref = ref;
            this.node = node;
            this.name = name;
        }
    }

    /**
     * Looks at a tree.
     *
     * @throws BrokenException if something of it is not there or not right: it names the first file that is hurt
     */
    public void scan(TreeRef tree) throws IOException {
        // Not by recursion, for how deep a tree is, is up to whoever wrote it.
        List<Open> path = new ArrayList<>();
        open(path, tree, Optional.empty());
        while (!path.isEmpty()) {
            Open top = path.getLast();
            DirectoryNode node = held(path, top);
            int children = node.children().size();
            if (top.next < children) {
                open(path, node.children().get(top.next++).ref(), Optional.empty());
            } else if (top.next < children + node.entries().size()) {
                entry(path, node.entries().get(top.next++ - children));
            } else {
                if (whole.size() == MOST_REMEMBERED) {
                    whole.removeFirst();
                }
                whole.addLast(top.ref.id());
                path.removeLast();
            }
        }
    }

    /** Reads it again if it was put aside. */
    private DirectoryNode held(List<Open> path, Open open) throws IOException {
        DirectoryNode node = open.node;
        if (node == null) {
            node = at(path, Optional.empty(), () -> DirectoryNode.read(nodes, open.ref, sha256));
            open.node = node;
        }
        return node;
    }

    private void open(List<Open> path, TreeRef ref, Optional<EntryName> name) throws IOException {
        if (whole.contains(ref.id())) {
            whole.addLast(ref.id());
            return;
        }
        if (path.size() >= DEEPEST) {
            throw new BrokenException("the tree", "it is more than " + DEEPEST + " nodes deep");
        }
        path.addLast(new Open(ref, at(path, name, () -> DirectoryNode.read(nodes, ref, sha256)), name));
        if (path.size() > HELD_MOST) {
            path.get(path.size() - 1 - HELD_MOST).node = null;
        }
    }

    private void entry(List<Open> path, Entry entry) throws IOException {
        Optional<EntryName> name = Optional.of(entry.name());
        if (entry.metadata().attributes() instanceof Attributes.Stored stored) {
            content(path, name, stored.storage(), stored.length(), stored.digest());
        }
        if (entry.item() instanceof Item.LargeFile file) {
            content(path, name, file.storage(), file.size(), file.digest());
        } else if (entry.item() instanceof Item.Directory directory) {
            open(path, directory.root(), name);
        }
    }

    private void content(List<Open> path, Optional<EntryName> name, Storage storage, long size, Hash digest)
            throws IOException {
        at(path, name, () -> {
            content.look(storage, size, digest);
            return name;
        });
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private static <T> T at(List<Open> path, Optional<EntryName> name, Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (BrokenException e) {
            String shown = Stream.concat(path.stream().flatMap(open -> open.name.stream()), name.stream())
                    .map(EntryName::toString)
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining("/"));
            throw new BrokenException(
                    shown.isEmpty() ? "the root directory" : "the file " + shown, String.valueOf(e.getMessage()));
        }
    }
}
