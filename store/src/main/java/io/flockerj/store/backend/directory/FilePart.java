package io.flockerj.store.backend.directory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file that does not change, and closes it. */
final class FilePart extends InputStream {
    private final FileChannel file;
    private long at;
    private long left;

    FilePart(FileChannel file, long from, long length) {
        this.file = file;
        this.at = from;
        this.left = length;
    }

    /** How many bytes are still to come. */
    long left() {
        return left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int read = file.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, left)), at);
        if (read < 0) {
            throw new EOFException("a file has become shorter while it was read");
        }
        at += read;
        left -= read;
        return read;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
