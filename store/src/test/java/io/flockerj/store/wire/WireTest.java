package io.flockerj.store.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private final ByteWriter writer = new ByteWriter();

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "127, 7f",
        "128, 8001",
        "16383, ff7f",
        "16384, 808001",
        "9223372036854775807, ffffffffffffffff7f"
    })
    void aNumberTakesAsFewBytesAsItNeeds(long value, String hex) throws IOException {
        writer.varint(value);

        assertThat(HexFormat.of().formatHex(writer.toArray())).isEqualTo(hex);
        assertThat(ByteWriter.varintLength(value)).isEqualTo(writer.size());
        assertThat(reader().varint()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "ff00", "80808000", "ffffffffffffffffff01", "80", ""})
    void aNumberThatIsWrittenOtherwiseIsRefused(String hex) {
        ByteReader reader = new ByteReader("it", HexFormat.of().parseHex(hex));

        assertThatThrownBy(reader::varint).isInstanceOf(BrokenException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, -64, 64, Integer.MIN_VALUE, -(1L << 62), (1L << 62) - 1})
    void numbersOfEitherSignComeBack(long value) throws IOException {
        writer.signed(value);

        assertThat(reader().signed()).isEqualTo(value);
    }

    @Test
    void everythingComesBackAndIsLittleEndian() throws IOException {
        Hash hash = Sha256.of(new byte[] {1});
        Id id = Id.parse("00112233445566778899aabbccddeeff");
        writer.u8(0xfe).u16(0xfedc).u32(0xfedcba98).u64(0xfedcba9876543210L);
        writer.hash(hash).id(id).text("grün").bytes(Bytes.utf8("x"));

        assertThat(HexFormat.of().formatHex(writer.toArray()))
                .startsWith("fe" + "dcfe" + "98badcfe" + "1032547698badcfe");
        ByteReader reader = reader();
        assertThat(reader.u8()).isEqualTo(0xfe);
        assertThat(reader.u16()).isEqualTo(0xfedc);
        assertThat(reader.u32()).isEqualTo(0xfedcba98L);
        assertThat(reader.u64()).isEqualTo(0xfedcba9876543210L);
        assertThat(reader.hash()).isEqualTo(hash);
        assertThat(reader.id()).isEqualTo(id);
        assertThat(reader.text("the text", 10)).isEqualTo("grün");
        assertThat(reader.bytes("the bytes", 1)).isEqualTo(Bytes.utf8("x"));
        reader.end();
    }

    @Test
    void whereverTheBufferGrowsNothingIsLost() throws IOException {
        for (int i = 0; i < 5000; i++) {
            writer.u8(i).u16(i).u32(i).u64(i).varint(i).signed(-i);
        }
        ByteReader reader = reader();
        for (int i = 0; i < 5000; i++) {
            assertThat(reader.u8()).isEqualTo(i & 0xff);
            assertThat(reader.u16()).isEqualTo(i);
            assertThat(reader.u32()).isEqualTo(i);
            assertThat(reader.u64()).isEqualTo(i);
            assertThat(reader.varint()).isEqualTo(i);
            assertThat(reader.signed()).isEqualTo(-i);
        }
        ByteWriter bytes = new ByteWriter();
        for (int i = 0; i < 1000; i++) {
            bytes.u8(i);
        }
        assertThat(bytes.size()).isEqualTo(1000);
    }

    @Test
    void aLengthBeyondWhatIsThereTakesNoMemory() {
        writer.varint(Integer.MAX_VALUE);

        assertThatThrownBy(() -> reader().bytes("the name", Integer.MAX_VALUE))
                .isInstanceOf(BrokenException.class)
                .hasMessage("it is broken: it ends too early");
        assertThatThrownBy(() -> reader().bytes("the name", 255))
                .hasMessage("it is broken: the length of the name is 2147483647, beyond the limit of 255");
    }

    @Test
    void whatIsNotUtf8IsNoText() {
        writer.bytes(new byte[] {(byte) 0xc3});

        assertThatThrownBy(() -> reader().text("the author", 10)).hasMessage("it is broken: the author is not UTF-8");
    }

    @Test
    void whatIsLeftOverIsNoticed() {
        writer.u8(1);

        assertThatThrownBy(() -> reader().end()).isInstanceOf(BrokenException.class);
    }

    @Test
    void hashesAndIdsOrderAsTheirBytesDo() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            byte[] one = new byte[32];
            byte[] other = new byte[32];
            random.nextBytes(one);
            random.nextBytes(other);
            System.arraycopy(one, 0, other, 0, random.nextInt(32));

            int order = Integer.signum(Bytes.of(one).compareTo(Bytes.of(other)));

            assertThat(Integer.signum(Hash.at(one, 0).compareTo(Hash.at(other, 0))))
                    .isEqualTo(order);
            int ofIds = Integer.signum(Bytes.of(one, 0, 16).compareTo(Bytes.of(other, 0, 16)));
            assertThat(Integer.signum(Id.at(one, 0).compareTo(Id.at(other, 0)))).isEqualTo(ofIds);
        }
    }

    @Test
    void hashesAndIdsAreReadFromHexadecimalDigitsOnly() {
        Hash hash = Sha256.of(new byte[0]);

        assertThat(Hash.parse(hash.hex())).isEqualTo(hash);
        assertThat(hash.abbreviated()).isEqualTo("e3b0c44298fc");
        assertThat(Hash.isValid(hash.hex().toUpperCase(Locale.ROOT))).isFalse();
        assertThat(Id.isValid("../" + "0".repeat(29))).isFalse();
        assertThatThrownBy(() -> Id.parse("0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Hash.parse("0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsAreAsRandomAsTheirSource() {
        assertThat(Id.source(new Random(1)).get())
                .isEqualTo(Id.source(new Random(1)).get());
        assertThat(Id.source(new Random(1)).get().abbreviated()).hasSize(12);
    }

    private ByteReader reader() {
        return new ByteReader("it", writer.toArray());
    }
}
