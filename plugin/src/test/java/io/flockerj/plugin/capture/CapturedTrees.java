package io.flockerj.plugin.capture;

import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** A repository in memory into which trees are captured, each by a writer of its own. */
final class CapturedTrees {
    /** Read files while others go on. */
    private static final Executor WORKERS = Executors.newVirtualThreadPerTaskExecutor();

    private final Repository repository;
    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private final BlockHashes blocks;
    private long written;
    private int failures;

    CapturedTrees() throws IOException {
        this(BlockHashes.NONE);
    }

    CapturedTrees(BlockHashes blocks) throws IOException {
        this.blocks = blocks;
        MemoryBackend memory = new MemoryBackend(InstantSource.system());
        repository = Repository.create(unlessTold(memory), new Id(1, 1), new Id(2, 2));
    }

    private Backend unlessTold(Backend memory) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create") && failures > 0) {
                        failures--;
                        throw new IOException("told to fail");
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** From now on so many objects cannot be written. */
    void failToWrite(int times) {
        failures = times;
    }

    /** Captures a tree. */
    interface Work {
        Captured capture(TreeCapture capture) throws IOException;
    }

    Captured capture(Work work) throws IOException {
        return capture(work, WORKERS);
    }

    private Captured capture(Work work, Executor workers) throws IOException {
        try (ChunkWriter writer = repository.writer(index)) {
            Captured captured = work.capture(new TreeCapture(writer, blocks, workers, Progress.IGNORED));
            writer.finish();
            written = writer.written().stream().mapToLong(PackInfo::size).sum();
            return captured;
        }
    }

    /** Captures a tree that is written to. */
    interface LiveWork {
        LiveCapture.Taken capture(ChunkWriter writer, ChunkReader nodes) throws IOException;
    }

    LiveCapture.Taken live(LiveWork work) throws IOException {
        try (ChunkWriter writer = repository.writer(index);
                ChunkReader nodes = reader()) {
            LiveCapture.Taken taken = work.capture(writer, nodes);
            writer.finish();
            return taken;
        }
    }

    Captured whole(Path root) throws IOException {
        return capture(capture -> capture.whole(root));
    }

    /** As {@link #whole(Path)}, with the help of these. */
    Captured whole(Path root, Executor workers) throws IOException {
        return capture(capture -> capture.whole(root), workers);
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
