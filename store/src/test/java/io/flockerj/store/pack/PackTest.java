package io.flockerj.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackTest {
    private static final Hash NAME = Sha256.of(new byte[0]);
    private static final String GOLDEN_NAME = "1814d48ddb8adecaa118b44018bf5f2cfc3f9653dafd8b7d07e463ebb38d39c5";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void chunksComeBackByTheFooterAndWithoutIt(long seed) throws IOException {
        Random random = new Random(seed);
        Map<Hash, Bytes> chunks = new LinkedHashMap<>();
        for (int i = 0; i < 400; i++) {
            byte[] chunk = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 256 * 1024 : 3000)];
            if (random.nextBoolean()) {
                random.nextBytes(chunk);
            } else {
                Arrays.fill(chunk, (byte) random.nextInt());
            }
            chunks.put(Sha256.of(chunk), Bytes.of(chunk));
        }
        Pack pack = pack(chunks);
        byte[] bytes = TestingPack.bytes(pack);

        assertThat(pack.info().name()).as("seed %d", seed).isEqualTo(Sha256.of(bytes));
        assertThat(pack.info().size()).isEqualTo(bytes.length);
        assertHolds(bytes, pack.table(), chunks);
        try (PackReader reader = reader(bytes);
                PackScanner scanner = new PackScanner(source(bytes))) {
            assertHolds(bytes, reader.end(pack.info()).table(), chunks);
            assertHolds(bytes, reader.end(NAME, bytes.length).table(), chunks);
            PackScanner.Found found = scanner.scan(NAME, bytes.length);
            assertThat(found.lost()).isZero();
            assertHolds(bytes, found.table(), chunks);
        }
    }

    @Test
    void aPackOfAnotherProgramIsRead() throws IOException {
        // Written by a program in another language, after the format, with another version of zstd.
        byte[] golden;
        try (InputStream in = Objects.requireNonNull(PackTest.class.getResourceAsStream("golden.pack"))) {
            golden = in.readAllBytes();
        }
        assertThat(Sha256.of(golden)).hasToString(GOLDEN_NAME);

        try (PackReader reader = reader(golden)) {
            PackTable table = reader.end(NAME, golden.length).table();

            assertThat(table.frames()).isEqualTo(3);
            assertThat(table.chunks()).isEqualTo(6);
            assertThat(table.kind(2)).isEqualTo(FrameKind.NODES);
            assertThat(reader.chunk(table.chunk(3), table.place(NAME, 3)))
                    .isEqualTo(Bytes.utf8("one line of text, again and again\n".repeat(40)));
            assertThat(reader.chunk(table.chunk(5), table.place(NAME, 5))).isEqualTo(Bytes.utf8("a node"));
            assertThat(TestingPack.bytes(sameAs(golden, table, reader))).isEqualTo(golden);
        }
    }

    @Test
    void aFrameThatUnpacksToSomethingElseIsNeverHandedOut() throws IOException {
        byte[] chunk = new byte[5000];
        for (int wrong : new int[] {0, chunk.length - 1}) {
            try (FrameBuilder builder = new FrameBuilder(FrameKind.DATA, right -> (plain, from, length, target, at) -> {
                byte[] other = Arrays.copyOfRange(plain, from, from + length);
                other[length - chunk.length + wrong] ^= 1;
                return right.pack(other, 0, length, target, at);
            })) {
                builder.add(Sha256.of(chunk), chunk, 0, chunk.length);

                assertThatThrownBy(builder::finish)
                        .isInstanceOf(BrokenException.class)
                        .hasMessageContaining("unpacks to something else");
            }
        }
    }

    @Test
    void aFooterThatIsTooLongToBeHeldIsNotRead() {
        int length = PackInfo.MOST_OF_FOOTER + 1;
        PackInfo tooLong = new PackInfo(NAME, 3L * length, length, NAME);
        try (PackReader reader = new PackReader((name, from, bytes) -> {
            throw new AssertionError("nothing is to be read");
        })) {
            assertThatThrownBy(() -> reader.end(tooLong))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("footers of more than 16777216 bytes");
        }
    }

    @Test
    void framesThatAreReadByTurnsAreReadOnce() throws IOException {
        Map<Hash, Bytes> chunks = fewChunks();
        Pack pack = pack(chunks);
        byte[] bytes = TestingPack.bytes(pack);
        List<Long> read = new ArrayList<>();
        PackSource counting = (name, from, length) -> {
            read.add(from);
            return source(bytes).read(name, from, length);
        };
        try (PackReader reader = new PackReader(counting)) {
            PackTable table = reader.end(pack.info()).table();
            read.clear();
            for (int round = 0; round < 3; round++) {
                for (int chunk = 0; chunk < table.chunks(); chunk++) {
                    Hash id = table.chunk(chunk);
                    assertThat(reader.chunk(id, table.place(NAME, chunk))).isEqualTo(chunks.get(id));
                }
            }
            assertThat(table.frames()).isBetween(2, 4);
            assertThat(read).hasSize(table.frames()).doesNotHaveDuplicates();
        }
    }

    @Test
    void whicheverByteIsFlippedWhatIsReadIsRight() throws IOException {
        Map<Hash, Bytes> chunks = fewChunks();
        Pack pack = pack(chunks);
        byte[] bytes = TestingPack.bytes(pack);
        int right = 0;
        int refused = 0;
        for (int at = 0; at < bytes.length; at++) {
            for (int bit : new int[] {1, 0x80}) {
                bytes[at] ^= (byte) bit;
                for (Map.Entry<Hash, Bytes> chunk : chunks.entrySet()) {
                    int outcome = readAnyhow(bytes, pack.info(), chunk.getKey(), chunk.getValue());
                    right += outcome;
                    refused += 1 - outcome;
                }
                assertScanIsRight(bytes, chunks);
                bytes[at] ^= (byte) bit;
            }
        }
        assertThat(right).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void whereverItIsCutShortWhatIsReadIsRight() throws IOException {
        Map<Hash, Bytes> chunks = fewChunks();
        Pack pack = pack(chunks);
        byte[] bytes = TestingPack.bytes(pack);
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            for (Map.Entry<Hash, Bytes> chunk : chunks.entrySet()) {
                readAnyhow(shorter, pack.info(), chunk.getKey(), chunk.getValue());
            }
            assertScanIsRight(shorter, chunks);
            assertThatThrownBy(() -> reader(shorter).end(NAME, shorter.length)).isInstanceOf(BrokenException.class);
        }
    }

    @Test
    void aBrokenFrameHidesNoneOfTheOthers() throws IOException {
        Map<Hash, Bytes> chunks = fewChunks();
        Pack pack = pack(chunks);
        byte[] bytes = TestingPack.bytes(pack);
        int second = (int) pack.table().frameStart(1);
        bytes[second + 9]++;
        Arrays.fill(bytes, (int) (pack.info().size() - pack.info().footerLength()), bytes.length, (byte) 0);

        try (PackScanner scanner = new PackScanner(source(bytes))) {
            PackScanner.Found found = scanner.scan(NAME, bytes.length);

            assertThat(found.table().frames()).isEqualTo(pack.table().frames() - 1);
            assertThat(found.lost()).isEqualTo(pack.table().frameLength(1));
        }
    }

    @Test
    void aFooterOtherThanTheCommittedOneIsRefused() throws IOException {
        Pack pack = pack(fewChunks());
        PackInfo other =
                new PackInfo(pack.info().name(), pack.info().size(), pack.info().footerLength(), NAME);

        assertThatThrownBy(() -> reader(TestingPack.bytes(pack)).end(other))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("not the one that was committed");
    }

    @Test
    void aChunkThatIsNotWhatItsIdSaysIsRefused() throws IOException {
        Pack pack = pack(fewChunks());

        try (PackReader reader = reader(TestingPack.bytes(pack))) {
            ChunkPlace place = pack.table().place(NAME, 1);
            assertThatThrownBy(() -> reader.chunk(pack.table().chunk(0), place))
                    .isInstanceOf(BrokenException.class)
                    .hasMessageContaining("holds something else in its place");
            ChunkPlace beyond = new ChunkPlace(NAME, place.frameStart(), place.frameLength(), 1, 1 << 30, place.kind());
            assertThatThrownBy(() -> reader.chunk(pack.table().chunk(1), beyond))
                    .isInstanceOf(BrokenException.class);
        }
    }

    @Test
    void aFrameTakesNoMoreThanItsLimits() throws IOException {
        try (FrameBuilder frame = new FrameBuilder(FrameKind.DATA)) {
            byte[] bytes = new byte[256 * 1024];
            frame.add(NAME, bytes, 0, bytes.length);
            frame.add(NAME, bytes, 0, bytes.length);
            assertThat(frame.hasRoom(1)).isFalse();
            assertThatThrownBy(() -> frame.add(NAME, bytes, 0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(frame.finish().plain()).isEqualTo(512 * 1024 + 7);

            for (int i = 0; i < 4096; i++) {
                assertThat(frame.hasRoom(100)).isTrue();
                frame.add(NAME, bytes, 0, 100);
            }
            assertThat(frame.hasRoom(1)).isFalse();
            assertThat(frame.finish().chunks()).hasSize(4096);
            assertThat(frame.isEmpty()).isTrue();
        }
    }

    private static Map<Hash, Bytes> fewChunks() {
        Map<Hash, Bytes> chunks = new LinkedHashMap<>();
        byte[] random = new byte[150];
        new Random(9).nextBytes(random);
        for (byte[] chunk :
                new byte[][] {random, new byte[300], {1}, "text text text text text".getBytes(StandardCharsets.US_ASCII)
                }) {
            chunks.put(Sha256.of(chunk), Bytes.of(chunk));
        }
        return chunks;
    }

    // Frames of one or two chunks where there are few, larger ones where there are many.
    private static Pack pack(Map<Hash, Bytes> chunks) throws IOException {
        PackBuilder pack = new PackBuilder();
        int perFrame = 1 + chunks.size() / 10;
        try (FrameBuilder frame = new FrameBuilder(FrameKind.DATA)) {
            int inFrame = 0;
            for (Map.Entry<Hash, Bytes> chunk : chunks.entrySet()) {
                byte[] bytes = chunk.getValue().toArray();
                if (inFrame == perFrame || !frame.hasRoom(bytes.length)) {
                    pack.add(frame.finish());
                    inFrame = 0;
                }
                frame.add(chunk.getKey(), bytes, 0, bytes.length);
                inFrame++;
            }
            pack.add(frame.finish());
        }
        return pack.finish();
    }

    // The golden pack has frames that zstd made shorter, in whatever way; so only those that it did not are compared.
    private static Pack sameAs(byte[] golden, PackTable table, PackReader reader) throws IOException {
        PackBuilder pack = new PackBuilder();
        for (int number = 0; number < table.frames(); number++) {
            try (FrameBuilder frame = new FrameBuilder(table.kind(number))) {
                for (int chunk = table.firstChunk(number); chunk < table.firstChunk(number + 1); chunk++) {
                    byte[] bytes = reader.chunk(table.chunk(chunk), table.place(NAME, chunk))
                            .toArray();
                    frame.add(table.chunk(chunk), bytes, 0, bytes.length);
                }
                Frame made = frame.finish();
                int start = (int) table.frameStart(number);
                byte[] theirs = Arrays.copyOfRange(golden, start, start + table.frameLength(number));
                pack.add(new Frame(theirs, made.plain(), made.kind(), made.chunks(), made.lengths()));
                if (theirs.length == FrameHeader.LENGTH + made.plain()) {
                    assertThat(made.bytes()).isEqualTo(theirs);
                }
            }
        }
        return pack.finish();
    }

    private static int readAnyhow(byte[] bytes, PackInfo info, Hash id, Bytes expected) {
        try (PackReader reader = reader(bytes)) {
            PackTable table = reader.end(info).table();
            for (int chunk = 0; chunk < table.chunks(); chunk++) {
                if (table.chunk(chunk).equals(id)) {
                    assertThat(reader.chunk(id, table.place(NAME, chunk))).isEqualTo(expected);
                    return 1;
                }
            }
            throw new AssertionError("the chunk is gone, and nothing said so");
        } catch (IOException e) {
            return 0;
        }
    }

    private static void assertScanIsRight(byte[] bytes, Map<Hash, Bytes> chunks) throws IOException {
        try (PackScanner scanner = new PackScanner(source(bytes));
                PackReader reader = reader(bytes)) {
            PackTable table;
            try {
                table = scanner.scan(NAME, bytes.length).table();
            } catch (UnsupportedException e) {
                return;
            }
            for (int chunk = 0; chunk < table.chunks(); chunk++) {
                Hash id = table.chunk(chunk);
                assertThat(reader.chunk(id, table.place(NAME, chunk))).isEqualTo(chunks.get(id));
            }
        }
    }

    private static void assertHolds(byte[] bytes, PackTable table, Map<Hash, Bytes> chunks) throws IOException {
        Map<Hash, Bytes> found = new LinkedHashMap<>();
        try (PackReader reader = reader(bytes)) {
            for (int chunk = 0; chunk < table.chunks(); chunk++) {
                assertThat(table.chunkLength(chunk))
                        .isEqualTo(table.place(NAME, chunk).length());
                found.put(table.chunk(chunk), reader.chunk(table.chunk(chunk), table.place(NAME, chunk)));
            }
        }
        assertThat(found).containsExactlyEntriesOf(chunks);
    }

    private static PackReader reader(byte[] bytes) {
        return new PackReader(source(bytes));
    }

    private static PackSource source(byte[] bytes) {
        return (pack, from, length) -> from < 0 || from > bytes.length
                ? new byte[0]
                : Arrays.copyOfRange(bytes, (int) from, (int) Math.min(bytes.length, from + length));
    }
}
