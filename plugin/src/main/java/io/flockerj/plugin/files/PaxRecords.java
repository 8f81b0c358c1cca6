package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of a pax extended header: POSIX.1-2017, pax, "pax Extended Header File Format". Values are bytes. Keywords are
 * bytes too, and stand here as the characters of ISO 8859-1.
 */
final class PaxRecords {
    private static final int NUMBER_LENGTH = 40;
    private static final String SPARSE_PART = "GNU.sparse.";

    private final SequencedMap<String, byte[]> records = new LinkedHashMap<>();

    /** A time with its nanoseconds. */
    record Time(long seconds, int nanos) {}

    boolean isEmpty() {
        return records.isEmpty();
    }

    Map<String, byte[]> all() {
        return records;
    }

    void put(String keyword, byte[] value) {
        records.put(keyword, value);
    }

    void put(String keyword, String value) {
        put(keyword, value.getBytes(StandardCharsets.US_ASCII));
    }

    void put(String keyword, long value) {
        put(keyword, Long.toString(value));
    }

    /** Takes over all of another header's records. */
    void putAll(PaxRecords others) {
        records.putAll(others.records);
    }

    /** As they stand in an archive. What is not text in UTF-8 among the paths is announced, as POSIX asks. */
    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!isText(records.get("path")) || !isText(records.get("linkpath"))) {
            append(out, "hdrcharset", "BINARY".getBytes(StandardCharsets.US_ASCII));
        }
        records.forEach((keyword, value) -> append(out, keyword, value));
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, String keyword, byte[] value) {
        int rest = keyword.length() + value.length + 3; // a blank, an equals sign, a line feed
        int length = rest + Integer.toString(rest).length();
        if (rest + Integer.toString(length).length() > length) {
            length++;
        }
        out.writeBytes((length + " " + keyword + "=").getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(value);
        out.write('\n');
    }

    private static boolean isText(byte @Nullable [] value) {
        if (value == null) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Reads what {@link #encode} writes, and what others do. */
    static PaxRecords parse(byte[] bytes) throws FilesException {
        PaxRecords parsed = new PaxRecords();
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int blank = indexOf(bytes, ' ', at, Math.min(bytes.length, at + NUMBER_LENGTH));
            long length = number(Arrays.copyOfRange(bytes, at, blank));
            if (length <= blank + 1 - at || length > bytes.length - at || bytes[at + (int) length - 1] != '\n') {
                throw damaged("a record of it is cut off");
            }
            int end = at + (int) length;
            int equals = indexOf(bytes, '=', blank + 1, end);
            String keyword = new String(bytes, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1);
            parsed.add(keyword, Arrays.copyOfRange(bytes, equals + 1, end - 1));
            at = end;
        }
        return parsed;
    }

    /** The oldest way of GNU tar to write where holes are repeats two keywords, and their order counts. */
    private void add(String keyword, byte[] value) {
        boolean repeated = keyword.equals(SPARSE_PART + "offset") || keyword.equals(SPARSE_PART + "numbytes");
        byte[] before = records.get(SPARSE_PART + "map");
        if (repeated && before != null) {
            ByteArrayOutputStream map = new ByteArrayOutputStream();
            map.writeBytes(before);
            map.write(',');
            map.writeBytes(value);
            records.put(SPARSE_PART + "map", map.toByteArray());
        } else {
            records.put(repeated ? SPARSE_PART + "map" : keyword, value);
        }
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) throws FilesException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw damaged("a record of it has no '" + wanted + "'");
    }

    /** A value; an empty one says that there is none. */
    Optional<byte[]> get(String keyword) {
        return Optional.ofNullable(records.get(keyword)).filter(value -> value.length > 0);
    }

    /** A number, not negative. */
    OptionalLong number(String keyword) throws FilesException {
        Optional<byte[]> value = get(keyword);
        return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(value.get()));
    }

    /** A time in seconds, with a fraction of any length, of which nanoseconds are kept. */
    Optional<Time> time(String keyword) throws FilesException {
        Optional<byte[]> value = get(keyword);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(value.get(), StandardCharsets.ISO_8859_1);
        if (text.length() > NUMBER_LENGTH || !text.matches("-?[0-9]*\\.?[0-9]*") || !text.matches(".*[0-9].*")) {
            throw damaged("its " + keyword + " is no time");
        }
        BigDecimal time = new BigDecimal(text);
        BigDecimal seconds = time.setScale(0, RoundingMode.FLOOR);
        if (seconds.precision() > 18) {
            throw damaged("its " + keyword + " is no time");
        }
        return Optional.of(new Time(
                seconds.longValueExact(),
                time.subtract(seconds)
                        .movePointRight(9)
                        .setScale(0, RoundingMode.FLOOR)
                        .intValueExact()));
    }

    /** As {@link #time} reads it. */
    void putTime(String keyword, long seconds, int nanos) {
        put(
                keyword,
                BigDecimal.valueOf(seconds)
                        .add(BigDecimal.valueOf(nanos, 9))
                        .stripTrailingZeros()
                        .toPlainString());
    }

    /** A decimal number, not negative. */
    static long number(byte[] digits) throws FilesException {
        try {
            String text = new String(digits, StandardCharsets.ISO_8859_1);
            if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            throw new FilesException(Reason.BAD_ARCHIVE, "a number in its extended header is too large", e);
        }
        throw damaged("a number of it is none");
    }

    private static FilesException damaged(String why) {
        return new FilesException(Reason.BAD_ARCHIVE, "its extended header is damaged: " + why);
    }
}
