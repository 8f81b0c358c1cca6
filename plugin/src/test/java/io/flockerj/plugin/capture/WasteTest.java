package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.storage.ByteRanges.Range;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.FrameKind;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.tree.Segment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lists of segments, of chunks of 100,000 bytes, four in a frame unless a test says otherwise. */
class WasteTest {
    private static final int CHUNK = 100_000;
    private static final int IN_FRAME = 4;
    private static final long MUCH = 1L << 40;

    private final Map<Hash, ChunkPlace> places = new HashMap<>();
    private final Waste waste = new Waste(chunk -> Optional.ofNullable(places.get(chunk)), MUCH);

    private static FramePlace frame(int number) {
        return new FramePlace(new Hash(9, 9, 9, number), 64, 1);
    }

    private static Segment.Slice slice(int chunk, int offset, long length) {
        return new Segment.Slice(new Hash(1, 1, 1, chunk), offset, length);
    }

    /** A part of a chunk, which stays. */
    private void kept(int chunk, int offset, long length) {
        keptIn(chunk / IN_FRAME, chunk % IN_FRAME * CHUNK, chunk, offset, length);
    }

    private void keptIn(int frame, int start, int chunk, int offset, long length) {
        FramePlace place = frame(frame);
        Segment.Slice slice = slice(chunk, offset, length);
        places.put(
                slice.chunk(),
                new ChunkPlace(place.pack(), place.start(), place.length(), start, CHUNK, FrameKind.DATA));
        waste.kept(slice);
    }

    private void replaced(long length) {
        waste.replaced(0, length);
    }

    /** A frame of which each chunk is used from its beginning on. */
    private void frameUsed(int number, long ofEachChunk) {
        for (int i = 0; i < IN_FRAME; i++) {
            kept(IN_FRAME * number + i, 0, ofEachChunk);
            replaced(CHUNK - ofEachChunk);
        }
    }

    @Test
    void ofAFrameOfWhichLittleIsUsedAllIsWrittenAnew() {
        frameUsed(0, 90_000);
        frameUsed(1, 20_000);
        frameUsed(2, 80_000);

        Waste.Rewriting worst = waste.worst(MUCH);

        assertThat(worst.frames()).containsExactly(frame(1));
        assertThat(worst.ranges())
                .containsExactly(
                        new Range(400_000, 420_000),
                        new Range(500_000, 520_000),
                        new Range(600_000, 620_000),
                        new Range(700_000, 720_000));
    }

    @Test
    void aFrameThatIsUsedInVeryManyPlacesStaysAsItIs() {
        for (int i = 0; i <= Waste.MOST_RANGES_OF_FRAME; i++) {
            kept(0, 0, 1);
            replaced(10);
        }

        assertThat(waste.worst(MUCH).frames()).isEmpty();
    }

    @Test
    void aWholeChunkInAFrameOfWhichNothingElseIsUsedIsWrittenAnewToo() {
        frameUsed(0, CHUNK);
        replaced(3 * CHUNK);
        kept(7, 0, CHUNK);
        frameUsed(2, CHUNK);

        assertThat(waste.worst(MUCH).frames()).containsExactly(frame(1));
    }

    @Test
    void theMostWastefulIsFirstAndOfTheLastAPart() {
        frameUsed(0, 40_000);
        frameUsed(1, 10_000);
        frameUsed(2, 30_000);

        Waste.Rewriting worst = waste.worst(100_000);

        assertThat(worst.frames()).containsExactlyInAnyOrder(frame(1), frame(2));
        assertThat(worst.ranges())
                .contains(new Range(400_000, 410_000), new Range(800_000, 830_000), new Range(900_000, 930_000))
                .hasSize(6);
        assertThat(worst.ranges().stream()
                        .mapToLong(range -> range.to() - range.from())
                        .sum())
                .isEqualTo(100_000);
    }

    @Test
    void whatIsBeforeTheFileInItsFirstFrameIsAnothers() {
        // A small file: three other files' chunks are in the same frame.
        keptIn(0, 3 * CHUNK, 3, 0, 90_000);

        assertThat(waste.worst(MUCH).ranges()).isEmpty();
    }

    @Test
    void aChunkOfWhichLittleIsUsedIsWasteThoughItHasAFrameOfItsOwn() {
        keptIn(0, 3, 0, 0, 95_000);
        replaced(5_000);
        keptIn(1, 3, 1, 0, 30_000);
        replaced(70_000);

        assertThat(waste.worst(MUCH).ranges()).containsExactly(new Range(100_000, 130_000));
    }

    @Test
    void shortSegmentsAreWrittenAnewWithWhatTheFramesLeave() {
        for (int chunk = 0; chunk < 64; chunk++) {
            places.clear();
            waste.kept(slice(chunk, 0, 1_000));
        }
        waste.kept(new Segment.Hole(1_000));
        frameUsed(20, 10_000);

        assertThat(waste.worst(MUCH).ranges()).contains(new Range(0, 64_000));
        assertThat(waste.worst(40_000).ranges()).hasSize(4).doesNotContain(new Range(0, 64_000));
    }

    @Test
    void whatIsNotUsedAtAllHasToBeWrittenByNobody() {
        assertThat(waste.worst(MUCH).ranges()).isEmpty();
        frameUsed(0, 10_000);
        assertThat(waste.worst(0).ranges()).isEmpty();
    }

    @Test
    void ofAListOnlyTheNodesWhereSomethingIsReplacedAreWrittenAnew() {
        for (int chunk = 0; chunk < 10_000; chunk++) {
            kept(chunk, 0, CHUNK);
        }
        assertThat(waste.listed()).isZero();

        replaced(4_096);

        assertThat(waste.listed()).isBetween(40L, 4_000L);
    }
}
