package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.content.FastCdc;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Puts what files hold into a repository (format.md sections 4, 6 and 7.3), through buffers that are used again. For one thread. */
final class ContentCapture {
    /** Content of up to so many bytes without holes is one chunk, whose id is its digest. */
    static final int ONE_CHUNK = 64 * 1024;

    private static final int WINDOW = 1024 * 1024;

    /**
     * What is written anew because it has become wasteful is at most so many eighths of what had changed, and no more than that together with the
     * nodes of lists, so that twice of what had changed is enough for all.
     */
    private static final int REWRITTEN_EIGHTHS = 5;

    /** Shorter runs in a file that was there before have frames of their own. A longer one fills frames, and is packed better together. */
    private static final long FULL_FRAME = 512 * 1024;

    /** So short a chunk is not worth to be moved. */
    private static final int SHORTEST_MOVED = 4096;

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
    private long changed;
    private long rewritten;
    private long listed;
    /** Where nothing of what is written anew is to stay. */
    private Set<FramePlace> left = Set.of();
    /** Whether zeros are to be read where a file has become shorter than it was. */
    private boolean isExtended;

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
        segments(file, 0, size, true);
        Hash digest = digest(size);
        return new Item.LargeFile(size, digest, segments.finish(digest), hints);
    }

    /** All of a file that was read before. */
    Item file(SmallFile file, int hints) throws IOException {
        byte[] bytes = file.content();
        bytesRead += bytes.length;
        progress.add(bytes.length, 0);
        if (bytes.length <= Item.SmallFile.LONGEST) {
            return new Item.SmallFile(Bytes.of(bytes), hints);
        }
        chunks.data(file.hash(), bytes, 0, bytes.length);
        return new Item.LargeFile(bytes.length, file.hash(), new Storage.Whole(), hints);
    }

    /** As {@link #file(FileHandle, long, int)}; if the file becomes shorter meanwhile, as if there were zeros up to the size that it had. */
    Item asFarAsItGoes(FileHandle file, long size, int hints) throws IOException {
        isExtended = true;
        try {
            return file(file, size, hints);
        } finally {
            isExtended = false;
        }
    }

    /**
     * A file of which only some parts are read: the rest is as it was in the older tree.
     *
     * @param before the file there
     * @param written where it may differ from that
     * @param nodes of the older tree
     */
    Item changed(FileHandle file, long size, int hints, Item.LargeFile before, ByteRanges written, NodeSource nodes)
            throws IOException {
        ByteRanges ranges = written.within(size, before.size());
        if (ranges.ranges().isEmpty() && size == before.size()) {
            return new Item.LargeFile(size, before.digest(), before.storage(), hints);
        }
        if (size <= ONE_CHUNK || ranges.bytes() == size) {
            return file(file, size, hints);
        }
        Hash digest = changedDigest(file, size, before, ranges);
        ByteRanges all = withWaste(before, size, ranges, nodes);
        splice(
                before,
                nodes,
                new Splice(size, all.ranges(), segments::add, (from, to) -> segments(file, from, to, false)));
        left = Set.of();
        return new Item.LargeFile(size, digest, segments.finish(digest), hints);
    }

    private static void splice(Item.LargeFile before, NodeSource nodes, Splice splice) throws IOException {
        new SegmentReader(nodes).read(before.storage(), before.size(), before.digest(), splice::old);
        splice.finish();
    }

    /** With what has become wasteful beside it, as far as that may be written too. */
    private ByteRanges withWaste(Item.LargeFile before, long size, ByteRanges ranges, NodeSource nodes)
            throws IOException {
        changed += ranges.bytes();
        long budget = changed / 8 * REWRITTEN_EIGHTHS;
        Waste waste = new Waste(chunks::find, budget - rewritten);
        splice(before, nodes, new Splice(size, ranges.ranges(), waste::kept, waste::replaced));
        listed += waste.listed();
        Waste.Rewriting worst = waste.worst(Math.min(budget, changed - listed) - rewritten);
        ByteRanges all = ByteRanges.of(
                Stream.concat(ranges.ranges().stream(), worst.ranges().stream()).toList());
        rewritten += all.bytes() - ranges.bytes();
        left = worst.frames();
        return all;
    }

    /** From the blocks that were written to, if the others are remembered; else from all of the file. */
    private Hash changedDigest(FileHandle file, long size, Item.LargeFile before, ByteRanges ranges)
            throws IOException {
        BlockList known = before.size() < REMEMBERED_FROM ? null : known(before).orElse(null);
        if (known == null) {
            pass(file, 0, size);
            return digest(size);
        }
        long at = 0;
        for (ByteRanges.Range range : inBlocks(ranges, size, before.size())) {
            pass(known, at, range.from());
            pass(file, range.from(), range.to());
            at = range.to();
        }
        pass(known, at, size);
        return digest(size);
    }

    /** The blocks of a file of the older tree, if they are remembered and right. */
    private Optional<BlockList> known(Item.LargeFile file) throws IOException {
        Optional<BlockList> list = blocks.find(file.digest());
        if (list.isEmpty() || list.get().size() != (file.size() + ContentDigester.BLOCK - 1) / ContentDigester.BLOCK) {
            return Optional.empty();
        }
        ContentDigester check = new ContentDigester();
        for (int i = 0; i < list.get().size(); i++) {
            check.block(list.get().block(i), (int)
                    Math.min(ContentDigester.BLOCK, file.size() - (long) i * ContentDigester.BLOCK));
        }
        return check.finish().equals(file.digest()) ? list : Optional.empty();
    }

    /** The whole blocks that ranges lie in, and the one that is at the end of the file now or was before, if the size changed. */
    private static List<ByteRanges.Range> inBlocks(ByteRanges ranges, long size, long oldSize) {
        List<ByteRanges.Range> some = new ArrayList<>();
        for (ByteRanges.Range range : ranges.ranges()) {
            long from = range.from() - range.from() % ContentDigester.BLOCK;
            long last = range.to() - 1;
            some.add(new ByteRanges.Range(
                    from, Math.min(size, last - last % ContentDigester.BLOCK + ContentDigester.BLOCK)));
        }
        if (size < oldSize && size % ContentDigester.BLOCK != 0) {
            some.add(new ByteRanges.Range(size - size % ContentDigester.BLOCK, size));
        }
        return ByteRanges.of(some).ranges();
    }

    /** Blocks that are known pass by. Both places are where blocks begin, or the end. */
    private void pass(BlockList known, long from, long to) {
        for (long at = from; at < to; at += ContentDigester.BLOCK) {
            digester.block(
                    known.block((int) (at / ContentDigester.BLOCK)), (int) Math.min(ContentDigester.BLOCK, to - at));
        }
    }

    /** A part of the file passes by. */
    private void pass(FileHandle file, long from, long to) throws IOException {
        long at = from;
        while (at < to) {
            OptionalLong found = FileContent.data(file, at);
            long data = found.isPresent() ? Math.min(to, found.getAsLong()) : to;
            digester.hole(data - at);
            at = data;
            long end = data < to ? Math.min(to, FileContent.hole(file, data)) : to;
            while (at < end) {
                int length = (int) Math.min(window.length, end - at);
                read(file, at, 0, length);
                digester.data(window, 0, length);
                at += length;
            }
        }
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
            chunk(chunks.data(set, at, length), set, at, length);
            at += length;
        }
        Hash digest = digester.finish();
        collector.finish();
        return new Attributes.Stored(set.length, digest, segments.finish(digest));
    }

    /**
     * The runs of data in a part of a file, and the holes between them.
     *
     * @param isPassing whether they pass by for the digest
     */
    private void segments(FileHandle file, long from, long to, boolean isPassing) throws IOException {
        long at = from;
        while (at < to) {
            OptionalLong found = FileContent.data(file, at);
            long data = found.isPresent() ? Math.min(to, found.getAsLong()) : to;
            if (data > at) {
                segments.add(new Segment.Hole(data - at));
                if (isPassing) {
                    digester.hole(data - at);
                }
                progress.check();
            }
            at = data;
            if (data < to) {
                at = Math.min(to, FileContent.hole(file, data));
                run(file, data, at, isPassing);
            }
        }
    }

    /** A run of data, cut into chunks. */
    private void run(FileHandle file, long from, long to, boolean isPassing) throws IOException {
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
            if (isPassing) {
                chunk(chunks.data(window, at, length), window, at, length);
            } else {
                part(at, length, to - from);
            }
            at += length;
        }
    }

    /** A chunk that passes by for the digest. */
    private void chunk(Hash id, byte[] bytes, int from, int length) throws IOException {
        digester.data(bytes, from, length);
        segments.add(new Segment.Slice(id, 0, length));
    }

    /** A chunk of a run that is new, or is to come out of frames of which little is used: if it is there just so, then as two. */
    private void part(int from, int length, long run) throws IOException {
        if (length >= SHORTEST_MOVED && !left.isEmpty() && isLeft(from, length)) {
            part(from, length / 2, run);
            part(from + length / 2, length - length / 2, run);
            return;
        }
        Hash id = run < FULL_FRAME ? chunks.alone(window, from, length) : chunks.data(window, from, length);
        segments.add(new Segment.Slice(id, 0, length));
    }

    private boolean isLeft(int from, int length) throws IOException {
        return chunks.find(window, from, length)
                .map(ChunkPlace::frame)
                .filter(left::contains)
                .isPresent();
    }

    /** Reads a part of a file, which is there, into the window. */
    private void read(FileHandle file, long offset, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            direct.clear().limit(length - done);
            int count = FileContent.read(file, offset + done, direct);
            if (count == 0 && isExtended) {
                Arrays.fill(window, at + done, at + length, (byte) 0);
                return;
            }
            if (count == 0) {
                throw new ChangedMeanwhileException(file.toString(), "it became shorter");
            }
            direct.get(0, window, at + done, count);
            done += count;
        }
        bytesRead += length;
        progress.add(length, 0);
    }
}
