package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes a directory hold a tree of a repository: raw names, types, permissions, owners, times in nanoseconds, holes, extended attributes with
 * access control lists and capabilities, hard links, symbolic links, fifos, sockets, devices and inode flags.
 *
 * <p>Everything that is read is verified before this returns: nodes by their digests, totals and order, chunks by their ids, files by the digest
 * of their content. What fails names the path, and leaves a directory to be thrown away. Nothing is synced: that is the caller's business. What
 * the file system of the target cannot keep is an error, but for inode flags, times and hints that it does not know, which are counted.
 *
 * <p>Memory does not grow with the tree, but for a few hundred bytes for each file that has several names. For one thread.
 */
public final class TreeRestore {
    private final ChunkReader chunks;
    private final Progress progress;

    /**
     * Nothing yet.
     *
     * @param chunks of the repository; stays the caller's, who has it learn the packs that a commit names
     * @param progress is told of bytes of data and of entries
     */
    public TreeRestore(ChunkReader chunks, Progress progress) {
        this.chunks = chunks;
        this.progress = progress;
    }

    /**
     * Writes a whole tree.
     *
     * @param target an empty directory that nobody else sees; afterwards it holds exactly the tree, the root's own attributes included
     * @throws RestoreException if the tree is broken, or cannot be written; says where and what to do
     */
    public Restored whole(TreeRef tree, Path target) throws IOException {
        try (FileHandle root = FileHandle.openDirectory(target);
                Trail trail = new Trail(root)) {
            try {
                return whole(tree, trail);
            } catch (IOException e) {
                throw trail.itself().named(e);
            }
        }
    }

    private Restored whole(TreeRef tree, Trail trail) throws IOException {
        FileHandle root = trail.root();
        if (!root.names().isEmpty()) {
            throw new RestoreException(
                    "/", "there is something in " + root + ", and a tree is restored into an empty directory");
        }
        Tally tally = new Tally();
        Contents contents = new Contents(chunks, progress);
        MetadataSetting metadata = new MetadataSetting(contents, tally);
        LinkGroups groups = new LinkGroups();
        EntryMaker maker = new EntryMaker(contents, metadata, groups, tally, progress);
        DirectoryReader reader = new DirectoryReader(chunks);

        Entry top = reader.root(tree);
        progress.phase("writing");
        progress.expect(tree.totals().data(), tree.totals().entries());
        // Or all that is made below would inherit from it.
        Node.through(root).removeAttribute(MetadataSetting.DEFAULT_LIST);
        new TreeMaker(reader, maker, metadata, tally, progress).fill(trail, top);
        groups.checkComplete();
        metadata.setForeign(root, top, trail.itself());
        tally.entry();
        progress.add(0, 1);
        return tally.result();
    }
}
