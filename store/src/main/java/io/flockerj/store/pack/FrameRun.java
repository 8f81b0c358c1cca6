package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Frames that are read with one request, for they lie near each other in a pack.
 *
 * @param frames at least one, in the order in which they lie there
 */
record FrameRun(List<FramePlace> frames) {
    /** More at once would take memory, and no time less. */
    static final int LONGEST = 2 << 20;

    /** What lies between frames and is read with them is at most so large a part of them all together. */
    private static final int GAPS_SHARE = 16;

    /** To pass over so much takes longer than another request. */
    private static final long LONGEST_GAP = 256 << 10;

    FrameRun {
        frames = List.copyOf(frames);
    }

    Hash pack() {
        return frames.getFirst().pack();
    }

    long start() {
        return frames.getFirst().start();
    }

    int length() {
        return (int) (frames.getLast().end() - start());
    }

    /**
     * The fewest requests by which frames are read with little besides.
     *
     * @param frames in the order in which they will be asked for, each once
     */
    static List<FrameRun> of(List<FramePlace> frames) {
        Set<Integer> passed = passed(frames);
        List<FrameRun> runs = new ArrayList<>();
        List<FramePlace> run = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            FramePlace frame = frames.get(i);
            boolean isNear = i > 0 && (gap(frames, i) == 0 || passed.contains(i));
            if (!run.isEmpty() && !(isNear && frame.end() - run.getFirst().start() <= LONGEST)) {
                runs.add(new FrameRun(run));
                run.clear();
            }
            run.add(frame);
        }
        if (!run.isEmpty()) {
            runs.add(new FrameRun(run));
        }
        return runs;
    }

    /** Before which frames there is a gap that is read too: the shortest of them. */
    private static Set<Integer> passed(List<FramePlace> frames) {
        long left = frames.stream().mapToLong(FramePlace::length).sum() / GAPS_SHARE;
        List<Integer> gaps = IntStream.range(1, frames.size())
                .filter(i -> gap(frames, i) > 0 && gap(frames, i) <= LONGEST_GAP)
                .boxed()
                .sorted(Comparator.comparingLong(i -> gap(frames, i)))
                .toList();
        Set<Integer> passed = new HashSet<>();
        for (int each : gaps) {
            left -= gap(frames, each);
            if (left < 0) {
                break;
            }
            passed.add(each);
        }
        return passed;
    }

    /** How much lies before a frame and behind the one before it; negative if that is not in front of it. */
    private static long gap(List<FramePlace> frames, int i) {
        FramePlace before = frames.get(i - 1);
        return before.pack().equals(frames.get(i).pack()) ? frames.get(i).start() - before.end() : -1;
    }
}
