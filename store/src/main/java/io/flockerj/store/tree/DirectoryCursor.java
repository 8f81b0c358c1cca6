package io.flockerj.store.tree;

import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of one directory as they are asked for, in the order of their names, and checks all that {@link DirectoryReader} says
 * it does. Holds one node of each level, which are a few. For one thread.
 */
public final class DirectoryCursor implements NodeHolder {
    private final NodeSource nodes;
    private final Sha256 sha256;
    private final TreeRef directory;
    private final Deque<Open> path = new ArrayDeque<>();
    private EntryName last;
    private boolean begun;
    /** On the way back to where it was when it was put aside, or to where it is to begin. */
    private boolean returning;

    /** A node on the way to where the cursor stands. */
    private static final class Open {
        final TreeRef ref;
        final DirectoryNode node;
        /** With which it has to end; of the root node nothing is known. */
        final @Nullable EntryName lastName;

        int next;

        Open(TreeRef ref, DirectoryNode node, @Nullable EntryName lastName) {
            this.ref = ref;
            this.node = node;
            this.lastName = lastName;
        }

        int size() {
            return node.level() == 0 ? node.entries().size() : node.children().size();
        }

        EntryName nameOf(int item) {
            return node.level() == 0
                    ? node.entries().get(item).name()
                    : node.children().get(item).lastName();
        }
    }

    /** @param behind this name and those before it are passed over, and nodes with nothing else are not read */
    DirectoryCursor(NodeSource nodes, TreeRef directory, EntryName behind, Sha256 sha256) {
        this.nodes = nodes;
        this.directory = directory;
        this.last = behind;
        this.returning = !behind.equals(EntryName.ROOT);
        this.sha256 = sha256;
    }

    /**
     * The entry that follows; empty at the end.
     *
     * @throws IOException if a node cannot be had or is broken; what came before is right
     */
    public Optional<Entry> next() throws IOException {
        settle();
        while (node() != null) {
            expand();
            settle();
        }
        return path.isEmpty() ? Optional.empty() : Optional.of(take());
    }

    // What follows is for those who compare two directories. The cursor stands before a node that was not read, before
    // an entry, or at the end.

    /** Leaves nodes behind that have come to their end; to be called before anything else is asked. */
    void settle() throws BrokenException {
        while (!path.isEmpty() && path.getLast().next == path.getLast().size()) {
            leave();
        }
    }

    /** The node that the cursor stands before. */
    @Nullable
    TreeRef node() {
        if (!begun) {
            return directory;
        }
        Open here = path.peekLast();
        return here == null || here.node.level() == 0
                ? null
                : here.node.children().get(here.next).ref();
    }

    /** The last name in that node; of the root nothing is known. */
    @Nullable
    EntryName nodeName() {
        Open here = path.peekLast();
        return here == null ? null : here.nameOf(here.next);
    }

    /** The level of that node, -1 if it is not known. */
    int nodeLevel() {
        Open here = path.peekLast();
        return here == null ? -1 : here.node.level() - 1;
    }

    /** The name of the entry that the cursor stands before. */
    @Nullable
    EntryName entryName() {
        Open here = path.peekLast();
        return here == null || here.node.level() > 0 ? null : here.nameOf(here.next);
    }

    /** The last name that was passed. */
    EntryName last() {
        return last;
    }

    /** Passes over the node. */
    void skip() {
        EntryName name = nodeName();
        if (name == null) {
            begun = true;
        } else {
            path.getLast().next++;
            last = name;
        }
    }

    /** Reads the node. */
    void expand() throws IOException {
        if (!begun) {
            begun = true;
            open(directory, -1, null);
            return;
        }
        Open here = path.getLast();
        DirectoryNode.Child child = here.node.children().get(here.next++);
        open(child.ref(), here.node.level() - 1, child.lastName());
    }

    /** Passes the entry. */
    Entry take() throws BrokenException {
        return entry(path.getLast());
    }

    @Override
    public int held() {
        return path.size();
    }

    @Override
    public void putAside() {
        if (!path.isEmpty()) {
            path.clear();
            begun = false;
            returning = true;
        }
    }

    private Entry entry(Open here) throws BrokenException {
        Entry entry = here.node.entries().get(here.next++);
        if (entry.name().compareTo(last) <= 0) {
            throw broken(here.ref, "its names are not in order");
        }
        last = entry.name();
        returning = false;
        return entry;
    }

    // The level is -1 for the root node, which may be on any.
    private void open(TreeRef ref, int level, @Nullable EntryName lastName) throws IOException {
        DirectoryNode node = DirectoryNode.read(nodes, ref, sha256);
        if (level >= 0 && node.level() != level) {
            throw broken(ref, "it is on a wrong level");
        }
        if (level >= 0 && node.entries().isEmpty() && node.children().isEmpty()) {
            throw broken(ref, "it is empty");
        }
        Open opened = new Open(ref, node, lastName);
        while (returning
                && opened.next < opened.size()
                && opened.nameOf(opened.next).compareTo(last) <= 0) {
            opened.next++;
        }
        path.add(opened);
    }

    private void leave() throws BrokenException {
        Open left = path.removeLast();
        EntryName lastName = left.lastName;
        if (lastName != null && !lastName.equals(last)) {
            throw broken(left.ref, "it does not end with the name that it was named by");
        }
    }

    private static BrokenException broken(TreeRef ref, String problem) {
        return new BrokenException("node " + ref.id(), problem);
    }
}
