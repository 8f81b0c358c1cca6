package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.RawPath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * Reads a tar archive, from whoever it comes: POSIX's pax and ustar formats, GNU tar's own, and what was before them. It has to end
 * as archives do, with a block of zeros, and nothing else may follow.
 */
final class TarReader {
    /** Of an extended header: a file's extended attributes are in it, of 64 KiB at most each. */
    private static final int LONGEST_HEADER = 4 << 20;
    /** Of a name, in GNU tar's own format. */
    private static final int LONGEST_NAME = 64 << 10;

    private static final int BUFFER = 64 << 10;
    private static final int BASE_256 = 0x80;
    private static final int BYTE = 0xFF;
    private static final int PERMISSIONS = 0xFFF;
    private static final byte[] NOTHING = {};
    private static final String KINDS = "0123456";

    private final InputStream in;
    private final PaxRecords forAll = new PaxRecords();
    private boolean begun;
    /** Bytes of extended headers that are held now, and of those that are kept for good. */
    private long headers;

    private long headersForAll;
    private long left;
    private int padding;

    TarReader(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    /** What is told of the next entry before its own header comes. */
    private static final class Before {
        private final PaxRecords records = new PaxRecords();
        private Optional<byte[]> name = Optional.empty();
        private Optional<byte[]> link = Optional.empty();
    }

    /** The next entry, if there is one; what of the last one's data has not been read is passed over. */
    Optional<TarEntry> next() throws IOException {
        skip();
        headers = headersForAll;
        Before before = new Before();
        before.records.putAll(forAll);
        while (true) {
            byte[] block = block();
            if (isZero(block, block.length)) {
                readEnd();
                return Optional.empty();
            }
            verify(block);
            begun = true;
            long size = number(block, TarFormat.SIZE, TarFormat.LONG_LENGTH);
            switch (type(block)) {
                case TarFormat.PAX -> before.records.putAll(PaxRecords.parse(whole(size, LONGEST_HEADER)));
                case TarFormat.PAX_FOR_ALL -> {
                    PaxRecords read = PaxRecords.parse(whole(size, LONGEST_HEADER));
                    headersForAll += size;
                    forAll.putAll(read);
                    before.records.putAll(read);
                }
                case TarFormat.GNU_LONG_NAME -> before.name = Optional.of(untilZero(whole(size, LONGEST_NAME)));
                case TarFormat.GNU_LONG_LINK -> before.link = Optional.of(untilZero(whole(size, LONGEST_NAME)));
                default -> {
                    return Optional.of(entry(block, size, before));
                }
            }
        }
    }

    /** Reads data of the current entry, all that is asked for: there has to be as much. */
    void read(byte[] into, int offset, int length) throws IOException {
        if (length > left || in.readNBytes(into, offset, length) < length) {
            throw cutOff();
        }
        left -= length;
    }

    private TarEntry entry(byte[] block, long headerSize, Before before) throws IOException {
        byte[] name = before.records
                .get("GNU.sparse.name")
                .or(() -> before.records.get("path"))
                .or(() -> before.name)
                .orElseGet(() -> name(block));
        try {
            return entry(name, block, headerSize, before);
        } catch (FilesException e) {
            throw new FilesException(e.reason(), "'" + RawPath.display(name) + "': " + e.getMessage(), e);
        }
    }

    private TarEntry entry(byte[] name, byte[] block, long headerSize, Before before) throws IOException {
        PaxRecords records = before.records;
        char type = type(block);
        boolean slash = name.length > 0 && name[name.length - 1] == '/';
        char kind = switch (type) {
            case TarFormat.OLD_FILE, TarFormat.FILE -> slash ? TarFormat.DIRECTORY : TarFormat.FILE;
            case TarFormat.CONTIGUOUS_FILE, TarFormat.GNU_SPARSE -> TarFormat.FILE;
            default -> type;
        };
        if (KINDS.indexOf(kind) < 0) {
            throw damaged("it is of a type that is not known here: "
                    + (kind > ' ' && kind < 0x7F ? "'" + kind + "'" : Integer.toString(kind)));
        }
        // Of a hard link, GNU tar and others tell the file's size, and no data follow.
        left = kind == TarFormat.HARD_LINK ? 0 : records.number("size").orElse(headerSize);
        padding = TarFormat.padding(left);
        SparseMap content = kind == TarFormat.FILE ? content(block, records) : SparseMap.dense(0);
        Optional<PaxRecords.Time> time = records.time("mtime");
        return new TarEntry(
                name,
                kind,
                (int) number(block, TarFormat.MODE, TarFormat.ID_LENGTH) & PERMISSIONS,
                id(records.number("uid"), number(block, TarFormat.UID, TarFormat.ID_LENGTH)),
                id(records.number("gid"), number(block, TarFormat.GID, TarFormat.ID_LENGTH)),
                time.isPresent() ? time.get().seconds() : number(block, TarFormat.MODIFIED, TarFormat.LONG_LENGTH),
                time.isPresent() ? time.get().nanos() : 0,
                records.get("linkpath").or(() -> before.link).orElseGet(() -> link(block)),
                device(block, kind, TarFormat.MAJOR),
                device(block, kind, TarFormat.MINOR),
                content,
                attributes(records));
    }

    private static long id(OptionalLong told, long inHeader) throws FilesException {
        long id = told.orElse(inHeader);
        if (id < 0 || id >= (1L << Integer.SIZE) - 1) {
            throw damaged("it belongs to a user or group of an impossible number, " + id);
        }
        return id;
    }

    private static int device(byte[] block, char kind, int field) throws FilesException {
        if (kind != TarFormat.CHARACTER_DEVICE && kind != TarFormat.BLOCK_DEVICE) {
            return 0;
        }
        long number = number(block, field, TarFormat.ID_LENGTH);
        // include/linux/kdev_t.h: 12 bits of major number, 20 of minor
        if (number < 0 || number >= (field == TarFormat.MAJOR ? 1 << 12 : 1 << 20)) {
            throw damaged("it is a device of an impossible number, " + number);
        }
        return (int) number;
    }

    private SparseMap content(byte[] block, PaxRecords records) throws IOException {
        SparseMap content;
        if (type(block) == TarFormat.GNU_SPARSE) {
            content = oldSparse(block);
        } else if (records.get("GNU.sparse.major").isPresent()) {
            if (records.number("GNU.sparse.major").orElse(0) != 1
                    || records.number("GNU.sparse.minor").orElse(-1) != 0) {
                throw damaged("its holes are told in a way that is not known here");
            }
            content = sparse(records.number("GNU.sparse.realsize").orElseThrow(() -> damaged("it tells no size")));
        } else if (records.get("GNU.sparse.map").isPresent()) {
            content = sparse(
                    records.number("GNU.sparse.size").orElseThrow(() -> damaged("it tells no size")),
                    records.get("GNU.sparse.map").orElse(NOTHING));
        } else {
            content = SparseMap.dense(left);
        }
        if (content.dataLength() != left) {
            throw damaged("its map of holes does not fit its data");
        }
        return content;
    }

    /** Format 1.0: the map stands before the data, a number in each line. */
    private SparseMap sparse(long size) throws IOException {
        List<Long> numbers = new ArrayList<>();
        long wanted = 1;
        long read = 0;
        StringBuilder line = new StringBuilder();
        while (numbers.size() < wanted) {
            byte[] one = new byte[1];
            read(one, 0, 1);
            read++;
            if (one[0] != '\n') {
                line.append((char) one[0]);
                if (line.length() > TarFormat.LONG_LENGTH * 2) {
                    throw damaged("its map of holes is damaged");
                }
                continue;
            }
            numbers.add(PaxRecords.number(line.toString().getBytes(StandardCharsets.ISO_8859_1)));
            line.setLength(0);
            if (numbers.size() == 1) {
                SparseMap.refuseBeyond(numbers.getFirst());
                wanted = 1 + 2 * numbers.getFirst();
            }
        }
        read(new byte[TarFormat.padding(read)], 0, TarFormat.padding(read));
        return SparseMap.parse(size, numbers.subList(1, numbers.size()));
    }

    /** Formats 0.0 and 0.1: the map stands in the extended header. */
    private static SparseMap sparse(long size, byte[] map) throws FilesException {
        List<Long> numbers = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= map.length; i++) {
            if (i == map.length || map[i] == ',') {
                numbers.add(PaxRecords.number(Arrays.copyOfRange(map, start, i)));
                start = i + 1;
            }
        }
        return SparseMap.parse(size, numbers);
    }

