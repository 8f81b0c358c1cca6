package io.flockerj.integration.rivals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a volume of these tests holds: stamps, the oldest first, in one file, and in another the newest of them, which is written after
 * it. No two writes have the same stamp.
 *
 * @param all what is in the first file
 * @param newest what is in the second, 0 if there is none
 */
record Stamps(List<Long> all, long newest) {
    private static final String ALL = "stamps";
    private static final String NEWEST = "newest";

    Stamps {
        all = List.copyOf(all);
    }

    static Stamps in(Path top) throws IOException {
        return new Stamps(
                lines(top.resolve(ALL)), lines(top.resolve(NEWEST)).stream().reduce(0L, (a, b) -> b));
    }

    /** The last stamp that was written; 0 if none was. */
    long last() {
        return all.isEmpty() ? 0 : all.getLast();
    }

    /** These, and one written after them. */
    Stamps with(long stamp) {
        List<Long> longer = new ArrayList<>(all);
        longer.add(stamp);
        return new Stamps(longer, stamp);
    }

    /** Writes a stamp, and makes it durable. */
    static void append(Path top, long stamp) throws IOException {
        write(top.resolve(ALL), stamp, StandardOpenOption.APPEND);
        write(top.resolve(NEWEST), stamp, StandardOpenOption.WRITE);
    }

    private static void write(Path file, long stamp, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, how)) {
            ByteBuffer line = StandardCharsets.US_ASCII.encode("%010d\n".formatted(stamp));
            if (channel.write(line) < line.limit()) {
                throw new IOException("half written: " + file);
            }
            channel.force(false);
        }
    }

    private static List<Long> lines(Path file) throws IOException {
        List<Long> stamps = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                stamps.add(Long.parseLong(line));
            }
        }
        return stamps;
    }
}
