package io.flockerj.hub.catalogue;

import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Writes a tar archive in POSIX's pax format (POSIX.1-2017, pax, "pax Interchange Format"), with GNU tar's records for holes (sparse format
 * 1.0) and extended attributes. What a plain header cannot hold goes into extended headers, so that an archive of plain files is read by
 * anything.
 */
final class TarStream {
    private static final int BLOCK = 512;
    /** GNU tar's own: readers of tapes want whole records. */
    private static final int RECORD = 20 * BLOCK;

    // Where fields begin in a header, and how long they are.
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int MODE = 100;
    private static final int OWNER = 108;
    private static final int GROUP = 116;
    private static final int SHORT = 8;
    private static final int SIZE = 124;
    private static final int MODIFIED = 136;
    private static final int LONG = 12;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int MAJOR = 329;
    private static final int MINOR = 337;

    private static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    private static final Bytes HEADER_NAME = Bytes.utf8("./PaxHeaders/x");
    private static final Bytes SPARSE_NAME = Bytes.utf8("./GNUSparseFile.0/x");
    private static final int HEADER_MODE = 0644;
    private static final int DIGIT_BITS = 3;

    private final OutputStream out;
    private long written;

    TarStream(OutputStream out) {
        this.out = out;
    }

    /** A part of a file that is no hole. */
    record Range(long offset, long length) {
        long end() {
            return offset + length;
        }
    }

    /** What a header says beside metadata. */
    private record Head(char type, Bytes link, long size, long major, long minor) {
        static Head of(char type) {
            return new Head(type, Bytes.EMPTY, 0, 0, 0);
        }
    }

    /** Its data have to follow by {@link #data}, then {@link #pad}. */
    void file(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes, long size) throws IOException {
        begin(name, metadata, attributes, new Head('0', Bytes.EMPTY, size, 0, 0), new Records());
    }

    /** As {@link #file}; the data of its parts have to follow. */
    void sparseFile(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes, long size, List<Range> ranges)
            throws IOException {
        Records records = new Records();
        records.put("GNU.sparse.major", "1");
        records.put("GNU.sparse.minor", "0");
        records.put("GNU.sparse.name", name.toArray());
        records.put("GNU.sparse.realsize", Long.toString(size));
        byte[] map = map(size, ranges);
        long data = ranges.stream().mapToLong(Range::length).sum();
        begin(SPARSE_NAME, metadata, attributes, new Head('0', Bytes.EMPTY, map.length + data, 0, 0), records);
        write(map, 0, map.length);
    }

    private static byte[] map(long size, List<Range> ranges) {
        StringBuilder text = new StringBuilder();
        boolean endsInHole = ranges.isEmpty() || ranges.getLast().end() < size;
        text.append(ranges.size() + (endsInHole ? 1 : 0)).append('\n');
        ranges.forEach(range ->
                text.append(range.offset()).append('\n').append(range.length()).append('\n'));
        if (endsInHole) {
            text.append(size).append("\n0\n");
        }
        byte[] lines = text.toString().getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(lines, lines.length + padding(lines.length));
    }

    void link(Bytes name, Metadata metadata, Bytes first) throws IOException {
        begin(name, metadata, new TreeMap<>(), new Head('1', first, 0, 0, 0), new Records());
    }

    void symbolicLink(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes, Bytes target)
            throws IOException {
        begin(name, metadata, attributes, new Head('2', target, 0, 0, 0), new Records());
    }

    void directory(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes) throws IOException {
        byte[] slashed = Arrays.copyOf(name.toArray(), name.length() + 1);
        slashed[name.length()] = '/';
        begin(Bytes.of(slashed), metadata, attributes, Head.of('5'), new Records());
    }

    void fifo(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes) throws IOException {
        begin(name, metadata, attributes, Head.of('6'), new Records());
    }

    void device(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes, Item.Device device)
            throws IOException {
        char type = device.block() ? '4' : '3';
        begin(
                name,
                metadata,
                attributes,
                new Head(type, Bytes.EMPTY, 0, device.major(), device.minor()),
                new Records());
    }

    private void begin(Bytes name, Metadata metadata, NavigableMap<Bytes, Bytes> attributes, Head head, Records records)
            throws IOException {
        if (!fits(name)) {
            records.put("path", name.toArray());
        }
        if (!fits(head.link())) {
            records.put("linkpath", head.link().toArray());
        }
        putNumber(records, "uid", metadata.owner(), SHORT);
        putNumber(records, "gid", metadata.group(), SHORT);
        putNumber(records, "size", head.size(), LONG);
        if (metadata.nanos() != 0 || !fits(metadata.seconds(), LONG)) {
            records.put("mtime", time(metadata.seconds(), metadata.nanos()));
        }
        attributes.forEach((key, value) -> records.put("SCHILY.xattr." + keyword(key), value.toArray()));
        if (!records.isEmpty()) {
            byte[] encoded = records.encode();
            Head extended = new Head('x', Bytes.EMPTY, encoded.length, 0, 0);
            write(header(HEADER_NAME, HEADER_MODE, metadata, extended), 0, BLOCK);
            write(encoded, 0, encoded.length);
            pad();
        }
        write(header(name, metadata.mode(), metadata, head), 0, BLOCK);
    }