    /** GNU tar's own format: in the header and in blocks behind it, which are not counted as data. */
    private SparseMap oldSparse(byte[] header) throws IOException {
        long data = left;
        List<Long> numbers = new ArrayList<>();
        addOld(header, TarFormat.OLD_SPARSE, TarFormat.OLD_SPARSE_IN_HEADER, numbers);
        boolean more = header[TarFormat.OLD_SPARSE_MORE] != 0;
        while (more) {
            SparseMap.refuseBeyond(numbers.size() / 2);
            byte[] block = block();
            addOld(block, 0, TarFormat.OLD_SPARSE_IN_MORE, numbers);
            more = block[TarFormat.OLD_SPARSE_STILL_MORE] != 0;
        }
        left = data;
        return SparseMap.parse(number(header, TarFormat.OLD_SPARSE_SIZE, TarFormat.LONG_LENGTH), numbers);
    }

    private static void addOld(byte[] block, int at, int count, List<Long> numbers) throws FilesException {
        for (int i = 0; i < count; i++) {
            int field = at + 2 * i * TarFormat.LONG_LENGTH;
            if (block[field] == 0) {
                return;
            }
            numbers.add(number(block, field, TarFormat.LONG_LENGTH));
            numbers.add(number(block, field + TarFormat.LONG_LENGTH, TarFormat.LONG_LENGTH));
        }
    }

