package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads what is stored of files, compares it with its digest, and writes it into files. Holes are never written. For one thread. */
final class Contents {
    private static final int BUFFER = 512 << 10;

    private final ChunkReader chunks;
    private final SegmentReader segments;
    private final Progress progress;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    Contents(ChunkReader chunks, Progress progress) {
        this.chunks = chunks;
        this.segments = new SegmentReader(chunks);
        this.progress = progress;
    }

    /** Writes a file into an empty one; answers how many bytes of data those were. */
    long write(FileHandle file, Item content) throws IOException {
        return switch (content) {
            case Item.SmallFile small -> writeSmall(file, small);
            case Item.LargeFile large -> writeLarge(file, large);
            default -> throw new IllegalArgumentException("only files have content");
        };
    }

    private long writeSmall(FileHandle file, Item.SmallFile content) throws IOException {
        if (content.content().length() > 0) {
            buffer.clear().put(content.content().toArray());
            FileContent.write(file, 0, buffer.flip());
        }
        return content.content().length();
    }

    private long writeLarge(FileHandle file, Item.LargeFile content) throws IOException {
        Writing writing = new Writing(file);
        if (content.storage() instanceof Storage.Whole) {
            writing.data(whole(content.digest(), content.size()));
        } else {
            pass(content.storage(), content.size(), content.digest(), writing);
        }
        writing.finish(content.size());
        return writing.written;
    }

    /**
     * Makes of a file that holds one content a file that holds another, and reads and writes only what differs between the two; answers how many
     * bytes were written. Chunks are compared with their ids, but the content with its digest only by {@link #isIntact}.
     */
    long change(FileHandle file, Item.LargeFile before, Item.LargeFile after) throws IOException {
        if (before.size() != after.size()) {
            file.truncate(after.size());
        }
        Writing writing = new Writing(file);
        segments.difference(before, after, (position, segment) -> {
            switch (segment) {
                case Segment.Slice slice -> {
                    writing.moveTo(position);
                    writing.data(chunks.slice(slice));
                }
                // What is behind the former end is a hole already.
                case Segment.Hole hole -> empty(file, position, Math.min(hole.length(), before.size() - position));
            }
        });
        writing.flush();
        return writing.written;
    }

    private void empty(FileHandle file, long position, long length) throws IOException {
        if (length <= 0) {
            return;
        }
        try {
            file.punch(position, length);
        } catch (LinuxException e) {
            if (!e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(length, BUFFER));
            for (long done = 0; done < length; done += zeros.capacity()) {
                FileContent.write(
                        file, position + done, zeros.clear().limit((int) Math.min(length - done, zeros.capacity())));
                progress.check();
            }
        }
    }

    /** Whether a file on this host has a digest; reads all of it but its holes. */
    boolean isIntact(FileHandle file, Item.LargeFile content) throws IOException {
        ContentDigester digester = new ContentDigester();
        byte[] piece = new byte[BUFFER];
        long at = 0;
        while (at < content.size()) {
            long begin = FileContent.data(file, at).orElse(content.size());
            digester.hole(begin - at);
            long end = begin == content.size() ? begin : FileContent.hole(file, begin);
            at = begin;
            while (at < end) {
                buffer.clear().limit((int) Math.min(BUFFER, end - at));
                int count = FileContent.read(file, at, buffer);
                if (count == 0) {
                    return false;
                }
                buffer.flip().get(piece, 0, count);
                digester.data(piece, 0, count);
                at += count;
                progress.check();
            }
        }
        return digester.finish().equals(content.digest());
    }

    /** A long set of attributes. */
    Bytes read(Attributes.Stored set) throws IOException {
        if (set.storage() instanceof Storage.Whole) {
            return whole(set.digest(), set.length());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pass(set.storage(), set.length(), set.digest(), new Passing() {
            @Override
            public void data(Bytes data) {
                bytes.writeBytes(data.toArray());
            }

            @Override
            public void hole(long length) {
                bytes.writeBytes(new byte[Math.toIntExact(length)]);
            }
        });
        return Bytes.of(bytes.toByteArray());
    }

    /** Takes content from its beginning to its end. */
    private interface Passing {
        void data(Bytes data) throws IOException;

        void hole(long length) throws IOException;
    }

    /** What is one chunk has been compared with its digest, for that is the chunk's id. */
    private Bytes whole(Hash digest, long size) throws IOException {
        Bytes chunk = chunks.chunk(digest);
        if (chunk.length() != size) {
            throw new BrokenException(
                    "chunk " + digest, "it is " + chunk.length() + " bytes long, and should be " + size);
        }
        return chunk;
    }

    private void pass(Storage storage, long size, Hash digest, Passing passing) throws IOException {
        ContentDigester digester = new ContentDigester();
        segments.read(storage, size, digest, segment -> {
            switch (segment) {
                case Segment.Hole hole -> {
                    digester.hole(hole.length());
                    passing.hole(hole.length());
                }
                case Segment.Slice slice -> {
                    Bytes data = chunks.slice(slice);
                    byte[] bytes = data.toArray();
                    digester.data(bytes, 0, bytes.length);
                    passing.data(data);
                }
            }
        });
        Hash actual = digester.finish();
        if (!actual.equals(digest)) {
            throw new BrokenException(
                    "the content", "its digest is " + actual.abbreviated() + ", and should be " + digest.abbreviated());
        }
    }

    /** Into a file, in large pieces. */
    private final class Writing implements Passing {
        private final FileHandle file;
        /** Where in the file the buffer's first byte belongs. */
        private long start;

        private long written;

        Writing(FileHandle file) {
            this.file = file;
            buffer.clear();
        }

        @Override
        public void data(Bytes data) throws IOException {
            if (data.length() > buffer.remaining()) {
                flush();
            }
            buffer.put(data.toArray());
        }

        @Override
        public void hole(long length) throws IOException {
            flush();
            start += length;
        }

        void finish(long size) throws IOException {
            boolean endsInHole = buffer.position() == 0 && start > 0;
            flush();
            if (endsInHole) {
                file.truncate(size);
            }
        }

        void moveTo(long position) throws IOException {
            if (position != start + buffer.position()) {
                flush();
                start = position;
            }
        }

        void flush() throws IOException {
            int length = buffer.flip().remaining();
            if (length > 0) {
                FileContent.write(file, start, buffer);
                progress.add(length, 0);
            }
            buffer.clear();
            start += length;
            written += length;
        }
    }
}
