package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.RawPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reads a stream that {@code btrfs send --no-data -p older newer} of btrfs-progs 6.2 wrote on Linux 6.18, between two snapshots with the
 * changes that the names tell.
 */
class SendStreamTest {
    private static final int HEADER = 17;

    private final byte[] recorded = recorded();

    private static byte[] recorded() {
        try (InputStream stream = Objects.requireNonNull(SendStreamTest.class.getResourceAsStream("changes.stream"))) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> read(byte[] stream) throws IOException {
        List<String> commands = new ArrayList<>();
        SendStream.read(new ByteArrayInputStream(stream), command -> commands.add(text(command)));
        return commands;
    }

    private static String text(SendCommand command) {
        return command.type() + " " + RawPath.display(command.path())
                + (command.other().length > 0 ? " > " + RawPath.display(command.other()) : "")
                + (command.inode() > 0 ? " #" + command.inode() : "");
    }

    private static void assertMalformed(byte[] stream) {
        assertThatExceptionOfType(SendStream.MalformedException.class).isThrownBy(() -> read(stream));
    }

    @Test
    void everyCommandIsReadWithItsPaths() throws IOException {
        assertThat(read(recorded).stream().filter(text -> !text.startsWith("TIMES")))
                .containsExactly(
                        "SNAPSHOT newer",
                        "RENAME directory > o257-7-0",
                        "RENAME o257-7-0/inner > inner",
                        "MAKE_DIRECTORY o263-8-0 #263",
                        "LINK o263-8-0/link > file",
                        "SET_ATTRIBUTE file",
                        "CHANGE_OWNER file",
                        "CHANGE_MODE file",
                        "UNLINK doomed",
                        "LINK inner/moved > o257-7-0/moved",
                        "UNLINK o257-7-0/moved",
                        "REMOVE_DIRECTORY o257-7-0",
                        "UPDATE_EXTENT large",
                        "RENAME o263-8-0 > new",
                        "CHANGE_OWNER new",
                        "CHANGE_MODE new",
                        "MAKE_FILE o264-8-0 #264",
                        "RENAME o264-8-0 > new/file",
                        "UPDATE_EXTENT new/file",
                        "CHANGE_OWNER new/file",
                        "CHANGE_MODE new/file",
                        "SYMLINK o265-8-0 > target #265",
                        "RENAME o265-8-0 > new/symlink",
                        "CHANGE_OWNER new/symlink",
                        "MAKE_FIFO o266-8-0 #266",
                        "RENAME o266-8-0 > new/fifo",
                        "CHANGE_OWNER new/fifo",
                        "CHANGE_MODE new/fifo",
                        "MAKE_NODE o267-8-0 #267",
                        "RENAME o267-8-0 > new/device",
                        "CHANGE_OWNER new/device",
                        "CHANGE_MODE new/device");
    }

    @Test
    void aStreamThatEndsEarlyIsRefusedWhereverItEnds() {
        for (int length = 0; length < recorded.length; length++) {
            assertMalformed(Arrays.copyOf(recorded, length));
        }
    }

    @Test
    void everyChangedByteIsNoticed() {
        for (int i = 0; i < recorded.length; i++) {
            byte[] changed = recorded.clone();
            changed[i] ^= 0x10;
            assertMalformed(changed);
        }
    }

    @Test
    void whatComesAfterTheEndIsNotRead() throws IOException {
        byte[] longer = Arrays.copyOf(recorded, recorded.length + 100);

        assertThat(read(longer)).isEqualTo(read(recorded));
    }

    @ParameterizedTest
    @CsvSource({
        // A command that version 1 does not have, one longer than it may be, one that ends in an attribute, or in its
        // header.
        "23, 0, ''",
        "15, 65536, ''",
        "15, -1, ''",
        "3, 6, 0f 00 04 00 61 62",
        "3, 2, 0f 00",
        "3, 6, 03 00 02 00 01 00",
    })
    void commandsThatCannotBeAreRefused(int number, int length, String attributes) {
        byte[] bytes = new byte[attributes.isEmpty() ? 0 : (attributes.length() + 1) / 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(attributes, 3 * i, 3 * i + 2, 16);
        }
        ByteBuffer stream = ByteBuffer.allocate(HEADER + 10 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        stream.put(recorded, 0, HEADER)
                .putInt(length)
                .putShort((short) number)
                .putInt(0)
                .put(bytes);
        stream.putInt(HEADER + 6, crc(Arrays.copyOfRange(stream.array(), HEADER, stream.capacity())));

        assertThatExceptionOfType(SendStream.MalformedException.class)
                .isThrownBy(() -> read(stream.array()))
                .withMessageNotContaining("checksum");
    }

    /** CRC-32C bit by bit, begun with 0 and not inverted, as the kernel's {@code crc32c(0, …)}. */
    private static int crc(byte[] bytes) {
        int crc = 0;
        for (byte b : bytes) {
            crc ^= Byte.toUnsignedInt(b);
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return crc;
    }
}
