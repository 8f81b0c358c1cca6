package io.flockerj.store.pack;

import io.flockerj.store.id.Sha256;
import io.flockerj.store.work.Task;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Has frames unpacked and their chunks hashed by other threads. Closed by the thread that began the work, when all of it has ended. */
final class Unpacking implements AutoCloseable {
    /** Beyond so many, memory is taken, half a MiB each, and no time less. */
    static final int MOST = 8;

    private final Executor workers;
    private final Queue<Means> idle = new ConcurrentLinkedQueue<>();
    private final Queue<Means> all = new ConcurrentLinkedQueue<>();

    /** @param workers may refuse; then the thread that calls does it */
    Unpacking(Executor workers) {
        this.workers = workers;
    }

    /** What unpacks frames, for one thread at a time. */
    private record Means(FrameReader frames, Sha256 sha256) {}

    /** Begins with a frame that lies among these bytes. */
    Task<HashedFrame> begin(byte[] bytes, int from, int length) {
        return Task.begin(workers, () -> {
            Means means = idle.poll();
            if (means == null) {
                means = new Means(new FrameReader(), new Sha256());
                all.add(means);
            }
            try {
                return HashedFrame.now(means.frames().read("a frame", bytes, from, length), means.sha256());
            } finally {
                idle.add(means);
            }
        });
    }

    @Override
    public void close() {
        all.forEach(means -> means.frames().close());
    }
}
