package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.work.Task;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames of data before they are asked for, where they are asked for one behind the other as in a pull of everything: several with one
 * request, while other threads unpack and hash them. What goes wrong here is read again when it is asked for, and told then. For one thread,
 * which closes it.
 */
final class FramesAhead implements AutoCloseable {
    /** What is read at once is at first twice of what was asked for one behind the other, but no more than this; each time twice of it. */
    private static final int FIRST_WINDOW = 1 << 20;

    private static final int GREATEST_WINDOW = 4 << 20;

    /** When so many are asked for that did not come, one behind the other, those that come are not wanted. */
    private static final int MOST_ELSEWHERE = 4;

    private final PackSource source;
    private final Executor workers;
    private final Unpacking unpacking;

    /** Nothing is read ahead until two neighbours were asked for. */
    private @Nullable Hash pack;

    private long expected;
    /** How long the last frame was that was asked for. */
    private int last;

    private int elsewhere;
    private @Nullable Window reading;
    private final Deque<Packed> read = new ArrayDeque<>();
    private final Deque<Coming> coming = new ArrayDeque<>();

    /** @param unpacking is closed by who made it */
    FramesAhead(PackSource source, Executor workers, Unpacking unpacking) {
        this.source = source;
        this.workers = workers;
        this.unpacking = unpacking;
    }

    /** A part of the pack that is being read; a frame begins with it. */
    private record Window(Hash pack, long start, int length, Task<byte[]> bytes) {}

    /** A frame that was read. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Packed(long start, byte[] window, int from, int length) {}

    /** A frame that is being unpacked. */
    private record Coming(long start, Task<HashedFrame> frame) {}

    /** The frame at this place, if it was read ahead. Those behind it come next, if this one came behind another. */
    Optional<HashedFrame> take(ChunkPlace place) {
        if (place.kind() != FrameKind.DATA) {
            return Optional.empty();
        }
        boolean isNext = place.pack().equals(pack) && place.frameStart() == expected;
        if (isComing(place)) {
            passOver(place.frameStart());
            unpack();
            Optional<HashedFrame> frame = coming.removeFirst().frame().end();
            expect(place);
            // Those that wait would take memory, and be in vain if something else is asked for.
            if (reading != null
                    && read.size() < Unpacking.MOST
                    && reading.bytes().isDone()) {
                arrive(reading);
            }
            unpack();
            return frame;
        }
        if (isNext && isIdle()) {
            begin(place);
        } else if (isIdle() || ++elsewhere == MOST_ELSEWHERE) {
            abandon();
            expect(place);
        }
        return Optional.empty();
    }

    private boolean isComing(ChunkPlace place) {
        if (!place.pack().equals(pack)) {
            return false;
        }
        while (read.isEmpty() && coming.isEmpty() && reading != null) {
            arrive(reading);
        }
        return coming.stream().anyMatch(each -> each.start() == place.frameStart())
                || read.stream().anyMatch(each -> each.start() == place.frameStart());
    }

    /** Those before it are not wanted; whatever unpacks them ends before this does. */
    private void passOver(long start) {
        while (!coming.isEmpty() && coming.getFirst().start() < start) {
            coming.removeFirst().frame().end();
        }
        read.removeIf(each -> each.start() < start);
    }

    private boolean isIdle() {
        return reading == null && read.isEmpty() && coming.isEmpty();
    }

    private void expect(ChunkPlace place) {
        elsewhere = 0;
        pack = place.pack();
        expected = place.frame().end();
        last = place.frameLength();
    }

    private void begin(ChunkPlace place) {
        int both = last + place.frameLength();
        expect(place);
        reading = window(place.pack(), expected, Math.min(2 * both, FIRST_WINDOW));
    }

    private Window window(Hash from, long start, int length) {
        return new Window(from, start, length, Task.begin(workers, () -> source.read(from, start, length)));
    }

    /** Finds the frames in a window, and reads the next, unless the pack's frames of data end here. */
    private void arrive(Window window) {
        reading = null;
        byte[] bytes = window.bytes().end().orElse(new byte[0]);
        int at = 0;
        for (int length = dataFrame(bytes, at); length > 0; length = dataFrame(bytes, at)) {
            if (length > bytes.length - at) {
                break;
            }
            read.add(new Packed(window.start() + at, bytes, at, length));
            at += length;
        }
        if (at > 0 && bytes.length == window.length()) {
            reading = window(window.pack(), window.start() + at, Math.min(2 * window.length(), GREATEST_WINDOW));
        }
    }

    /** The length of the frame of data that begins here, with its header; 0 if none does. */
    private static int dataFrame(byte[] bytes, int at) {
        if (bytes.length - at < FrameHeader.LENGTH) {
            return 0;
        }
        try {
            FrameHeader header = FrameHeader.read("a frame", bytes, at);
            return header.kind() == FrameKind.DATA ? FrameHeader.LENGTH + header.stored() : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private void unpack() {
        while (coming.size() < Unpacking.MOST && !read.isEmpty()) {
            Packed packed = read.removeFirst();
            coming.add(new Coming(packed.start(), unpacking.begin(packed.window(), packed.from(), packed.length())));
        }
    }

    private void abandon() {
        if (reading != null) {
            reading.bytes().end();
            reading = null;
        }
        coming.forEach(each -> each.frame().end());
        coming.clear();
        read.clear();
    }

    @Override
    public void close() {
        abandon();
    }
}
