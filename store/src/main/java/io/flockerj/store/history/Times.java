package io.flockerj.store.history;

import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import java.time.DateTimeException;
import java.time.Instant;

/** Writes moments as seconds since 1970 and nanoseconds. */
final class Times {
    private static final int GREATEST_NANOS = 999_999_999;

    private Times() {}

    static void write(ByteWriter writer, Instant time) {
        writer.u64(time.getEpochSecond()).u32(time.getNano());
    }

    static Instant read(ByteReader reader) throws BrokenException {
        long seconds = reader.u64();
        int nanos = reader.u32("the nanoseconds of a time", GREATEST_NANOS);
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException e) {
            throw reader.broken("a time is beyond all calendars");
        }
    }
}
