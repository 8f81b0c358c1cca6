package io.flockerj.plugin.storage.btrfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads version 1 of the stream that btrfs sends: fs/btrfs/send.h. A header, then commands, each with a length, a number, a checksum
 * and attributes; all numbers are little-endian. The last command is the end.
 */
final class SendStream {
    private static final byte[] MAGIC = "btrfs-stream\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    /** struct btrfs_cmd_header: length of what follows, command, checksum. */
    private static final int COMMAND_HEADER = 10;

    private static final int CHECKSUM = 6;
    /** BTRFS_SEND_BUF_SIZE_V1, less the header. */
    private static final int LONGEST_COMMAND = 64 * 1024 - COMMAND_HEADER;
    /** struct btrfs_tlv_header: type, length. */
    private static final int ATTRIBUTE_HEADER = 4;

    // enum of attributes, BTRFS_SEND_A_…
    private static final int INODE = 3;
    private static final int SIZE = 4;
    private static final int PATH = 15;
    private static final int PATH_TO = 16;
    private static final int PATH_LINK = 17;
    private static final int FILE_OFFSET = 18;
    private static final int CLONE_LENGTH = 24;

    private final InputStream stream;

    private SendStream(InputStream stream) {
        this.stream = stream;
    }

    /** Is handed the commands. */
    interface Consumer {
        void accept(SendCommand command) throws IOException;
    }

    /** What came is not what such a stream looks like. */
    static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1;

        MalformedException(String what) {
            super("a stream of changes from btrfs cannot be understood: " + what);
        }
    }

    /** Hands over every command up to the end, which is not. Never more than one command is held in memory. */
    static void read(InputStream stream, Consumer consumer) throws IOException {
        SendStream reader = new SendStream(stream);
        reader.header();
        SendCommand command = reader.next();
        while (command.type() != SendCommand.Type.END) {
            consumer.accept(command);
            command = reader.next();
        }
    }

    private void header() throws IOException {
        byte[] header = exactly(MAGIC.length + Integer.BYTES);
        if (!Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new MalformedException("it begins with something else");
        }
        int version = littleEndian(header).getInt(MAGIC.length);
        if (version != VERSION) {
            throw new MalformedException("it is of version " + version + ", not " + VERSION);
        }
    }

    private SendCommand next() throws IOException {
        byte[] header = exactly(COMMAND_HEADER);
        ByteBuffer numbers = littleEndian(header);
        int length = numbers.getInt();
        int number = Short.toUnsignedInt(numbers.getShort());
        int checksum = numbers.getInt();
        if (length < 0 || length > LONGEST_COMMAND) {
            throw new MalformedException("a command of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] attributes = exactly(length);
        if (checksum(header, attributes) != checksum) {
            throw new MalformedException("a checksum is wrong");
        }
        SendCommand.Type type = SendCommand.Type.of(number)
                .orElseThrow(() -> new MalformedException("no command has the number " + number));
        return command(type, littleEndian(attributes));
    }

    private static SendCommand command(SendCommand.Type type, ByteBuffer attributes) throws IOException {
        byte[] path = {};
        byte[] other = {};
        long inode = 0;
        long offset = 0;
        long size = 0;
        while (attributes.hasRemaining()) {
            if (attributes.remaining() < ATTRIBUTE_HEADER) {
                throw new MalformedException("an attribute ends early");
            }
            int attribute = Short.toUnsignedInt(attributes.getShort());
            int length = Short.toUnsignedInt(attributes.getShort());
            if (length > attributes.remaining() || (isNumber(attribute) && length != Long.BYTES)) {
                throw new MalformedException("attribute " + attribute + " has a length of " + length);
            }
            byte[] value = new byte[length];
            attributes.get(value);
            switch (attribute) {
                case PATH -> path = value;
                case PATH_TO, PATH_LINK -> other = value;
                case INODE -> inode = littleEndian(value).getLong();
                case FILE_OFFSET -> offset = littleEndian(value).getLong();
                case SIZE, CLONE_LENGTH -> size = littleEndian(value).getLong();
                default -> {
                    // tells how, not what
                }
            }
        }
        return new SendCommand(type, path, other, inode, offset, size);
    }

    private static boolean isNumber(int attribute) {
        return attribute == INODE || attribute == SIZE || attribute == FILE_OFFSET || attribute == CLONE_LENGTH;
    }

    /**
     * CRC-32C over header and attributes, the checksum itself taken as zero; begun with 0 and not inverted at the end. The JDK's begins
     * with ~0 and inverts: inverting the first four bytes comes to the same as beginning with 0.
     */
    private static int checksum(byte[] header, byte[] attributes) {
        byte[] changed = header.clone();
        Arrays.fill(changed, CHECKSUM, COMMAND_HEADER, (byte) 0);
        for (int i = 0; i < Integer.BYTES; i++) {
            changed[i] = (byte) ~changed[i];
        }
        CRC32C crc = new CRC32C();
        crc.update(changed);
        crc.update(attributes);
        return ~(int) crc.getValue();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = stream.readNBytes(length);
        if (bytes.length < length) {
            throw new MalformedException("it ends early");
        }
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
