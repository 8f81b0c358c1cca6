package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.content.FastCdc;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** Puts what files hold into a repository (format.md sections 4, 6 and 7.3), through buffers that are used again. For one thread. */
final class ContentCapture {
    /** Content of up to so many bytes without holes is one chunk, whose id is its digest. */
    private static final int ONE_CHUNK = 64 * 1024;

    private static final int WINDOW = 1024 * 1024;

    /** Shorter files are read again rather than remembered. */
    static final long REMEMBERED_FROM = 1024 * 1024;

    private final ChunkWriter chunks;
    private final BlockHashes blocks;
    private final Progress progress;
    private final BlockList.Collector collector = new BlockList.Collector();
    private final ContentDigester digester = new ContentDigester(collector);
    private final SegmentWriter segments;
    private final ByteBuffer direct = ByteBuffer.allocateDirect(WINDOW);
    private final byte[] window = new byte[WINDOW];
    private long bytesRead;

    ContentCapture(ChunkWriter chunks, BlockHashes blocks, Progress progress) {
        this.chunks = chunks;
        this.blocks = blocks;
        this.progress = progress;
        this.segments = new SegmentWriter(chunks);
    }

    /** How many bytes of files were read. */
    long bytesRead() {
        return bytesRead;
    }

    /** All of a file. */
    Item file(FileHandle file, long size, int hints) throws IOException {
        if (size <= Item.SmallFile.LONGEST) {
            read(file, 0, 0, (int) size);
            return new Item.SmallFile(Bytes.of(window, 0, (int) size), hints);
        }
        if (size <= ONE_CHUNK && FileContent.hole(file, 0) >= size) {
            read(file, 0, 0, (int) size);
            // As long as no repository is encrypted.
            Hash digest = chunks.data(window, 0, (int) size);
            return new Item.LargeFile(size, digest, new Storage.Whole(), hints);
        }
        segments(file, 0, size);
        Hash digest = digest(size);
        return new Item.LargeFile(size, digest, segments.finish(digest), hints);
    }

    /** Of the content that has passed by. */
    private Hash digest(long size) throws IOException {
        Hash digest = digester.finish();
        BlockList list = collector.finish().orElse(null);
        if (size >= REMEMBERED_FROM && list != null) {
            blocks.put(digest, list);
        }
        return digest;
    }

    /** A set of extended attributes that is too long for an entry. */
    Attributes.Stored attributes(byte[] set) throws IOException {
        int at = 0;
        while (at < set.length) {
            int length = set.length <= ONE_CHUNK ? set.length : FastCdc.cut(set, at, set.length);
            chunk(set, at, length);
            at += length;
        }
        Hash digest = digester.finish();
        collector.finish();
        return new Attributes.Stored(set.length, digest, segments.finish(digest));
    }

    /** The runs of data in a part of a file, and the holes between them. */
    private void segments(FileHandle file, long from, long to) throws IOException {
        long at = from;
        while (at < to) {
            OptionalLong found = FileContent.data(file, at);
            long data = found.isPresent() ? Math.min(to, found.getAsLong()) : to;
            if (data > at) {
                segments.add(new Segment.Hole(data - at));
                digester.hole(data - at);
                progress.check();
            }
            at = data;
            if (data < to) {
                at = Math.min(to, FileContent.hole(file, data));
                run(file, data, at);
            }
        }
    }

    /** A run of data, cut into chunks. */
    private void run(FileHandle file, long from, long to) throws IOException {
        long next = from;
        int at = 0;
        int end = 0;
        while (next < to || at < end) {
            if (next < to && end - at < FastCdc.GREATEST) {
                System.arraycopy(window, at, window, 0, end - at);
                end -= at;
                at = 0;
                int more = (int) Math.min(to - next, window.length - end);
                read(file, next, end, more);
                next += more;
                end += more;
            }
            int length = FastCdc.cut(window, at, end);
            chunk(window, at, length);
            at += length;
        }
    }

    private void chunk(byte[] bytes, int from, int length) throws IOException {
        Hash id = chunks.data(bytes, from, length);
        digester.data(bytes, from, length);
        segments.add(new Segment.Slice(id, 0, length));
    }

    /** Reads a part of a file, which is there, into the window. */
    private void read(FileHandle file, long offset, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            direct.clear().limit(length - done);
            int count = FileContent.read(file, offset + done, direct);
            if (count == 0) {
                throw new IOException(
                        "cannot read " + file + ": it became shorter meanwhile; take a snapshot, and read that");
            }
            direct.get(0, window, at + done, count);
            done += count;
        }
        bytesRead += length;
        progress.add(length, 0);
    }
}
