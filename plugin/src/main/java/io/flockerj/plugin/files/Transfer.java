package io.flockerj.plugin.files;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The buffers by which content is read, for one thread: many files are smaller than what it costs to make them anew. */
final class Transfer {
    static final int BUFFER = 128 << 10;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] bytes = new byte[BUFFER];

    /** Writes a part of a file, or what there is of it; answers how much that was. */
    long read(FileHandle file, long offset, long length, OutputStream out) throws IOException {
        long done = 0;
        while (done < length) {
            buffer.clear().limit((int) Math.min(BUFFER, length - done));
            int count = FileContent.read(file, offset + done, buffer);
            if (count == 0) {
                return done;
            }
            buffer.flip().get(bytes, 0, count);
            out.write(bytes, 0, count);
            done += count;
        }
        return done;
    }
}
