package io.flockerj.plugin.files;

import io.flockerj.plugin.progress.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells how much of a stream has been read. */
final class Told extends FilterInputStream {
    private final Progress progress;

    Told(InputStream in, Progress progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        progress.add(b < 0 ? 0 : 1, 0);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        progress.add(Math.max(0, count), 0);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        progress.add(skipped, 0);
        return skipped;
    }
}
