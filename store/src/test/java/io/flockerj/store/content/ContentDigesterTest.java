package io.flockerj.store.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDigesterTest {
    private static final int GROUP = 256 * ContentDigester.BLOCK;

    private final ContentDigester digester = new ContentDigester();

    @Test
    void theDigestsAreThoseOfTheFormat() {
        // Taken from an implementation in another language, written after the format.
        assertThat(ofZeros(0)).hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(ofZeros(65_537)).hasToString("ee6ce0f43016e6a2a9bb070dea640589d3290145e32cb515f6c73a8484f53759");
        assertThat(ofZeros(17 * (1 << 20) + 5))
                .hasToString("ae400a12ff4578573dbffc64ab394e16a7b28c9669f06bc6d5ca8a4026932fd1");
    }

    @Test
    void contentOfOneBlockHasItsHashForADigest() {
        byte[] bytes = random(new Random(1), ContentDigester.BLOCK);

        digester.data(bytes, 0, bytes.length);

        assertThat(digester.finish()).isEqualTo(Sha256.of(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void howContentPassesByDoesNotMatter(long seed) {
        Random random = new Random(seed);
        int[] sizes = {GROUP, GROUP - 1, GROUP + 1, 2 * GROUP + ContentDigester.BLOCK};
        int size = random.nextBoolean() ? sizes[random.nextInt(4)] : random.nextInt(3 * GROUP);
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; ) {
            int part = Math.min(size - at, 1 + random.nextInt(random.nextBoolean() ? GROUP : 100_000));
            if (random.nextInt(3) > 0) {
                System.arraycopy(random(random, part), 0, bytes, at, part);
                digester.data(bytes, at, part);
            } else {
                digester.hole(part);
            }
            at += part;
        }

        assertThat(digester.size()).as("seed %d", seed).isEqualTo(size);
        assertThat(digester.finish()).as("seed %d", seed).isEqualTo(plainly(bytes));
    }

    @Test
    void aHoleOfAnySizeCostsNothing() {
        digester.data(new byte[] {1}, 0, 1);
        digester.hole(Long.MAX_VALUE - 1);
        Hash first = digester.finish();
        digester.hole(Long.MAX_VALUE);

        assertThat(digester.finish()).isNotEqualTo(first);
    }

    @Test
    void blocksWhoseHashesAreKnownNeedNotPassBy() {
        byte[] bytes = random(new Random(9), 300 * ContentDigester.BLOCK + 77);
        System.arraycopy(new byte[2 * ContentDigester.BLOCK], 0, bytes, 0, 2 * ContentDigester.BLOCK);
        List<Hash> blocks = new ArrayList<>();
        ContentDigester telling = new ContentDigester(new ContentDigester.Blocks() {
            @Override
            public void block(Hash hash) {
                blocks.add(hash);
            }

            @Override
            public void zeros(long count) {
                for (long i = 0; i < count; i++) {
                    blocks.add(ContentDigester.zeroBlock());
                }
            }
        });
        telling.hole(2 * ContentDigester.BLOCK);
        telling.data(bytes, 2 * ContentDigester.BLOCK, bytes.length - 2 * ContentDigester.BLOCK);
        Hash digest = telling.finish();

        assertThat(blocks).hasSize(301);
        for (int i = 0; i < blocks.size(); i++) {
            int length = Math.min(ContentDigester.BLOCK, bytes.length - i * ContentDigester.BLOCK);
            if (i % 3 == 0) {
                digester.data(bytes, i * ContentDigester.BLOCK, length);
            } else {
                digester.block(blocks.get(i), length);
            }
        }

        assertThat(digester.size()).isEqualTo(bytes.length);
        assertThat(digester.finish()).isEqualTo(digest).isEqualTo(plainly(bytes));
    }

    @Test
    void itBeginsAnewAfterEachDigest() {
        digester.data(new byte[GROUP], 0, GROUP);
        digester.finish();

        assertThat(digester.size()).isZero();
        assertThat(digester.finish()).isEqualTo(Sha256.of(new byte[0]));
    }

    private static Hash ofZeros(int size) {
        ContentDigester digester = new ContentDigester();
        digester.data(new byte[size], 0, size);
        return digester.finish();
    }

    /** As the format says it, level by level. */
    private static Hash plainly(byte[] bytes) {
        List<Hash> level = new ArrayList<>();
        for (int at = 0; at < bytes.length || level.isEmpty(); at += ContentDigester.BLOCK) {
            level.add(new Sha256().hash(bytes, at, Math.min(ContentDigester.BLOCK, bytes.length - at)));
        }
        for (int number = 1; level.size() > 1; number++) {
            List<Hash> above = new ArrayList<>();
            for (int at = 0; at < level.size(); at += 256) {
                Sha256 sha256 = new Sha256();
                sha256.add("flkjBLKS".getBytes(StandardCharsets.US_ASCII), 0, 8);
                sha256.add(new byte[] {(byte) number}, 0, 1);
                level.subList(at, Math.min(at + 256, level.size())).forEach(hash -> sha256.add(hash.bytes(), 0, 32));
                above.add(sha256.finish());
            }
            level = above;
        }
        return level.getFirst();
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
