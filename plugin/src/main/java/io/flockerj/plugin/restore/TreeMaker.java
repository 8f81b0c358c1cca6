package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.tree.Entry;
import java.io.IOException;
import java.util.Optional;

/** Makes what it is shown of a tree. Directories get their attributes when they are full. For one thread. */
final class TreeMaker implements TreeWalk.Visitor {
    private static final int OURS_ALONE = 0700;

    private final EntryMaker maker;
    private final Optional<FilesBeside> beside;
    private final MetadataSetting metadata;
    private final Tally tally;
    private final Progress progress;

    /** @param beside makes small files, if anybody does so; is closed by the caller */
    TreeMaker(
            EntryMaker maker, Optional<FilesBeside> beside, MetadataSetting metadata, Tally tally, Progress progress) {
        this.maker = maker;
        this.beside = beside;
        this.metadata = metadata;
        this.tally = tally;
        this.progress = progress;
    }

    @Override
    public void enter(Trail trail, Entry directory) throws IOException {
        byte[] name = directory.name().bytes().toArray();
        DirectoryEntries.makeDirectory(trail.handle(), name, OURS_ALONE);
        trail.enter(name);
        beside.ifPresent(files -> files.enter(name));
    }

    @Override
    public void leave(Trail trail, Entry directory) throws IOException {
        if (beside.isPresent() && beside.get().leave(directory)) {
            trail.leave();
            return;
        }
        metadata.set(trail.handle(), directory, trail.itself());
        trail.leave();
        tally.entry();
        progress.add(0, 1);
    }

    @Override
    public void visit(Trail trail, Entry entry) throws IOException {
        if (beside.isEmpty() || !beside.get().make(trail, entry)) {
            maker.make(trail, entry);
        }
    }
}