    private static Map<String, byte[]> attributes(PaxRecords records) throws FilesException {
        SequencedMap<String, byte[]> attributes = new LinkedHashMap<>();
        for (var entry : records.all().entrySet()) {
            if (entry.getKey().startsWith(TarFormat.XATTR)) {
                String name = entry.getKey().substring(TarFormat.XATTR.length());
                attributes.put(name.replace("%3D", "=").replace("%25", "%"), entry.getValue());
            }
        }
        addList(attributes, AccessList.ACCESS, records.get(TarFormat.ACL_ACCESS));
        addList(attributes, AccessList.DEFAULT, records.get(TarFormat.ACL_DEFAULT));
        return attributes;
    }

    /** The attribute itself, which has numbers and no names, comes before its text. */
    private static void addList(Map<String, byte[]> attributes, String name, Optional<byte[]> text)
            throws FilesException {
        if (text.isPresent() && !attributes.containsKey(name)) {
            attributes.put(name, AccessList.parse(text.get()).encode());
        }
    }

    private byte[] whole(long size, int most) throws IOException {
        if (size < 0 || size > most - headers) {
            throw new FilesException(
                    Reason.TOO_MUCH,
                    "the extended headers before one entry have more than the " + most + " bytes that are taken");
        }
        headers += size;
        byte[] bytes = new byte[(int) size];
        left = size;
        padding = TarFormat.padding(size);
        read(bytes, 0, bytes.length);
        skip();
        return bytes;
    }

    private void skip() throws IOException {
        try {
            in.skipNBytes(left + padding);
        } catch (java.io.EOFException e) {
            throw cutOff();
        }
        left = 0;
        padding = 0;
    }

    private byte[] block() throws IOException {
        byte[] block = in.readNBytes(TarFormat.BLOCK);
        if (block.length < TarFormat.BLOCK) {
            if (!begun) {
                refuseCompressed(block);
            }
            throw cutOff();
        }
        return block;
    }

