package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "512B, 512",
        "512 b, 512",
        "1k, 1024",
        "1K, 1024",
        "1KB, 1024",
        "1KiB, 1024",
        "10M, 10485760",
        "10 MB, 10485760",
        "1.5G, 1610612736",
        "1.000000001K, 1024",
        "' 2T ', 2199023255552",
        "8191P, 9222246136947933184",
        "007K, 7168"
    })
    void sizesAreReadInUnitsOf1024(String text, long bytes) {
        assertThat(ByteSize.parse(text)).contains(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "G",
                "-1",
                "-1G",
                "+1G",
                "1E",
                "1.G",
                ".5G",
                "1,5G",
                "1.5",
                "1.5B",
                "10BB",
                "10IB",
                "10GBB",
                "1 G B",
                "1  G",
                "0x10",
                "1e3",
                "1G1",
                "٣G",
                "9223372036854775808",
                "8192P",
                "99999999999999999999",
                "NaN",
                "1G\n2"
            })
    void whatIsNoSizeIsNotRead(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B, 0B",
        "1023, 1023B, 1023B",
        "1024, 1K, 1K",
        "1536, 1.5K, 1536B",
        "1048575, 1.0M, 1048575B",
        "1610612736, 1.5G, 1536M",
        "10737418240, 10G, 10G",
        "9223372036854775807, 8192.0P, 9223372036854775807B"
    })
    void sizesAreShownShortOrExactly(long bytes, String shown, String exact) {
        assertThat(new ByteSize(bytes)).hasToString(shown);
        assertThat(new ByteSize(bytes).exact()).isEqualTo(exact);
    }

    @Test
    void whatIsWrittenExactlyIsReadBack() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            // At most 18 digits, as the text may have.
            ByteSize size =
                    new ByteSize(Math.min(random.nextLong() >>> random.nextInt(1, 64), 999_999_999_999_999_999L));
            assertThat(ByteSize.parse(size.exact()))
                    .as("seed %d: %s", seed, size)
                    .contains(size);
        }
    }

    @Test
    void sizesAreOrderedAndNeverNegative() {
        assertThat(ByteSize.ofMebibytes(1024)).isEqualByComparingTo(ByteSize.ofGibibytes(1));
        assertThat(ByteSize.ofMebibytes(1)).isLessThan(ByteSize.ofGibibytes(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteSize(-1));
    }
}
