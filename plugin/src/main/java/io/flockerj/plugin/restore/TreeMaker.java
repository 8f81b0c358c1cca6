package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes everything that is in a directory. Directories get their attributes when they are full. For one thread. */
final class TreeMaker {
    /** Levels of directories in each other (format.md section 17). */
    static final int DEEPEST = 4096;

    private static final int OURS_ALONE = 0700;
    /** So many directories are held in memory, beside their names. */
    private static final int HELD_MOST = 64;

    private final DirectoryReader reader;
    private final EntryMaker maker;
    private final MetadataSetting metadata;
    private final Tally tally;
    private final Progress progress;

    TreeMaker(DirectoryReader reader, EntryMaker maker, MetadataSetting metadata, Tally tally, Progress progress) {
        this.reader = reader;
        this.maker = maker;
        this.metadata = metadata;
        this.tally = tally;
        this.progress = progress;
    }

    /** A directory that is being filled. */
    private record Level(Entry entry, DirectoryCursor cursor) {}

    /**
     * Fills the empty directory at which the trail ends, and leads the trail back there. The attributes of the directory itself are the
     * caller's.
     */
    void fill(Trail trail, Entry directory) throws IOException {
        List<Level> levels = new ArrayList<>();
        levels.add(level(directory));
        while (true) {
            Level level = levels.getLast();
            Optional<Entry> next = next(trail, level);
            if (next.isPresent()) {
                Entry entry = next.get();
                try {
                    if (entry.item() instanceof Item.Directory) {
                        enter(trail, entry);
                        levels.add(level(entry));
                        if (levels.size() > HELD_MOST) {
                            levels.get(levels.size() - 1 - HELD_MOST).cursor().putAside();
                        }
                    } else {
                        maker.make(trail, entry);
                    }
                } catch (IOException e) {
                    throw trail.of(entry.name().bytes().toArray()).named(e);
                }
            } else if (levels.size() > 1) {
                leave(trail, levels.removeLast().entry());
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

    private void enter(Trail trail, Entry entry) throws IOException {
        if (trail.depth() == DEEPEST) {
            throw new BrokenException("the tree", "directories lie more than " + DEEPEST + " deep in each other");
        }
        byte[] name = entry.name().bytes().toArray();
        DirectoryEntries.makeDirectory(trail.handle(), name, OURS_ALONE);
        trail.enter(name);
    }

    private void leave(Trail trail, Entry entry) throws IOException {
        try {
            metadata.set(trail.handle(), entry, trail.itself());
        } catch (IOException e) {
            throw trail.itself().named(e);
        }
        trail.leave();
        tally.entry();
        progress.add(0, 1);
    }
}
