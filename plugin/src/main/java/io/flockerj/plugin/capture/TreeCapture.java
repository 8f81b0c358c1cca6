package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Puts trees into a repository: what a directory of this host holds, with everything that format.md section 7 keeps. Nothing in it
 * changes meanwhile, for it is a read-only snapshot. For one thread.
 */
public final class TreeCapture {
    private final ChunkWriter chunks;
    private final BlockHashes blocks;
    private final Executor workers;
    private final Progress progress;

    /**
     * Makes one.
     *
     * @param chunks takes chunks and nodes, and is finished and closed by the caller
     * @param blocks remembers what is to be known about large files next time
     * @param workers read small files before they are come to
     * @param progress is told of each name and of the bytes that were read; may end the work
     */
    public TreeCapture(ChunkWriter chunks, BlockHashes blocks, Executor workers, Progress progress) {
        this.chunks = chunks;
        this.blocks = blocks;
        this.workers = workers;
        this.progress = progress;
    }

    /**
     * Puts all of a tree there, by a walk: every name is looked at, and every file read.
     *
     * @param root the directory that the volume is
     * @throws IOException also if there is something that no tree can hold (format.md section 17), which the message names
     */
    public Captured whole(Path root) throws IOException {
        return capture(root, this::whole);
    }

    /**
     * Puts a tree there of which an older one is there already, at the cost of what changed since. What comes of it has the digest that
     * {@link #whole} would give it. Where what is told of the changes does not fit what is found, that is done instead, and remarked.
     *
     * @param root the directory that the volume is
     * @param before the older tree
     * @param nodes gives its nodes
     * @param touched what has to be looked at
     */
    public Captured changes(Path root, TreeRef before, NodeSource nodes, Touched touched) throws IOException {
        return switch (touched) {
            case Touched.Everything(String reason) -> instead(root, reason);
            case Touched.Names names -> {
                try {
                    yield capture(root, (run, chain, top, files) -> {
                        OlderTree older = new OlderTree(before, nodes);
                        try (ChangeWalk walk = new ChangeWalk(run, chain, top, files, older, names)) {
                            return walk.run();
                        }
                    });
                } catch (DoubtException | BrokenException e) {
                    yield instead(root, String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private Captured instead(Path root, String reason) throws IOException {
        return capture(root, (run, chain, top, files) -> {
            run.remark("Everything was read, not only what changed: " + reason + ".");
            return whole(run, chain, top, files);
        });
    }

    private TreeRef whole(CaptureRun run, DirectoryChain chain, FileStatus top, FilesAhead files) throws IOException {
        try (TreeWalk walk = new TreeWalk(run, chain, top, files)) {
            InodeCapture.Directory itself = run.inodes().directory(chain.handle(), top, false);
            return DirectoryWriter.writeRoot(chunks, itself.metadata(), walk.run(itself));
        }
    }

    /** Makes a tree of what is in a directory. */
    private interface Walk {
        /** @param chain at the directory; closed by this */
        TreeRef run(CaptureRun run, DirectoryChain chain, FileStatus top, FilesAhead files) throws IOException;
    }

    private Captured capture(Path root, Walk walk) throws IOException {
        FileHandle handle = FileHandle.openDirectory(root);
        try (CaptureRun run = new CaptureRun(chunks, blocks, progress);
                FilesAhead files = new FilesAhead(workers)) {
            FileStatus top = FileStatus.of(handle);
            return run.captured(walk.run(run, new DirectoryChain(handle), top, files));
        } finally {
            handle.close();
        }
    }
}