    /** As GNU tar escapes what ends a keyword. */
    private static String keyword(Bytes attribute) {
        return new String(attribute.toArray(), StandardCharsets.ISO_8859_1)
                .replace("%", "%25")
                .replace("=", "%3D");
    }

    private static String time(long seconds, int nanos) {
        return BigDecimal.valueOf(seconds)
                .add(BigDecimal.valueOf(nanos, 9))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Takes the data of a file. */
    OutputStream data() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                TarStream.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                TarStream.this.write(bytes, offset, length);
            }
        };
    }

    /** Fills the last block of data. */
    void pad() throws IOException {
        write(new byte[BLOCK], 0, padding(written));
    }

    /** Ends the archive. */
    void end() throws IOException {
        write(new byte[2 * BLOCK], 0, 2 * BLOCK);
        int rest = (int) ((RECORD - written % RECORD) % RECORD);
        write(new byte[rest], 0, rest);
        out.flush();
    }

    private void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        written += length;
    }

    private static int padding(long length) {
        return (int) ((BLOCK - length % BLOCK) % BLOCK);
    }

    /** Whether every reader takes it for what it is: in a plain header, bytes beyond ASCII have no meaning of their own. */
    private static boolean fits(Bytes name) {
        boolean isAscii = true;
        for (int i = 0; i < name.length(); i++) {
            isAscii &= name.at(i) > 0;
        }
        return name.length() <= NAME_LENGTH && isAscii;
    }

    private static boolean fits(long number, int length) {
        return number >= 0 && number < 1L << (DIGIT_BITS * (length - 1));
    }

    private static void putNumber(Records records, String keyword, long number, int length) {
        if (!fits(number, length)) {
            records.put(keyword, Long.toString(number));
        }
    }

    private static byte[] header(Bytes name, int mode, Metadata metadata, Head head) {
        byte[] block = new byte[BLOCK];
        text(block, NAME, name);
        number(block, MODE, SHORT, mode);
        number(block, OWNER, SHORT, metadata.owner());
        number(block, GROUP, SHORT, metadata.group());
        number(block, SIZE, LONG, head.size());
        number(block, MODIFIED, LONG, metadata.seconds());
        block[TYPE] = (byte) head.type();
        text(block, LINK, head.link());
        System.arraycopy(USTAR, 0, block, MAGIC, USTAR.length);
        number(block, MAJOR, SHORT, head.major());
        number(block, MINOR, SHORT, head.minor());
        Arrays.fill(block, CHECKSUM, CHECKSUM + SHORT, (byte) ' ');
        int sum = 0;
        for (byte each : block) {
            sum += Byte.toUnsignedInt(each);
        }
        number(block, CHECKSUM, SHORT - 1, sum);
        return block;
    }

    /** As much of it as there is room for; all of it stands in an extended header then. */
    private static void text(byte[] block, int at, Bytes text) {
        System.arraycopy(text.toArray(), 0, block, at, Math.min(text.length(), NAME_LENGTH));
    }

    /** In octal digits and a zero byte; what does not fit stands in an extended header. */
    private static void number(byte[] block, int at, int length, long number) {
        long rest = fits(number, length) ? number : 0;
        for (int i = length - 2; i >= 0; i--) {
            block[at + i] = (byte) ('0' + (rest & ((1 << DIGIT_BITS) - 1)));
            rest >>>= DIGIT_BITS;
        }
        block[at + length - 1] = 0;
    }

    /** The records of an extended header. Keywords are bytes, and stand here as the characters of ISO 8859-1. */
    private static final class Records {
        private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        private boolean isText = true;

        boolean isEmpty() {
            return encoded.size() == 0;
        }

        void put(String keyword, String value) {
            put(keyword, value.getBytes(StandardCharsets.US_ASCII));
        }

        void put(String keyword, byte[] value) {
            append(encoded, keyword, value);
            isText &= !keyword.endsWith("path") || isText(value);
        }

        /** What is not text in UTF-8 among the paths is announced, as POSIX asks. */
        byte[] encode() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            if (!isText) {
                append(all, "hdrcharset", "BINARY".getBytes(StandardCharsets.US_ASCII));
            }
            all.writeBytes(encoded.toByteArray());
            return all.toByteArray();
        }

        private static void append(ByteArrayOutputStream to, String keyword, byte[] value) {
            int rest = keyword.length() + value.length + 3; // a blank, an equals sign, a line feed
            int length = rest + Integer.toString(rest).length();
            if (rest + Integer.toString(length).length() > length) {
                length++;
            }
            to.writeBytes((length + " " + keyword + "=").getBytes(StandardCharsets.ISO_8859_1));
            to.writeBytes(value);
            to.write('\n');
        }

        private static boolean isText(byte[] value) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
                return true;
            } catch (CharacterCodingException _) {
                return false;
            }
        }
    }
}
