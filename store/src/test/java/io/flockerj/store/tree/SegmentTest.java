package io.flockerj.store.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {
    private static final Hash DIGEST = hash("digest");

    private final Nodes nodes = new Nodes();

    @Test
    void listsAreThoseOfTheFormat() throws IOException {
        // Taken from a program in another language, written after the format.
        Storage storage = write(golden(15_000));

        assertThat(nodes.count()).isEqualTo(135);
        assertThat(storage)
                .isEqualTo(new Storage.Many(
                        Hash.parse("1dbf198883af679a6e3a30b86d22657ef18a5e7d23e067181a848063c43072c4"), 351_080_100));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 7, 8, 500, 30_000})
    void segmentsComeBack(int count) throws IOException {
        List<Segment> segments = golden(count);

        Storage storage = write(segments);

        assertThat(storage instanceof Storage.Few).isEqualTo(count <= 6);
        assertThat(read(storage, length(segments))).isEqualTo(segments);
        assertThat(storage.data(length(segments)))
                .isEqualTo(segments.stream().mapToLong(Segment::data).sum());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 7, 8, 500, 30_000})
    void aPartOfContentIsReadFromTheNodesThatTellOfIt(int count) throws IOException {
        List<Segment> segments = golden(count);
        long size = length(segments);
        Item.LargeFile file = new Item.LargeFile(size, DIGEST, write(segments), 0);
        Random random = new Random(count);
        int[] reads = {0};
        SegmentReader reader = new SegmentReader(id -> {
            reads[0]++;
            return nodes.get(id);
        });
        for (int i = 0; i < 30; i++) {
            long from = i == 0 ? size : random.nextLong(size);
            long length = i == 1 ? Long.MAX_VALUE : random.nextLong(1, size);
            List<Segment> part = new ArrayList<>();
            reads[0] = 0;
            reader.read(file, from, i == 2 ? 1 : length, part::add);

            assertThat(part).isEqualTo(cut(segments, from, i == 2 ? 1 : length));
            assertThat(i == 2 ? reads[0] : 0).isLessThanOrEqualTo(3);
        }
    }

    private static List<Segment> cut(List<Segment> segments, long from, long length) {
        List<Segment> part = new ArrayList<>();
        long at = 0;
        for (Segment segment : segments) {
            long begin = Math.max(from, at);
            long end = Math.min(at + segment.length(), length > Long.MAX_VALUE - from ? Long.MAX_VALUE : from + length);
            if (begin < end) {
                long skipped = begin - at;
                part.add(
                        switch (segment) {
                            case Segment.Hole _ -> new Segment.Hole(end - begin);
                            case Segment.Slice slice ->
                                new Segment.Slice(slice.chunk(), slice.offset() + (int) skipped, end - begin);
                        });
            }
            at += segment.length();
        }
        return part;
    }

    @Test
    void whatBelongsTogetherIsWrittenAsOne() throws IOException {
        Hash chunk = hash("chunk");
        List<Segment> apart = List.of(
                new Segment.Hole(1),
                new Segment.Hole(2),
                new Segment.Slice(chunk, 5, 10),
                new Segment.Slice(chunk, 15, 1),
                new Segment.Slice(chunk, 17, 1));

        assertThat(write(apart))
                .isEqualTo(new Storage.Few(List.of(
                        new Segment.Hole(3), new Segment.Slice(chunk, 5, 11), new Segment.Slice(chunk, 17, 1))));
    }

    @Test
    void aChunkThatIsTheContentNeedsNoWord() throws IOException {
        assertThat(write(List.of(new Segment.Slice(DIGEST, 0, 10), new Segment.Slice(DIGEST, 10, 90))))
                .isEqualTo(new Storage.Whole());
        assertThat(write(List.of(new Segment.Slice(DIGEST, 1, 10)))).isInstanceOf(Storage.Few.class);
        assertThat(read(new Storage.Whole(), 100)).containsExactly(new Segment.Slice(DIGEST, 0, 100));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aChangedPageChangesAFewSmallNodes(long seed) throws IOException {
        List<Segment> segments = new ArrayList<>(golden(15_000));
        write(segments);
        int before = nodes.count();
        int at = new Random(seed).nextInt(15_000);

        segments.set(at, new Segment.Slice(hash("page"), 0, 16_384));
        write(segments);

        assertThat(nodes.count() - before).as("seed %d", seed).isLessThanOrEqualTo(4);
    }

    @Test
    void aListThatIsShorterOrLongerThanTheContentIsRefused() throws IOException {
        for (int count : new int[] {3, 1000}) {
            List<Segment> segments = golden(count);
            if (write(segments) instanceof Storage.Many many) {
                long length = length(segments);
                assertThatThrownBy(() -> read(many, length - 1)).isInstanceOf(BrokenException.class);
                assertThatThrownBy(() -> read(many, length + 1)).isInstanceOf(BrokenException.class);
                assertThatThrownBy(() -> read(new Storage.Many(many.root(), many.data() - 1), length))
                        .isInstanceOf(BrokenException.class);
            }
        }
    }

    @Test
    void whicheverByteOfANodeIsFlippedReadingErrsOrHasTheLength() throws IOException {
        List<Segment> segments = golden(9);
        Storage storage = write(segments);
        byte[] node = nodes.get(((Storage.Many) storage).root());
        for (int at = 0; at < node.length; at++) {
            for (int bit = 1; bit < 256; bit <<= 1) {
                byte[] flipped = node.clone();
                flipped[at] ^= (byte) bit;
                try {
                    // Without comparing ids, which would find each of them.
                    List<Segment> read = new ArrayList<>();
                    new SegmentReader(id -> flipped).read(storage, length(segments), DIGEST, read::add);
                    assertThat(length(read)).isEqualTo(length(segments));
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(BrokenException.class);
                }
            }
        }
    }

    private Storage write(List<Segment> segments) throws IOException {
        SegmentWriter writer = new SegmentWriter(nodes);
        for (Segment segment : segments) {
            writer.add(segment);
        }
        return writer.finish(DIGEST);
    }

    private List<Segment> read(Storage storage, long size) throws IOException {
        List<Segment> segments = new ArrayList<>();
        new SegmentReader(nodes).read(storage, size, DIGEST, segments::add);
        return segments;
    }

    private static List<Segment> golden(int count) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(
                    i % 50 == 49
                            ? new Segment.Hole(4096L * (i + 1))
                            : new Segment.Slice(hash("chunk " + i), i % 7 * 100, 16_384 + i));
        }
        return segments;
    }

    private static long length(List<Segment> segments) {
        return segments.stream().mapToLong(Segment::length).sum();
    }

    private static Hash hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
