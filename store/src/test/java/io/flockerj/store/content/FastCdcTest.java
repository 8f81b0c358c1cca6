package io.flockerj.store.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastCdcTest {
    private static final int MEGABYTE = 1 << 20;

    @Test
    void theGearsAreThoseOfTheFormat() {
        ByteBuffer table = ByteBuffer.allocate(2048);
        for (long value : Gear.table()) {
            table.putLong(value);
        }

        assertThat(Gear.table()[0]).isEqualTo(0x137bbacfc589b14fL);
        assertThat(Gear.table()[1]).isEqualTo(0x37cab8d6ebdb1e8eL);
        assertThat(Gear.table()[255]).isEqualTo(0x04cf25a2e253e62aL);
        assertThat(Sha256.of(table.array()).hex())
                .isEqualTo("9f2a31220378b95a2852acb2eef01e3ecc927629bd94c7ea82eee92adbfa5e17");
    }

    @Test
    void theCutsAreThoseOfTheFormat() {
        byte[] bytes = new byte[MEGABYTE];
        // Taken from an implementation in another language, written after the format.
        long state = 1;
        for (int i = 0; i < bytes.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            bytes[i] = (byte) (state >>> 56);
        }

        assertThat(lengths(bytes))
                .containsExactly(
                        60239, 82500, 74295, 48221, 66034, 85785, 63537, 66655, 32544, 66250, 72558, 74045, 69825,
                        99749, 86339);
    }

    @Test
    void aShortRunIsOneChunkAndNothingIsNone() {
        byte[] bytes = random(7, FastCdc.LEAST);

        assertThat(FastCdc.cut(bytes, 0, bytes.length)).isEqualTo(FastCdc.LEAST);
        assertThat(FastCdc.cut(bytes, 5, 6)).isEqualTo(1);
        assertThat(FastCdc.cut(bytes, 5, 5)).isZero();
    }

    @Test
    void whatHasNoCutOfItsOwnIsCutAtTheGreatestLength() {
        assertThat(lengths(new byte[2 * FastCdc.GREATEST + 9])).containsExactly(FastCdc.GREATEST, FastCdc.GREATEST, 9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void chunksKeepTheirLimitsAndLieAroundTheMean(long seed) {
        List<Integer> lengths = lengths(random(seed, 32 * MEGABYTE));

        assertThat(lengths.subList(0, lengths.size() - 1))
                .as("seed %d", seed)
                .allSatisfy(length -> assertThat(length).isBetween(FastCdc.LEAST, FastCdc.GREATEST));
        assertThat(32 * MEGABYTE / lengths.size()).as("seed %d", seed).isBetween(60_000, 85_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anInsertionChangesChunksOnlyNearItself(long seed) {
        Random random = new Random(seed);
        byte[] before = random(seed, 8 * MEGABYTE);
        int at = random.nextInt(before.length);
        byte[] after = new byte[before.length + 1];
        System.arraycopy(before, 0, after, 0, at);
        System.arraycopy(before, at, after, at + 1, before.length - at);
        Set<Object> known = new HashSet<>(chunks(before));

        assertThat(chunks(after).stream().filter(chunk -> !known.contains(chunk)))
                .as("seed %d", seed)
                .hasSizeLessThan(8);
    }

    private static List<Integer> lengths(byte[] bytes) {
        List<Integer> lengths = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += lengths.getLast()) {
            lengths.add(FastCdc.cut(bytes, at, bytes.length));
        }
        return lengths;
    }

    private static List<Object> chunks(byte[] bytes) {
        List<Object> chunks = new ArrayList<>();
        int at = 0;
        for (int length : lengths(bytes)) {
            chunks.add(new Sha256().hash(bytes, at, length));
            at += length;
        }
        return chunks;
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
