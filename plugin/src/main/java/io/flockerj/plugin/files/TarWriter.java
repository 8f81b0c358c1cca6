package io.flockerj.plugin.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a tar archive in POSIX's pax format. What the fields of a plain header cannot hold goes into extended headers, so that
 * an archive of plain files is read by anything.
 */
final class TarWriter {
    private static final byte[] HEADER_NAME = "./PaxHeaders/x".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SPARSE_NAME = "./GNUSparseFile.0/x".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MAGIC = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final int HEADER_MODE = 0644;
    private static final int DIGIT_BITS = 3;
    /** GNU tar's own: readers of tapes want whole records. */
    private static final int RECORD = 20 * TarFormat.BLOCK;

    private final OutputStream out;
    private long written;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** How many bytes have been written. */
    long written() {
        return written;
    }

    /**
     * Writes what is said of an entry. If it is a file with data, these have to follow by {@link #data}, then {@link #pad}.
     */
    void begin(TarEntry entry) throws IOException {
        PaxRecords records = new PaxRecords();
        byte[] map = entry.content().hasHoles() ? entry.content().encode() : NOTHING;
        long size = map.length + entry.content().dataLength();
        byte[] name = entry.name();
        if (map.length > 0) {
            records.put("GNU.sparse.major", 1);
            records.put("GNU.sparse.minor", 0);
            records.put("GNU.sparse.name", name);
            records.put("GNU.sparse.realsize", entry.content().size());
            name = SPARSE_NAME;
        } else if (!fits(name, TarFormat.NAME_LENGTH)) {
            records.put("path", name);
        }
        if (!fits(entry.link(), TarFormat.NAME_LENGTH)) {
            records.put("linkpath", entry.link());
        }
        putNumber(records, "uid", entry.uid(), TarFormat.ID_LENGTH);
        putNumber(records, "gid", entry.gid(), TarFormat.ID_LENGTH);
        putNumber(records, "size", size, TarFormat.LONG_LENGTH);
        if (entry.modifiedNanos() != 0 || !fits(entry.modified(), TarFormat.LONG_LENGTH)) {
            records.putTime("mtime", entry.modified(), entry.modifiedNanos());
        }
        putAttributes(records, entry);
        if (!records.isEmpty()) {
            byte[] encoded = records.encode();
            write(header(entry, HEADER_NAME, TarFormat.PAX, HEADER_MODE, encoded.length, NOTHING));
            data(encoded, 0, encoded.length);
            pad();
        }
        write(header(entry, name, entry.type(), entry.mode(), size, entry.link()));
        write(map);
    }

    private static void putAttributes(PaxRecords records, TarEntry entry) throws IOException {
        for (var attribute : entry.attributes().entrySet()) {
            String name = attribute.getKey();
            if (name.equals(AccessList.ACCESS)) {
                records.put(
                        TarFormat.ACL_ACCESS,
                        AccessList.decode(attribute.getValue()).toText());
            } else if (name.equals(AccessList.DEFAULT)) {
                records.put(
                        TarFormat.ACL_DEFAULT,
                        AccessList.decode(attribute.getValue()).toText());
            }
            // As GNU tar escapes what ends a keyword.
            String escaped = name.replace("%", "%25").replace("=", "%3D");
            records.put(TarFormat.XATTR + escaped, attribute.getValue());
        }
    }

    /** Writes a part of a file's data. */
    void data(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        written += length;
    }

    /** Fills the last block of data. */
    void pad() throws IOException {
        write(new byte[TarFormat.padding(written)]);
    }

    /** Ends the archive. */
    void end() throws IOException {
        write(new byte[2 * TarFormat.BLOCK]);
        write(new byte[(int) ((RECORD - written % RECORD) % RECORD)]);
        out.flush();
    }

    private void write(byte[] bytes) throws IOException {
        data(bytes, 0, bytes.length);
    }

    /** Whether every reader takes it for what it is: in the header, bytes beyond ASCII have no meaning of their own. */
    private static boolean fits(byte[] name, int length) {
        boolean ascii = true;
        for (byte b : name) {
            ascii &= b > 0;
        }
        return name.length <= length && ascii;
    }

    private static boolean fits(long number, int length) {
        return number >= 0 && number < 1L << (DIGIT_BITS * (length - 1));
    }

    private static void putNumber(PaxRecords records, String keyword, long number, int length) {
        if (!fits(number, length)) {
            records.put(keyword, number);
        }
    }

    private static byte[] header(TarEntry entry, byte[] name, char type, int mode, long size, byte[] link) {
        byte[] block = new byte[TarFormat.BLOCK];
        text(block, TarFormat.NAME, name);
        number(block, TarFormat.MODE, TarFormat.ID_LENGTH, mode);
        number(block, TarFormat.UID, TarFormat.ID_LENGTH, entry.uid());
        number(block, TarFormat.GID, TarFormat.ID_LENGTH, entry.gid());
        number(block, TarFormat.SIZE, TarFormat.LONG_LENGTH, size);
        number(block, TarFormat.MODIFIED, TarFormat.LONG_LENGTH, entry.modified());
        block[TarFormat.TYPE] = (byte) type;
        text(block, TarFormat.LINK, link);
        System.arraycopy(MAGIC, 0, block, TarFormat.MAGIC, MAGIC.length);
        number(block, TarFormat.MAJOR, TarFormat.ID_LENGTH, entry.major());
        number(block, TarFormat.MINOR, TarFormat.ID_LENGTH, entry.minor());
        Arrays.fill(block, TarFormat.CHECKSUM, TarFormat.CHECKSUM + TarFormat.ID_LENGTH, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += Byte.toUnsignedInt(b);
        }
        number(block, TarFormat.CHECKSUM, TarFormat.ID_LENGTH - 1, sum);
        return block;
    }

    /** As much of it as there is room for; all of it stands in an extended header then. */
    private static void text(byte[] block, int at, byte[] text) {
        System.arraycopy(text, 0, block, at, Math.min(text.length, TarFormat.NAME_LENGTH));
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
}
