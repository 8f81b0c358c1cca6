package io.flockerj.store.pack;

import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.Arrays;

/** Unpacks frames. For one thread, which closes it. */
final class FrameReader implements AutoCloseable {
    private final Zstd zstd = new Zstd();

    /**
     * Unpacks a frame.
     *
     * @param object what is read, for messages
     * @param bytes hold its header and its stored bytes
     * @throws IOException if it is broken, or needs what this program does not know
     */
    PlainFrame read(String object, byte[] bytes, int from, int length) throws IOException {
        if (length < FrameHeader.LENGTH) {
            throw new BrokenException(object, "it ends too early");
        }
        FrameHeader header = FrameHeader.read(object, bytes, from);
        if (length != FrameHeader.LENGTH + header.stored()) {
            throw new BrokenException(object, "it is not as long as its header says");
        }
        int stored = from + FrameHeader.LENGTH;
        if (FrameHeader.checksum(bytes, stored, header.stored()) != header.checksum()) {
            throw new BrokenException(object, "its checksum is another");
        }
        byte[] plain;
        if (header.packed()) {
            plain = new byte[header.plain()];
            zstd.unpack(object, bytes, stored, header.stored(), plain, header.plain());
        } else {
            plain = Arrays.copyOfRange(bytes, stored, stored + header.stored());
        }
        return PlainFrame.of(object, header.kind(), plain, header.plain());
    }

    @Override
    public void close() {
        zstd.close();
    }
}
