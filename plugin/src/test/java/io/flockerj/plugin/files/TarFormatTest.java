package io.flockerj.plugin.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarFormatTest {
    private static final int ROUNDS = 500;
    private static final String LIST = "user::rw-,user:1001:rw-,group::r--,group:4294967294:--x,mask::rwx,other::---";
    private static final String LIST_ATTRIBUTE = "02000000" + "01000600ffffffff" + "02000600e9030000"
            + "04000400ffffffff" + "08000100feffffff" + "10000700ffffffff" + "20000000ffffffff";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] random(Random random, int most) {
        byte[] bytes = new byte[1 + random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] randomName(Random random) {
        byte[] name = random(random, random.nextBoolean() ? 20 : 400);
        for (int i = 0; i < name.length; i++) {
            name[i] = name[i] == 0 || name[i] == '/' ? (byte) 'x' : name[i];
        }
        return name;
    }

    private static TarEntry randomEntry(Random random) {
        int size = random.nextInt(3000);
        SparseMap content = random.nextBoolean()
                ? SparseMap.dense(size)
                : new SparseMap(
                        1L << 40,
                        IntStream.range(0, random.nextInt(100))
                                .mapToObj(i -> new SparseMap.Range(i * 5000L, 1 + i))
                                .toList());
        return new TarEntry(
                randomName(random),
                TarFormat.FILE,
                random.nextInt(010000),
                random.nextLong((1L << 32) - 1),
                random.nextInt(5000),
                random.nextLong(-(1L << 40), 1L << 40),
                random.nextBoolean() ? 0 : random.nextInt(1_000_000_000),
                new byte[0],
                0,
                0,
                content,
                Map.of(
                        "user.binary", random(random, 300),
                        "user.a%b=c", new byte[0],
                        "security.capability", random(random, 20)));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        List<TarEntry> entries =
                IntStream.range(0, ROUNDS).mapToObj(i -> randomEntry(random)).toList();
        for (TarEntry entry : entries) {
            writer.begin(entry);
            int length = (int) entry.content().dataLength();
            writer.data(new byte[length], 0, length);
            writer.pad();
        }
        writer.end();
        assertThat(out.size()).isEqualTo((int) writer.written()).isEqualTo(out.size() / 10240 * 10240);
        TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        for (TarEntry entry : entries) {
            assertThat(reader.next().orElseThrow())
                    .as("seed " + seed)
                    .usingRecursiveComparison()
                    .isEqualTo(entry);
        }
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 1, 500000000",
        "-1.5, -2, 500000000",
        "-0.000000001, -1, 999999999",
        "1234567890.1234567899, 1234567890, 123456789",
        "7, 7, 0",
        "7., 7, 0",
        ".5, 0, 500000000"
    })
    void timesHaveAFraction(String text, long seconds, int nanos) throws FilesException {
        PaxRecords records = new PaxRecords();
        records.put("mtime", text);
        assertThat(records.time("mtime")).contains(new PaxRecords.Time(seconds, nanos));
        records.putTime("mtime", seconds, nanos);
        assertThat(records.time("mtime")).contains(new PaxRecords.Time(seconds, nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", ".", "1e9", "1 ", "--1", "9999999999999999999999", "1.1.1"})
    void timeThatIsNoneIsRefused(String text) {
        PaxRecords records = new PaxRecords();
        records.put("mtime", text);
        assertThatThrownBy(() -> records.time("mtime")).isInstanceOf(FilesException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "5 a=b", "99 a=b\n", "0 a=b\n", "-1 a=b\n", "4 ab\n", "7 a=bc\n8 d=efg\nx"})
    void extendedHeaderThatIsDamagedIsRefused(String text) {
        assertThatThrownBy(() -> PaxRecords.parse(bytes(text))).isInstanceOf(FilesException.class);
    }

    @Test
    void lengthOfARecordCountsItsOwnDigits() throws FilesException {
        for (int length = 0; length < 1200; length++) {
            PaxRecords records = new PaxRecords();
            records.put("k", new byte[length]);
            byte[] encoded = records.encode();
            assertThat(new String(encoded, StandardCharsets.ISO_8859_1)).startsWith(encoded.length + " k=");
            assertThat(PaxRecords.parse(encoded).all().get("k")).hasSize(length);
        }
    }

    @Test
    void accessListIsTheSameAsTextAndAsAnAttribute() throws FilesException {
        AccessList list = AccessList.parse(bytes(LIST));
        assertThat(HexFormat.of().formatHex(list.encode())).isEqualTo(LIST_ATTRIBUTE);
        assertThat(AccessList.decode(HexFormat.of().parseHex(LIST_ATTRIBUTE)).toText())
                .isEqualTo(LIST);
    }

    @Test
    void accessListMayBeWrittenInOtherWays() throws FilesException {
        String other = """
                other::---
                mask::rwx # all

                user::rw-
                user:somebody:rw-:1001
                group::r--
                group:4294967294:--x\t#effective:--x
                """;
        assertThat(AccessList.parse(bytes(other)).toText()).isEqualTo(LIST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user:somebody:rw-", "user", "user::rwz", "nobody::rwx", "user::r", "a:b:c:d"})
    void accessListThatMeansNothingHereIsRefused(String text) {
        assertThatThrownBy(() -> AccessList.parse(bytes(text))).isInstanceOf(FilesException.class);
    }

    @Test
    void attributeThatIsNoAccessListIsRefused() {
        for (String hex : List.of("", "02", "03000000", "0200000001", "0200000003000600ffffffff")) {
            assertThatThrownBy(() -> AccessList.decode(HexFormat.of().parseHex(hex)))
                    .isInstanceOf(FilesException.class);
        }
    }
}
