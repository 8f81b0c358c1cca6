package io.flockerj.plugin.capture;

import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** A repository in memory into which trees are captured, each by a writer of its own. */
final class CapturedTrees {
    private final Repository repository;
    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private final BlockHashes blocks;
    private long written;

    CapturedTrees() throws IOException {
        this(BlockHashes.NONE);
    }

    CapturedTrees(BlockHashes blocks) throws IOException {
        this.blocks = blocks;
        repository = Repository.create(new MemoryBackend(InstantSource.system()), new Id(1, 1), new Id(2, 2));
    }

    /** Captures a tree. */
    interface Work {
        Captured capture(TreeCapture capture) throws IOException;
    }

    Captured capture(Work work) throws IOException {
        try (ChunkWriter writer = repository.writer(index)) {
            Captured captured = work.capture(new TreeCapture(writer, blocks, Progress.IGNORED));
            writer.finish();
            written = writer.written().stream().mapToLong(PackInfo::size).sum();
            return captured;
        }
    }

    Captured whole(Path root) throws IOException {
        return capture(capture -> capture.whole(root));
    }

    /** How many bytes of packs the last capture made. */
    long written() {
        return written;
    }

    /** The frame in which a chunk is, which is read as a whole. */
    FramePlace frame(Hash chunk) {
        return index.find(chunk).orElseThrow().frame();
    }

    ChunkReader reader() {
        return repository.reader(index);
    }
}