    private void readEnd() throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (!isZero(buffer, count)) {
                throw new FilesException(
                        Reason.BAD_ARCHIVE,
                        "something follows the end of the archive; if it is several archives in a row, import them one by one");
            }
        }
    }

    private void verify(byte[] block) throws FilesException {
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < block.length; i++) {
            boolean own = i >= TarFormat.CHECKSUM && i < TarFormat.CHECKSUM + TarFormat.ID_LENGTH;
            byte b = own ? (byte) ' ' : block[i];
            unsigned += b & BYTE;
            signed += b;
        }
        long told = checksum(block);
        if (told != unsigned && told != signed) {
            if (!begun) {
                refuseCompressed(block);
                throw new FilesException(Reason.BAD_ARCHIVE, "this is not a tar archive");
            }
            throw new FilesException(Reason.BAD_ARCHIVE, "the archive is damaged: the checksum of a header is wrong");
        }
    }

    private static long checksum(byte[] block) {
        try {
            return number(block, TarFormat.CHECKSUM, TarFormat.ID_LENGTH);
        } catch (FilesException e) {
            return -1;
        }
    }

    private static void refuseCompressed(byte[] start) throws FilesException {
        record Magic(String tool, String bytes) {}
        String text = new String(start, StandardCharsets.ISO_8859_1);
        for (Magic magic : List.of(
                new Magic("gzip", "\u001F\u008B"),
                new Magic("zstd", "(\u00B5/\u00FD"),
                new Magic("xz", "\u00FD7zXZ"),
                new Magic("bzip2", "BZh"))) {
            if (text.startsWith(magic.bytes())) {
                throw new FilesException(
                        Reason.BAD_ARCHIVE,
                        "this is compressed by " + magic.tool()
                                + ", and a plain tar archive is needed; unpack it on the" + " way: " + magic.tool()
                                + " -dc FILE | …");
            }
        }
    }

    private static char type(byte[] block) {
        return (char) (block[TarFormat.TYPE] & BYTE);
    }

    private static byte[] name(byte[] block) {
        byte[] name = untilZero(Arrays.copyOfRange(block, TarFormat.NAME, TarFormat.NAME + TarFormat.NAME_LENGTH));
        byte[] magic = Arrays.copyOfRange(block, TarFormat.MAGIC, TarFormat.MAGIC + TarFormat.MAGIC_LENGTH);
        byte[] prefix =
                untilZero(Arrays.copyOfRange(block, TarFormat.PREFIX, TarFormat.PREFIX + TarFormat.PREFIX_LENGTH));
        if (prefix.length == 0 || !new String(magic, StandardCharsets.ISO_8859_1).equals("ustar\0")) {
            return name;
        }
        byte[] both = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        both[prefix.length] = '/';
        System.arraycopy(name, 0, both, prefix.length + 1, name.length);
        return both;
    }

    private static byte[] link(byte[] block) {
        return untilZero(Arrays.copyOfRange(block, TarFormat.LINK, TarFormat.LINK + TarFormat.NAME_LENGTH));
    }

    private static byte[] untilZero(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static boolean isZero(byte[] bytes, int length) {
        int all = 0;
        for (int i = 0; i < length; i++) {
            all |= bytes[i];
        }
        return all == 0;
    }

    /** In octal digits, or, as GNU tar writes what is too large or negative, in base 256. */
    private static long number(byte[] block, int at, int length) throws FilesException {
        if ((block[at] & BASE_256) != 0) {
            return base256(block, at, length);
        }
        long number = 0;
        boolean digits = false;
        for (int i = at; i < at + length; i++) {
            byte b = block[i];
            if (b >= '0' && b <= '7') {
                number = (number << 3) | (b - '0');
                digits = true;
            } else if ((b == ' ' || b == 0) && digits) {
                break;
            } else if (b != ' ' && b != 0) {
                throw damaged("a number in its header is none");
            }
        }
        return number;
    }

    private static long base256(byte[] block, int at, int length) throws FilesException {
        boolean negative = (block[at] & BYTE) == BYTE;
        long number = negative ? -1 : block[at] & (BASE_256 - 1);
        for (int i = at + 1; i < at + length; i++) {
            if (number > (Long.MAX_VALUE >> 8) || number < (Long.MIN_VALUE >> 8)) {
                throw damaged("a number in its header is too large");
            }
            number = (number << 8) | (block[i] & BYTE);
        }
        return number;
    }

    private static FilesException damaged(String why) {
        return new FilesException(Reason.BAD_ARCHIVE, why);
    }

    private static FilesException cutOff() {
        return new FilesException(Reason.BAD_ARCHIVE, "the archive is cut off: it has no end");
    }
}
