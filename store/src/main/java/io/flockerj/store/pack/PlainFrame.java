package io.flockerj.store.pack;

import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;

/**
 * A frame that was unpacked.
 *
 * @param bytes its plain bytes, table and chunks, and perhaps more behind them; nobody changes them
 * @param starts where in them each chunk begins; one more than there are chunks
 */
@SuppressWarnings("ArrayRecordComponent")
record PlainFrame(byte[] bytes, FrameKind kind, int[] starts) {
    /** Reads the table. */
    static PlainFrame of(String object, FrameKind kind, byte[] bytes, int length) throws BrokenException {
        ByteReader reader = new ByteReader(object, bytes, 0, length);
        int count = reader.varint("the number of chunks", FrameHeader.MOST_CHUNKS);
        reader.check(count > 0, "it has no chunks");
        int[] starts = new int[count + 1];
        for (int i = 1; i <= count; i++) {
            int chunk = reader.varint("the length of a chunk", FrameHeader.MOST_BYTES);
            reader.check(chunk > 0, "a chunk is empty");
            starts[i] = Math.addExact(starts[i - 1], chunk);
            reader.check(starts[i] <= FrameHeader.MOST_BYTES, "its chunks are too long");
        }
        reader.check(starts[count] == reader.remaining(), "its chunks are not as long as it is");
        int first = reader.position();
        for (int i = 0; i <= count; i++) {
            starts[i] += first;
        }
        return new PlainFrame(bytes, kind, starts);
    }

    int count() {
        return starts.length - 1;
    }

    int start(int chunk) {
        return starts[chunk];
    }

    int length(int chunk) {
        return starts[chunk + 1] - starts[chunk];
    }
}
