package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.tree.Entry;
import java.io.IOException;

/** Makes what it is shown of a tree. Directories get their attributes when they are full. For one thread. */
final class TreeMaker implements TreeWalk.Visitor {
    private static final int OURS_ALONE = 0700;

    private final EntryMaker maker;
    private final MetadataSetting metadata;
    private final Tally tally;
    private final Progress progress;

    TreeMaker(EntryMaker maker, MetadataSetting metadata, Tally tally, Progress progress) {
        this.maker = maker;
        this.metadata = metadata;
        this.tally = tally;
        this.progress = progress;
    }

    @Override
    public void enter(Trail trail, Entry directory) throws IOException {
        byte[] name = directory.name().bytes().toArray();
        DirectoryEntries.makeDirectory(trail.handle(), name, OURS_ALONE);
        trail.enter(name);
    }

    @Override
    public void leave(Trail trail, Entry directory) throws IOException {
        metadata.set(trail.handle(), directory, trail.itself());
        trail.leave();
        tally.entry();
        progress.add(0, 1);
    }

    @Override
    public void visit(Trail trail, Entry entry) throws IOException {
        maker.make(trail, entry);
    }
}
