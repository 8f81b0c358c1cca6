package io.flockerj.store.pack;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Frames that were read, as many as there is room for; those go first that were not asked for longest. For one thread. */
final class FrameMemory {
    private final long most;
    // In the order in which they were asked for.
    private final Map<FramePlace, HashedFrame> frames = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** @param most bytes, unpacked; the last one is kept whatever its length */
    FrameMemory(long most) {
        this.most = most;
    }

    Optional<HashedFrame> find(FramePlace place) {
        return Optional.ofNullable(frames.get(place));
    }

    boolean contains(FramePlace place) {
        return frames.containsKey(place);
    }

    /** Takes one that is not there. */
    void add(FramePlace place, HashedFrame frame) {
        frames.put(place, frame);
        bytes += length(frame);
        Iterator<HashedFrame> eldest = frames.values().iterator();
        while (bytes > most && frames.size() > 1) {
            bytes -= length(eldest.next());
            eldest.remove();
        }
    }

    private static long length(HashedFrame frame) {
        return frame.frame().bytes().length;
    }
}
