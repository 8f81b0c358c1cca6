package io.flockerj.integration.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Plain writing into disk images. */
final class Images {
    private static final int STEP = 1 << 20;

    private Images() {}

    static void write(FileChannel image, long offset, ByteBuffer data) throws IOException {
        long at = offset;
        while (data.hasRemaining()) {
            at += image.write(data, at);
        }
    }

    /** Makes {@code length} bytes read as zeros. */
    static void zero(FileChannel image, long offset, long length) throws IOException {
        long end = Math.min(offset + length, image.size());
        for (long at = offset; at < end; at += STEP) {
            write(image, at, ByteBuffer.allocate((int) Math.min(STEP, end - at)));
        }
    }
}
