package io.flockerj.plugin.restore;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

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
    private final EarlierTree earlier;
    private final BlockHashes blocks;
    private final Executor workers;
    private final Progress progress;

    /** Nothing yet; nothing is left of an earlier attempt, and nothing remembered. */
    public TreeRestore(ChunkReader chunks, Executor workers, Progress progress) {
        this(chunks, EarlierTree.none(), BlockHashes.NONE, workers, progress);
    }

    /**
     * Nothing yet.
     *
     * @param chunks of the repository; stays the caller's, who has it learn the packs that a commit names
     * @param earlier what may be left of an earlier attempt; stays the caller's
     * @param blocks remembers what large files are made of, so that comparing a changed one with its digest costs what changed
     * @param workers make small files, while the thread that calls goes on; may refuse
     * @param progress is told of bytes of data and of entries
     */
    public TreeRestore(
            ChunkReader chunks, EarlierTree earlier, BlockHashes blocks, Executor workers, Progress progress) {
        this.chunks = chunks;
        this.earlier = earlier;
        this.blocks = blocks;
        this.workers = workers;
        this.progress = progress;
    }

    /**
     * Writes a whole tree.
     *
     * @param target an empty directory that nobody else sees; afterwards it holds exactly the tree, the root's own attributes included
     * @throws RestoreException if the tree is broken, or cannot be written; says where and what to do
     */
    public Restored whole(TreeRef tree, Path target) throws IOException {
        return in(target, trail -> whole(tree, trail));
    }

    /**
     * Makes of a directory that holds one tree a directory that holds another, at the cost of what differs between the two.
     *
     * <p>Of a changed file only what is stored otherwise is fetched and written; chunks are compared with their ids, and the file with its digest: one
     * of up to 16 MiB, or of which a quarter or more was written, is read once more. Of a larger one the blocks that changed are read, if the hashes
     * of the others are remembered, and else all of it, once: that the rest is right follows from the target holding {@code before}. Files of more
     * than 16 GiB are too large for that, and counted as {@link Restored#unverified}. A file that is not right then is fetched and written as a
     * whole: the target did not hold what it should have, which {@link Restored#wrong} tells, unless what is stored is wrong too.
     *
     * <p>Where two trees have the same digest, nothing is done, though holes and hints may differ.
     *
     * @param before what the target holds, exactly: such as a writable clone of a snapshot
     * @param target that nobody else sees; afterwards it holds exactly {@code after}
     * @throws RestoreException if a tree is broken or cannot be written, or the target holds other names than it should; says where
     */
    public Restored difference(TreeRef before, TreeRef after, Path target) throws IOException {
        return in(target, trail -> difference(before, after, trail));
    }

    private interface Work {
        Restored run(Trail trail) throws IOException;
    }

    private static Restored in(Path target, Work work) throws IOException {
        try (FileHandle root = FileHandle.openDirectory(target);
                Trail trail = new Trail(root)) {
            try {
                return work.run(trail);
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
        DirectoryReader reader = new DirectoryReader(chunks);
        Entry top = reader.root(tree);
        progress.phase("writing");
        progress.expect(tree.totals().data(), tree.totals().entries());

        Tally tally = new Tally();
        Contents contents = new Contents(chunks, earlier, blocks, progress);
        MetadataSetting metadata = new MetadataSetting(contents, tally);
        LinkGroups groups = new LinkGroups(LinkGroups.Others.NONE);
        EntryMaker entries = new EntryMaker(contents, metadata, groups, tally, progress);
        metadata.prepareForNames(root);
        try (FilesBeside files = new FilesBeside(contents, metadata, tally, progress, workers)) {
            files.enter(new byte[0]);
            TreeMaker maker = new TreeMaker(entries, Optional.of(files), metadata, tally, progress);
            new TreeWalk(reader).through(trail, top, maker);
            files.finish();
        }
        groups.checkComplete();
        metadata.setForeign(root, top, trail.itself());
        tally.entry();
        progress.add(0, 1);
        return tally.result();
    }

    private Restored difference(TreeRef before, TreeRef after, Trail trail) throws IOException {
        DirectoryReader reader = new DirectoryReader(chunks);
        Entry from = reader.root(before);
        Entry to = reader.root(after);
        progress.phase("writing");
        progress.expect(Progress.UNKNOWN, Progress.UNKNOWN);

        Tally tally = new Tally();
        Contents contents = new Contents(chunks, earlier, blocks, progress);
        MetadataSetting metadata = new MetadataSetting(contents, tally);
        LinkGroups groups = new LinkGroups(new FirstNames(reader, to));
        EntryMaker entries = new EntryMaker(contents, metadata, groups, tally, progress);
        TreeMaker maker = new TreeMaker(entries, Optional.empty(), metadata, tally, progress);
        new TreeChange(reader, contents, metadata, groups, maker, tally, progress).run(trail, from, to);
        return tally.result();
    }
}
