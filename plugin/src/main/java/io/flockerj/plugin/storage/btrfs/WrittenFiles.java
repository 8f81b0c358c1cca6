package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.Touched;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which files of a subvolume were touched, by their numbers, and where they were written to. */
final class WrittenFiles {
    private final SortedMap<Long, Written> files = new TreeMap<>();
    private int ranges;

    /** Where one file was written to. */
    private static final class Written {
        private List<ByteRanges.Range> ranges = List.of();
        private boolean isAll;
    }

    /** As the comparison of all files found them, which does not tell where they were written to. */
    static WrittenFiles of(Map<Long, Boolean> touched) {
        WrittenFiles files = new WrittenFiles();
        touched.forEach((number, isWritten) -> {
            if (isWritten) {
                files.writeAll(number);
            } else {
                files.touch(number);
            }
        });
        return files;
    }

    /** Something else than its content differs perhaps. */
    void touch(long number) {
        file(number);
    }

    private Written file(long number) {
        return files.computeIfAbsent(number, each -> new Written());
    }

    /** Its content differs perhaps, anywhere. */
    void writeAll(long number) {
        Written file = file(number);
        file.isAll = true;
        ranges -= file.ranges.size();
        file.ranges = List.of();
    }

    /** Its content differs perhaps in so many bytes from there. */
    void write(long number, long offset, long length) {
        Written file = file(number);
        if (file.isAll || length == 0) {
            return;
        }
        if (offset < 0 || length < 0 || ranges == Touched.MOST_RANGES) {
            writeAll(number);
            return;
        }
        long end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
        if (!file.ranges.isEmpty() && file.ranges.getLast().to() == offset) {
            file.ranges.set(
                    file.ranges.size() - 1,
                    new ByteRanges.Range(file.ranges.getLast().from(), end));
        } else {
            if (file.ranges.isEmpty()) {
                file.ranges = new ArrayList<>(1);
            }
            file.ranges.add(new ByteRanges.Range(offset, end));
            ranges++;
        }
    }

    /** The numbers of all, ascending. */
    Set<Long> numbers() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /** Where a file was written to. */
    ByteRanges written(long number) {
        Written file = files.get(number);
        if (file == null) {
            return ByteRanges.NONE;
        }
        return file.isAll ? ByteRanges.ALL : ByteRanges.of(file.ranges);
    }
}
