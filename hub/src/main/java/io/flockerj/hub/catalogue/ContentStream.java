package io.flockerj.hub.catalogue;

import io.flockerj.store.ChunkReader;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;

/** Writes what is in files, chunk by chunk. */
final class ContentStream {
    private static final byte[] ZEROS = new byte[64 * 1024];

    private final ChunkReader chunks;

    ContentStream(ChunkReader chunks) {
        this.chunks = chunks;
    }

    void write(Item file, long from, long length, OutputStream out) throws IOException {
        switch (file) {
            case Item.SmallFile small -> write(small.content(), from, length, out);
            case Item.LargeFile large ->
                new SegmentReader(chunks).read(large, from, length, segment -> write(segment, out));
            case Item.Directory _, Item.SymbolicLink _, Item.Fifo _, Item.Socket _, Item.Device _ ->
                throw new IllegalArgumentException("that is no file");
        }
    }

    private static void write(Bytes content, long from, long length, OutputStream out) throws IOException {
        int begin = (int) Math.min(from, content.length());
        out.write(content.toArray(), begin, (int) Math.min(length, content.length() - begin));
    }

    private void write(Segment segment, OutputStream out) throws IOException {
        switch (segment) {
            case Segment.Hole(long length) -> {
                for (long left = length; left > 0; left -= ZEROS.length) {
                    out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
                }
            }
            case Segment.Slice slice -> out.write(chunks.slice(slice).toArray());
        }
    }

    /** Writes what is in a file without its holes. */
    void writeData(Item.LargeFile file, OutputStream out) throws IOException {
        new SegmentReader(chunks).read(file, 0, file.size(), segment -> {
            if (segment instanceof Segment.Slice) {
                write(segment, out);
            }
        });
    }
}
