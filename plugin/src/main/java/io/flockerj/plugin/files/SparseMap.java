package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where data lie in a file; the rest of it is holes.
 *
 * @param size of the file, holes and all
 * @param ranges in ascending order, without overlaps, none beyond the size
 */
record SparseMap(long size, List<Range> ranges) {
    /** So many fragments of a file are more than memory should be spent on. */
    static final int MOST = 100_000;

    /** A part of a file. */
    record Range(long offset, long length) {}

    SparseMap {
        ranges = List.copyOf(ranges);
    }

    /** All data, no hole. */
    static SparseMap dense(long size) {
        return new SparseMap(size, size == 0 ? List.of() : List.of(new Range(0, size)));
    }

    /** Of the first so many bytes of an open file. */
    static SparseMap of(FileHandle file, long size) throws IOException {
        List<Range> ranges = new ArrayList<>();
        long at = 0;
        while (at < size) {
            OptionalLong data = FileContent.data(file, at);
            if (data.isEmpty() || data.getAsLong() >= size) {
                break;
            }
            at = Math.min(size, FileContent.hole(file, data.getAsLong()));
            ranges.add(new Range(data.getAsLong(), at - data.getAsLong()));
            if (ranges.size() > MOST) {
                return dense(size);
            }
        }
        return new SparseMap(size, ranges);
    }

    /** From numbers of an archive: offset and length in turns. */
    static SparseMap parse(long size, List<Long> numbers) throws FilesException {
        if (numbers.size() % 2 != 0 || size < 0) {
            throw damaged();
        }
        refuseBeyond(numbers.size() / 2);
        List<Range> ranges = new ArrayList<>();
        long end = 0;
        for (int i = 0; i < numbers.size(); i += 2) {
            long offset = numbers.get(i);
            long length = numbers.get(i + 1);
            if (offset < end || length < 0 || length > size - offset) {
                throw damaged();
            }
            end = offset + length;
            if (length > 0) {
                ranges.add(new Range(offset, length));
            }
        }
        return new SparseMap(size, ranges);
    }

    /** Before they are read, for they would be held in memory. */
    static void refuseBeyond(long ranges) throws FilesException {
        if (ranges > MOST) {
            throw new FilesException(
                    Reason.TOO_MUCH, "its data are in more than " + MOST + " parts with holes between them");
        }
    }

    private static FilesException damaged() {
        return new FilesException(Reason.BAD_ARCHIVE, "its map of holes is damaged");
    }

    boolean hasHoles() {
        return dataLength() < size;
    }

    long dataLength() {
        return ranges.stream().mapToLong(Range::length).sum();
    }

    /** As GNU tar's sparse format 1.0 writes it before the data: decimal numbers, each in a line, in whole blocks. */
    byte[] encode() {
        StringBuilder text = new StringBuilder();
        boolean endsInHole =
                ranges.isEmpty() || ranges.getLast().offset() + ranges.getLast().length() < size;
        text.append(ranges.size() + (endsInHole ? 1 : 0)).append('\n');
        ranges.forEach(range ->
                text.append(range.offset()).append('\n').append(range.length()).append('\n'));
        if (endsInHole) {
            text.append(size).append("\n0\n");
        }
        byte[] lines = text.toString().getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(lines, lines.length + TarFormat.padding(lines.length));
    }
}
