package io.flockerj.plugin.restore;

import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Limits;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows a tree of a repository entry by entry, while a trail goes the same way on this host. Holds a few nodes only, however large the tree. */
final class TreeWalk {
    private final DirectoryReader reader;

    TreeWalk(DirectoryReader reader) {
        this.reader = reader;
    }

    /** Somebody who is walked through a tree. */
    interface Visitor {
        /** At a directory: leads the trail into it. */
        void enter(Trail trail, Entry directory) throws IOException;

        /** Behind all that is in a directory, at which the trail ends: leads the trail out of it. */
        void leave(Trail trail, Entry directory) throws IOException;

        /** At anything else, in the directory at which the trail ends. */
        void visit(Trail trail, Entry entry) throws IOException;
    }

    private record Level(Entry entry, DirectoryCursor cursor) {}

    /** Shows all that is in the directory at which the trail ends; it ends there again afterwards. Failures tell where. */
    void through(Trail trail, Entry directory, Visitor visitor) throws IOException {
        List<Level> levels = new ArrayList<>();
        levels.add(level(directory));
        while (true) {
            Optional<Entry> next = next(trail, levels.getLast());
            if (next.isPresent()) {
                Entry entry = next.get();
                try {
                    if (entry.item() instanceof Item.Directory) {
                        refuseDeeper(trail);
                        visitor.enter(trail, entry);
                        levels.add(level(entry));
                        HeldNodes.bound(levels, Level::cursor);
                    } else {
                        visitor.visit(trail, entry);
                    }
                } catch (IOException e) {
                    throw trail.of(entry.name().bytes().toArray()).named(e);
                }
            } else if (levels.size() > 1) {
                try {
                    visitor.leave(trail, levels.removeLast().entry());
                } catch (IOException e) {
                    throw trail.itself().named(e);
                }
            } else {
                return;
            }
        }
    }

    private Level level(Entry directory) {
        return new Level(directory, reader.open(((Item.Directory) directory.item()).root()));
    }

    private static Optional<Entry> next(Trail trail, Level level) throws IOException {
        try {
            return level.cursor().next();
        } catch (IOException e) {
            throw trail.itself().named(e);
        }
    }

    static void refuseDeeper(Trail trail) throws IOException {
        if (trail.depth() == Limits.DIRECTORY_LEVELS) {
            throw new BrokenException(
                    "the tree", "directories lie more than " + Limits.DIRECTORY_LEVELS + " deep in each other");
        }
    }
}
