package io.flockerj.store.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameRunTest {
    private static final Hash PACK = new Hash(1, 2, 3, 4);
    private static final Hash OTHER = new Hash(5, 6, 7, 8);
    private static final int LENGTH = 16_000;

    private static FramePlace frame(Hash pack, long start) {
        return new FramePlace(pack, start, LENGTH);
    }

    /** Frames in one pack. */
    private static List<FramePlace> frames(long... starts) {
        List<FramePlace> frames = new ArrayList<>();
        for (long start : starts) {
            frames.add(frame(PACK, start));
        }
        return frames;
    }

    @Test
    void neighboursAreOneRequest() {
        assertThat(FrameRun.of(frames(64, 16_064, 32_064)))
                .containsExactly(new FrameRun(frames(64, 16_064, 32_064)))
                .allSatisfy(run -> assertThat(run.length()).isEqualTo(3 * LENGTH));
    }

    @Test
    void anotherPackOrAFrameBeforeIsAnotherRequest() {
        List<FramePlace> frames = List.of(frame(PACK, 64), frame(OTHER, 16_064), frame(OTHER, 64));

        assertThat(FrameRun.of(frames)).hasSize(3);
    }

    @Test
    void theShortestGapsAreReadToo() {
        // Ten frames, so 10,000 bytes between them are little: the gap of 3,000, and that of 6,000, but not that of
        // 8,000 as well.
        long[] starts = new long[10];
        long at = 64;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = at;
            at += LENGTH
                    + switch (i) {
                        case 2 -> 8_000;
                        case 4 -> 3_000;
                        case 6 -> 6_000;
                        default -> 0;
                    };
        }

        List<FrameRun> runs = FrameRun.of(frames(starts));

        assertThat(runs).extracting(run -> run.frames().size()).containsExactly(3, 7);
        assertThat(runs).extracting(FrameRun::length).containsExactly(3 * LENGTH, 7 * LENGTH + 9_000);
    }

    @Test
    void aLongGapIsNeverRead() {
        List<FramePlace> frames = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            frames.add(frame(PACK, 64 + (long) i * LENGTH));
        }
        frames.add(frame(PACK, 64 + 1_000L * LENGTH + 300_000));

        assertThat(FrameRun.of(frames).getLast().frames()).hasSize(1);
    }

    @Test
    void noRequestIsLongerThanTheLongest() {
        List<FramePlace> frames = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            frames.add(frame(PACK, 64 + (long) i * LENGTH));
        }

        List<FrameRun> runs = FrameRun.of(frames);

        assertThat(runs)
                .hasSizeBetween(8, 9)
                .allSatisfy(run -> assertThat(run.length()).isLessThanOrEqualTo(2 << 20));
        assertThat(runs.stream().flatMap(run -> run.frames().stream()).toList()).isEqualTo(frames);
    }
}
