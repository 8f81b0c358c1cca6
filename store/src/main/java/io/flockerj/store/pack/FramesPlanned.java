package io.flockerj.store.pack;

import io.flockerj.store.work.Task;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Reads frames of which it is known that they will be asked for, and in which order: with few requests, several at a time, and little that lies
 * between. What goes wrong here is read again when it is asked for, and told then. For one thread, which closes it.
 */
final class FramesPlanned implements AutoCloseable {
    /** Requests at a time; a store that is far away answers each late, and many at once. */
    private static final int MOST_REQUESTS = 16;

    /** Bytes that were asked for and are not unpacked. */
    private static final long MOST_BYTES = 4L * FrameRun.LONGEST;

    private final PackSource source;
    private final Executor askers;
    private final Unpacking unpacking;
    private final Set<FramePlace> left = new HashSet<>();
    private final Deque<FrameRun> waiting = new ArrayDeque<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Deque<Packed> read = new ArrayDeque<>();
    private final Deque<Coming> coming = new ArrayDeque<>();
    private long bytes;

    /**
     * Makes one that has no plan.
     *
     * @param askers wait for answers
     * @param unpacking is closed by who made it
     */
    FramesPlanned(PackSource source, Executor askers, Unpacking unpacking) {
        this.source = source;
        this.askers = askers;
        this.unpacking = unpacking;
    }

    private record Asked(FrameRun run, Task<byte[]> bytes) {}

    /**
     * A frame that was read.
     *
     * @param ended how long the run was of which it is the last frame; 0 if it is another
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Packed(FramePlace place, byte[] run, int from, int ended) {}

    /** A frame that is being unpacked. */
    private record Coming(FramePlace place, Task<HashedFrame> frame) {}

    /** These will be asked for, in this order; what was planned before will not. */
    void plan(List<FrameRun> runs) {
        abandon();
        for (FrameRun run : runs) {
            waiting.add(run);
            left.addAll(run.frames());
        }
        ask();
    }

    /** A frame, if it was planned and came. Those before it are not wanted any more. */
    Optional<HashedFrame> take(FramePlace place) {
        if (!left.contains(place)) {
            return Optional.empty();
        }
        while (true) {
            advance();
            Coming next = coming.removeFirst();
            left.remove(next.place());
            Optional<HashedFrame> frame = next.frame().end();
            if (next.place().equals(place)) {
                advance();
                return frame;
            }
        }
    }

    /** Has as much under way as may be, and at least one frame. */
    private void advance() {
        ask();
        unpack();
        while (!asked.isEmpty()
                && coming.size() < Unpacking.MOST
                && (coming.isEmpty() || asked.getFirst().bytes().isDone())) {
            arrive(asked.removeFirst());
            unpack();
            ask();
        }
    }

    private void ask() {
        while (!waiting.isEmpty()
                && asked.size() < MOST_REQUESTS
                && (bytes == 0 || bytes + waiting.getFirst().length() <= MOST_BYTES)) {
            FrameRun run = waiting.removeFirst();
            bytes += run.length();
            asked.add(new Asked(run, Task.begin(askers, () -> source.read(run.pack(), run.start(), run.length()))));
        }
    }

    private void arrive(Asked answered) {
        byte[] run = answered.bytes().end().orElse(new byte[0]);
        FrameRun wanted = answered.run();
        for (FramePlace frame : wanted.frames()) {
            int ended = frame.end() == wanted.start() + wanted.length() ? wanted.length() : 0;
            read.add(new Packed(frame, run, (int) (frame.start() - wanted.start()), ended));
        }
    }

    private void unpack() {
        while (coming.size() < Unpacking.MOST && !read.isEmpty()) {
            Packed packed = read.removeFirst();
            bytes -= packed.ended();
            // One that did not come, or not whole, fails there.
            int length = Math.clamp(
                    packed.run().length - packed.from(), 0, packed.place().length());
            coming.add(new Coming(
                    packed.place(),
                    unpacking.begin(packed.run(), Math.min(packed.from(), packed.run().length), length)));
        }
    }

    private void abandon() {
        waiting.clear();
        asked.forEach(each -> each.bytes().end());
        asked.clear();
        coming.forEach(each -> each.frame().end());
        coming.clear();
        read.clear();
        left.clear();
        bytes = 0;
    }

    @Override
    public void close() {
        abandon();
    }
}
