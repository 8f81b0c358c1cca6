package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.tree.Entry;
import java.io.IOException;

/** Removes what it is shown of a tree. */
final class TreeRemoval implements TreeWalk.Visitor {
    private final MetadataSetting metadata;
    private final Tally tally;
    private final Progress progress;

    TreeRemoval(MetadataSetting metadata, Tally tally, Progress progress) {
        this.metadata = metadata;
        this.tally = tally;
        this.progress = progress;
    }

    @Override
    public void enter(Trail trail, Entry directory) throws IOException {
        trail.enter(directory.name().bytes().toArray());
        if ((directory.metadata().flags() & InodeFlag.HINDRANCES) != 0) {
            metadata.prepareForNames(trail.handle());
        }
    }

    @Override
    public void leave(Trail trail, Entry directory) throws IOException {
        trail.leave();
        trail.handle().removeDirectory(directory.name().bytes().toArray());
        removed();
    }

    @Override
    public void visit(Trail trail, Entry entry) throws IOException {
        FileHandle directory = trail.handle();
        byte[] name = entry.name().bytes().toArray();
        Hindrances.aside(directory, name, () -> directory.unlink(name));
        removed();
    }

    private void removed() throws IOException {
        tally.entry();
        progress.add(0, 1);
    }
}
