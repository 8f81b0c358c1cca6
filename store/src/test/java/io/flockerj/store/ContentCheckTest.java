package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentCheckTest {
    private static final int BLOCK = ContentDigester.BLOCK;

    private final Map<Hash, byte[]> chunks = new HashMap<>();
    /** Of the chunks that are made when they are asked for. */
    private final Map<Hash, Integer> numbers = new HashMap<>();

    private final List<Hash> asked = new ArrayList<>();
    private final HashMemory memory = new HashMemory(1000);
    private final ContentCheck check = new ContentCheck(this::chunk, memory);

    private Bytes chunk(Hash id) {
        asked.add(id);
        Integer number = numbers.get(id);
        if (number != null) {
            return Bytes.of(block(number));
        }
        return Bytes.of(Objects.requireNonNull(chunks.get(id)));
    }

    @Test
    void anyWayToStoreContentHasItsDigest() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            ContentDigester digester = new ContentDigester();
            List<Segment> segments = segments(random, digester);
            long size = digester.size();
            Hash digest = digester.finish();

            check(segments, digest);
            assertThatThrownBy(() -> check(segments, Sha256.of(new byte[] {1})))
                    .as("seed %d, %d bytes", seed, size)
                    .isInstanceOf(BrokenException.class)
                    .hasMessageContaining("digest");
        }
    }

    private List<Segment> segments(Random random, ContentDigester digester) {
        List<Segment> segments = new ArrayList<>();
        for (int count = 1 + random.nextInt(12); count > 0; count--) {
            if (random.nextInt(4) == 0) {
                long length = 1L + random.nextInt(random.nextBoolean() ? 100 : 40 * BLOCK);
                digester.hole(length);
                segments.add(new Segment.Hole(length));
            } else {
                byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : 4 * BLOCK)];
                random.nextBytes(bytes);
                int offset = random.nextInt(bytes.length);
                int length = 1 + random.nextInt(bytes.length - offset);
                digester.data(bytes, offset, length);
                segments.add(new Segment.Slice(stored(bytes), offset, length));
            }
        }
        return segments;
    }

    @Test
    void ofAnotherVersionOnlyTheBlocksThatChangedAreRead() throws IOException {
        byte[] content = new byte[8 * BLOCK];
        new Random(3).nextBytes(content);
        List<Segment> before = new ArrayList<>();
        for (int at = 0; at < content.length; at += BLOCK) {
            before.add(new Segment.Slice(stored(Arrays.copyOfRange(content, at, at + BLOCK)), 0, BLOCK));
        }
        check(before, digest(content));
        asked.clear();
        content[5 * BLOCK + 10]++;
        List<Segment> after = new ArrayList<>(before);
        Hash page = stored(Arrays.copyOfRange(content, 5 * BLOCK, 5 * BLOCK + 100));
        Hash old = ((Segment.Slice) before.get(5)).chunk();
        after.set(5, new Segment.Slice(page, 0, 100));
        after.add(6, new Segment.Slice(old, 100, BLOCK - 100));

        check(after, digest(content));

        assertThat(asked).containsExactly(page, old);
    }

    @Test
    void aFileThatFitsInWhatIsRememberedIsReadOnce() throws IOException {
        List<Segment> file = blocks(0, 400);
        check(file, digestOf(file));
        asked.clear();

        check(file, digestOf(file));

        assertThat(asked).hasSizeLessThan(10);
    }

    @Test
    void ofFilesThatAreMoreThanCanBeRememberedAsMuchIsNotReadAgain() throws IOException {
        List<Segment> one = blocks(0, 1200);
        List<Segment> other = blocks(1200, 800);
        for (int version = 0; version < 3; version++) {
            asked.clear();
            memory.next();

            check(one, digestOf(one));
            check(other, digestOf(other));

            assertThat(asked).hasSizeBetween(version == 0 ? 2000 : 1000, version == 0 ? 2000 : 1050);
        }
    }

    @Test
    void whatIsNotUsedAnyMoreIsForgottenFirst() throws IOException {
        List<Segment> before = blocks(0, 2000);
        check(before, digestOf(before));
        List<Segment> after = blocks(2000, 400);
        memory.next();
        check(after, digestOf(after));
        asked.clear();
        memory.next();

        check(after, digestOf(after));

        assertThat(asked).hasSizeLessThan(10);
    }

    /** Blocks of their own, each in a chunk. */
    private List<Segment> blocks(int first, int count) {
        List<Segment> blocks = new ArrayList<>();
        for (int number = first; number < first + count; number++) {
            Hash id = Sha256.of(block(number));
            numbers.put(id, number);
            blocks.add(new Segment.Slice(id, 0, BLOCK));
        }
        return blocks;
    }

    private static byte[] block(int number) {
        return ByteBuffer.allocate(BLOCK).putInt(number).array();
    }

    private static Hash digestOf(List<Segment> blocks) {
        ContentDigester digester = new ContentDigester();
        for (Segment each : blocks) {
            digester.block(((Segment.Slice) each).chunk(), BLOCK);
        }
        return digester.finish();
    }

    @Test
    void aChunkThatIsShorterThanItsSliceIsFound() {
        Hash chunk = stored(new byte[10]);

        assertThatThrownBy(() -> check(List.of(new Segment.Slice(chunk, 5, 6)), chunk))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("shorter");
    }

    private Hash stored(byte[] chunk) {
        Hash id = Sha256.of(chunk);
        chunks.put(id, chunk);
        return id;
    }

    private void check(List<Segment> segments, Hash digest) throws IOException {
        ContentCheck.Content content = check.begin();
        for (Segment segment : segments) {
            content.segment(segment);
        }
        content.finish(digest);
    }

    private static Hash digest(byte[] content) {
        ContentDigester digester = new ContentDigester();
        digester.data(content, 0, content.length);
        return digester.finish();
    }
}
