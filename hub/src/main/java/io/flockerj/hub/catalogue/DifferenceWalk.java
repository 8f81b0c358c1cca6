package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.DirectoryDifference;
import io.flockerj.store.tree.DirectoryDifference.Change;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Goes through what differs between two trees, at a path and below, in the order of paths: a directory, then what is in it. It passes over what
 * is the same in both, so it costs what has changed. Begun behind a path it reads the directories on the way there, and nothing that
 * comes before. For one thread.
 */
final class DifferenceWalk {
    /** Deeper directories let the nodes go that lie above, and read them again on the way back. */
    private static final int KEPT_OPEN = 24;

    private final OpenTree trees;
    private final Deque<Level> levels = new ArrayDeque<>();
    private Optional<Found> first = Optional.empty();

    private DifferenceWalk(OpenTree trees) {
        this.trees = trees;
    }

    /** What differs at a path; one of the two is empty if there was or is nothing. */
    record Found(TreePath path, Optional<Entry> before, Optional<Entry> after) {}

    /** What differs in one directory. */
    private interface Changes {
        Optional<Change> next() throws IOException;

        void putAside();
    }

    private record Level(TreePath path, Changes changes) {}

    /** A directory in both trees, or in one. */
    private record Pair(Optional<TreeRef> before, Optional<TreeRef> after) {
        static Pair of(Optional<Entry> before, Optional<Entry> after) {
            return new Pair(before.flatMap(OpenTree::directory), after.flatMap(OpenTree::directory));
        }

        boolean isSame() {
            return before.map(TreeRef::digest).equals(after.map(TreeRef::digest));
        }
    }

    static DifferenceWalk of(OpenTree trees, TreePath path, Optional<TreePath> behind) throws IOException {
        DifferenceWalk walk = new DifferenceWalk(trees);
        Optional<Entry> before = trees.find(trees.trees().getFirst(), path);
        Optional<Entry> after = trees.find(trees.trees().getLast(), path);
        if (before.isEmpty() && after.isEmpty()) {
            throw new CatalogueException(Reason.NO_SUCH_PATH, "there is nothing at " + path + " in either snapshot");
        }
        if (behind.isPresent()) {
            if (!behind.get().startsWith(path)) {
                throw new CatalogueException(Reason.INVALID, "after: that is not at the path, nor below");
            }
            List<EntryName> names = behind.get().names();
            walk.goBehind(
                    path, Pair.of(before, after), names.subList(path.names().size(), names.size()));
        } else {
            walk.first = Optional.of(new Found(path, before, after));
        }
        return walk;
    }

    private void goBehind(TreePath path, Pair start, List<EntryName> names) throws IOException {
        Pair at = start;
        TreePath here = path;
        for (EntryName name : names) {
            enter(here, at, name);
            Optional<Entry> before =
                    at.before().isPresent() ? trees.child(at.before().get(), name) : Optional.empty();
            Optional<Entry> after =
                    at.after().isPresent() ? trees.child(at.after().get(), name) : Optional.empty();
            at = Pair.of(before, after);
            here = here.child(name);
        }
        enter(here, at, EntryName.ROOT);
    }

    private void enter(TreePath path, Pair pair, EntryName behind) {
        if (pair.isSame()) {
            return;
        }
        if (levels.size() > KEPT_OPEN) {
            levels.getLast().changes().putAside();
        }
        levels.add(new Level(path, changes(pair, behind)));
    }

    private Changes changes(Pair pair, EntryName behind) {
        if (pair.before().isPresent() && pair.after().isPresent()) {
            DirectoryDifference both = trees.directories()
                    .difference(pair.before().get(), pair.after().get(), behind);
            return new Changes() {
                @Override
                public Optional<Change> next() throws IOException {
                    return both.next();
                }

                @Override
                public void putAside() {
                    both.putAside();
                }
            };
        }
        boolean isAdded = pair.before().isEmpty();
        DirectoryCursor one =
                trees.directories().open(pair.before().or(pair::after).orElseThrow(), behind);
        return new Changes() {
            @Override
            public Optional<Change> next() throws IOException {
                Optional<Entry> entry = one.next();
                return entry.map(
                        here -> isAdded ? new Change(Optional.empty(), entry) : new Change(entry, Optional.empty()));
            }

            @Override
            public void putAside() {
                one.putAside();
            }
        };
    }

    /** What follows; empty at the end. Of the first, that it differs is not said. */
    Optional<Found> next() throws IOException {
        if (first.isPresent()) {
            Optional<Found> found = first;
            first = Optional.empty();
            enter(found.get());
            return found;
        }
        while (!levels.isEmpty()) {
            Level here = levels.getLast();
            Optional<Change> change = here.changes().next();
            if (change.isPresent()) {
                EntryName name = change.get()
                        .before()
                        .or(change.get()::after)
                        .orElseThrow()
                        .name();
                Found found = new Found(
                        here.path().child(name),
                        change.get().before(),
                        change.get().after());
                enter(found);
                return Optional.of(found);
            }
            levels.removeLast();
        }
        return Optional.empty();
    }

    private void enter(Found found) {
        enter(found.path(), Pair.of(found.before(), found.after()), EntryName.ROOT);
    }
}
