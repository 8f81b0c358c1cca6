package io.flockerj.store;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.Frame;
import io.flockerj.store.pack.FrameBuilder;
import io.flockerj.store.pack.FrameKind;
import io.flockerj.store.work.WorkLine;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Fills frames of one kind, while other threads pack those that are full. Frames come out in the order in which they were filled. For one
 * thread, which closes it.
 */
final class FramePress implements AutoCloseable {
    /** More would take memory, a MiB each, and no time less. */
    private static final int MOST_UNDER_WAY = 4;

    private final FrameKind kind;
    private final WorkLine<Frame> line;
    private final Queue<FrameBuilder> idle = new ConcurrentLinkedQueue<>();
    private final Queue<FrameBuilder> all = new ArrayDeque<>();
    private FrameBuilder filling;

    FramePress(FrameKind kind, Executor workers) {
        this.kind = kind;
        this.line = new WorkLine<>(workers, MOST_UNDER_WAY);
        this.filling = another();
    }

    private FrameBuilder another() {
        FrameBuilder free = idle.poll();
        if (free != null) {
            return free;
        }
        FrameBuilder made = new FrameBuilder(kind);
        all.add(made);
        return made;
    }

    /** Adds a chunk; where it has no room, the frame is packed, and another begins. */
    void add(Hash id, byte[] bytes, int from, int length) {
        if (!filling.hasRoom(length)) {
            end();
        }
        filling.add(id, bytes, from, length);
    }

    /** Has a chunk packed in a frame of its own, before the one that is being filled. */
    void addAlone(Hash id, byte[] bytes, int from, int length) {
        FrameBuilder frame = another();
        frame.add(id, bytes, from, length);
        begin(frame);
    }

    /** Has what was added packed, though there is room for more. */
    void end() {
        if (filling.isEmpty()) {
            return;
        }
        FrameBuilder full = filling;
        filling = another();
        begin(full);
    }

    private void begin(FrameBuilder full) {
        line.begin(() -> {
            Frame frame = full.finish();
            idle.add(full);
            return frame;
        });
    }

    /** The next frame, if it is packed, or if there are so many that it has to be waited for. */
    Optional<Frame> next() throws IOException {
        return line.next();
    }

    /** The next frame, waited for; empty if there is none. */
    Optional<Frame> last() throws IOException {
        return line.last();
    }

    @Override
    public void close() {
        line.abandon();
        all.forEach(FrameBuilder::close);
    }
}
