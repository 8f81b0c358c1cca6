package io.flockerj.plugin.capture;

import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkWriter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Puts trees into a repository: what a directory of this host holds, with everything that format.md section 7 keeps. Nothing in it
 * changes meanwhile, for it is a read-only snapshot. For one thread.
 */
public final class TreeCapture {
    private final ChunkWriter chunks;
    private final BlockHashes blocks;
    private final Progress progress;

    /**
     * Makes one.
     *
     * @param chunks takes chunks and nodes, and is finished and closed by the caller
     * @param blocks remembers what is to be known about large files next time
     * @param progress is told of each name and of the bytes that were read; may end the work
     */
    public TreeCapture(ChunkWriter chunks, BlockHashes blocks, Progress progress) {
        this.chunks = chunks;
        this.blocks = blocks;
        this.progress = progress;
    }

    /**
     * Puts all of a tree there, by a walk: every name is looked at, and every file read.
     *
     * @param root the directory that the volume is
     * @throws IOException also if there is something that no tree can hold (format.md section 17), which the message names
     */
    public Captured whole(Path root) throws IOException {
        try (TreeWalk walk = new TreeWalk(root, chunks, blocks, progress)) {
            return walk.run();
        }
    }
}
