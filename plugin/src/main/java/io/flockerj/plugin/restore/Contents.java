package io.flockerj.plugin.restore;

import io.flockerj.plugin.capture.BlockHashes;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what is stored of files, compares it with its digest, and writes it into files. Holes are never written. For one thread. */
final class Contents {
    private static final int BUFFER = 512 << 10;
    /** Of a set of attributes; who captures one refuses longer ones. */
    private static final int LONGEST_SET = 4 << 20;

    /** Slices of one file whose order is looked at: some 200 bytes each. */
    private static final int MOST_GATHERED = 32 * 1024;

    private final ChunkReader chunks;
    private final SegmentReader segments;
    private final EarlierTree earlier;
    private final ContentHere here;
    private final Progress progress;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    Contents(ChunkReader chunks, EarlierTree earlier, BlockHashes blocks, Progress progress) {
        this.chunks = chunks;
        this.segments = new SegmentReader(chunks);
        this.earlier = earlier;
        this.here = new ContentHere(blocks, progress);
        this.progress = progress;
    }

    /**
     * Writes a file into an empty one; answers how many bytes of data those were. What an earlier attempt has left of it is not fetched again.
     *
     * @param path where the file lies
     */
    long write(FileHandle file, Item content, PathName path) throws IOException {
        return switch (content) {
            case Item.SmallFile small -> writeSmall(file, small);
            case Item.LargeFile large -> writeLarge(file, large, path);
            default -> throw new IllegalArgumentException("only files have content");
        };
    }

    private long writeLarge(FileHandle file, Item.LargeFile content, PathName path) throws IOException {
        Optional<FileHandle> left = earlier.file(path);
        if (left.isPresent()) {
            try (FileHandle found = left.get()) {
                return complete(file, found, content);
            } catch (LinuxException e) {
                if (!ContentHere.isUnreadable(e)) {
                    throw e;
                }
                file.truncate(0); // Nothing of what lies here is needed.
            }
        }
        return fetch(file, content);
    }

    /** All of a file, if it is one chunk that has to be fetched. */
    Optional<Bytes> oneChunk(Item.LargeFile content, PathName path) throws IOException {
        if (!(content.storage() instanceof Storage.Whole)) {
            return Optional.empty();
        }
        return earlier.has(path) ? Optional.empty() : Optional.of(whole(content.digest(), content.size()));
    }

    /** Takes what is right of what another file holds, and fetches the rest; answers how many bytes were written. */
    private long complete(FileHandle file, FileHandle found, Item.LargeFile content) throws IOException {
        boolean isShared = FileContent.share(found, file);
        if (isShared && file.size() == content.size() && here.isIntact(file, content)) {
            brought(content.storage().data(content.size()));
            return 0;
        }
        if (isShared) {
            file.truncate(content.size());
        }
        Writing writing = new Writing(file);
        Gathering gathering = new Gathering(writing, Optional.empty());
        Completion completion = new Completion(found, isShared, gathering);
        if (content.storage() instanceof Storage.Whole) {
            completion.segment(new Segment.Slice(content.digest(), 0, content.size()));
        } else {
            segments.read(content.storage(), content.size(), content.digest(), completion);
        }
        gathering.write();
        writing.finish(content.size());
        requireRight(here.isIntact(file, content), content.digest());
        return writing.written;
    }

    private long writeSmall(FileHandle file, Item.SmallFile content) throws IOException {
        if (content.content().length() > 0) {
            buffer.clear().put(content.content().toArray());
            FileContent.write(file, 0, buffer.flip());
        }
        return content.content().length();
    }

    private long fetch(FileHandle file, Item.LargeFile content) throws IOException {
        Writing writing = new Writing(file);
        if (content.storage() instanceof Storage.Whole) {
            writing.put(0, whole(content.digest(), content.size()));
            writing.flush();
            return writing.written;
        }
        Gathering gathering = new Gathering(writing, Optional.of(here.compare(content)));
        segments.read(content.storage(), content.size(), content.digest(), gathering::next);
        Optional<Comparison> compared = gathering.finish(content.size());
        requireRight(compared.isPresent() ? compared.get().isRight() : here.isIntact(file, content), content.digest());
        return writing.written;
    }

    /**
     * Makes of a file that holds one content a file that holds another, and reads and writes only what differs between the two; answers what that
     * was. Chunks are compared with their ids, but the content with its digest only by {@link #isIntact}. What an earlier attempt has left of it is not
     * fetched again.
     *
     * @param path where the file lies
     */
    Changed change(FileHandle file, Item.LargeFile before, Item.LargeFile after, PathName path) throws IOException {
        Optional<FileHandle> left = earlier.file(path);
        if (left.isEmpty()) {
            return change(file, before, after, left);
        }
        try (FileHandle found = left.get()) {
            return change(file, before, after, Optional.of(found));
        }
    }

    /**
     * What was changed of a file.
     *
     * @param written how many bytes
     */
    record Changed(long written, ChangedBlocks blocks) {}

    /** Whether a file holds what it should; reads all of it but its holes. */
    boolean isIntact(FileHandle file, Item.LargeFile content) throws IOException {
        return here.isIntact(file, content);
    }

    /** As {@link #isIntact(FileHandle, Item.LargeFile)} of a file that was changed, at the cost of what was, if the rest is remembered. */
    boolean isIntact(FileHandle file, Item.LargeFile before, Item.LargeFile after, Changed changed) throws IOException {
        return here.isIntact(file, before, after, changed.blocks());
    }

    private Changed change(FileHandle file, Item.LargeFile before, Item.LargeFile after, Optional<FileHandle> left)
            throws IOException {
        if (before.size() != after.size()) {
            file.truncate(after.size());
        }
        Writing writing = new Writing(file);
        Gathering gathering = new Gathering(writing, Optional.empty());
        ChangedBlocks changed = new ChangedBlocks(before, after);
        segments.difference(before, after, (position, segment) -> {
            changed.add(position, segment.length());
            switch (segment) {
                case Segment.Slice slice -> {
                    Optional<Bytes> found =
                            left.isPresent() ? here.chunk(left.get(), position, slice) : Optional.empty();
                    if (found.isPresent()) {
                        writing.put(position, found.get());
                    } else {
                        gathering.add(position, slice);
                    }
                }
                // What is behind the former end is a hole already.
                case Segment.Hole hole -> empty(file, position, Math.min(hole.length(), before.size() - position));
            }
        });
        gathering.write();
        writing.flush();
        return new Changed(writing.written, changed);
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

    /** A long set of attributes. */
    Bytes read(Attributes.Stored set) throws IOException {
        if (set.length() > LONGEST_SET) {
            throw new BrokenException(
                    "its attributes",
                    "they have " + set.length() + " bytes together, and " + LONGEST_SET + " can be held in memory");
        }
        if (set.storage() instanceof Storage.Whole) {
            return whole(set.digest(), set.length());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        segments.read(
                set.storage(),
                set.length(),
                set.digest(),
                segment -> bytes.writeBytes(
                        switch (segment) {
                            case Segment.Hole _ ->
                                throw new BrokenException("its attributes", "there is a hole in them");
                            case Segment.Slice slice -> chunks.slice(slice).toArray();
                        }));
        ContentDigester digester = new ContentDigester();
        digester.data(bytes.toByteArray(), 0, bytes.size());
        requireRight(digester.finish().equals(set.digest()), set.digest());
        return Bytes.of(bytes.toByteArray());
    }

    /** So much content was written. First told of as what can be found again, for whoever follows the progress may end the work. */
    void brought(long bytes) throws IOException {
        earlier.brought(bytes);
        progress.add(bytes, 0);
    }

    private static void requireRight(boolean isRight, Hash digest) throws BrokenException {
        if (!isRight) {
            throw new BrokenException("the content", "its digest is not " + digest.abbreviated());
        }
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

    /** Goes through what a file should hold, takes what lies in another at the same place, and lets the rest be fetched. */
    private final class Completion implements SegmentReader.Visitor {
        private final FileHandle found;
        private final boolean isShared;
        private final Gathering gathering;
        private long position;

        /** @param isShared whether the file that is completed holds already what the other one does */
        Completion(FileHandle found, boolean isShared, Gathering gathering) {
            this.found = found;
            this.isShared = isShared;
            this.gathering = gathering;
        }

        @Override
        public void segment(Segment segment) throws IOException {
            switch (segment) {
                case Segment.Slice slice -> take(slice);
                case Segment.Hole hole -> {
                    if (isShared) {
                        empty(gathering.writing.file, position, hole.length());
                    }
                }
            }
            position += segment.length();
        }

        private void take(Segment.Slice slice) throws IOException {
            Optional<Bytes> bytes = here.chunk(found, position, slice);
            if (bytes.isEmpty()) {
                gathering.add(position, slice);
            } else if (isShared) {
                brought(slice.length());
            } else {
                gathering.writing.put(position, bytes.get());
            }
        }
    }

    /**
     * Collects slices of one file, and writes them: in the order of the file, as long as that reads no frame twice, else in that of the packs. A
     * file that was changed here and there again and again lies about in many packs.
     */
    private final class Gathering {
        private final Writing writing;
        private final List<ChunkReader.Wanted> slices = new ArrayList<>();
        /** By which all that is written passes, as long as it does so from the beginning of the file to its end. */
        private Optional<Comparison> comparison;

        private long position;
        private long digested;

        /** @param comparison if all of the file will be written */
        Gathering(Writing writing, Optional<Comparison> comparison) {
            this.writing = writing;
            this.comparison = comparison;
        }

        /** What is behind the last one. */
        void next(Segment segment) throws IOException {
            long begin = position;
            position += segment.length();
            if (segment instanceof Segment.Slice slice) {
                add(begin, slice);
            }
        }

        void add(long from, Segment.Slice slice) throws IOException {
            slices.add(new ChunkReader.Wanted(from, slice));
            if (slices.size() == MOST_GATHERED) {
                write();
            }
        }

        void write() throws IOException {
            if (slices.isEmpty()) {
                return;
            }
            Optional<List<ChunkReader.Wanted>> better = chunks.betterOrder(slices);
            if (better.isPresent()) {
                comparison = Optional.empty();
            }
            for (ChunkReader.Wanted each : better.orElse(slices)) {
                Bytes data = chunks.slice(each.slice());
                writing.put(each.position(), data);
                if (comparison.isPresent()) {
                    pass(comparison.get().digester(), each.position(), data);
                }
            }
            slices.clear();
        }

        private void pass(ContentDigester digester, long from, Bytes data) {
            byte[] bytes = data.toArray();
            digester.hole(from - digested);
            digester.data(bytes, 0, bytes.length);
            digested = from + bytes.length;
        }

        /** By which the whole file has passed, if all of it has. */
        Optional<Comparison> finish(long size) throws IOException {
            write();
            writing.finish(size);
            comparison.ifPresent(passed -> passed.digester().hole(size - digested));
            return comparison;
        }
    }

    /** Into a file, in large pieces. */
    private final class Writing {
        private final FileHandle file;
        /** Where in the file the buffer's first byte belongs. */
        private long start;

        private long reached;
        private long written;

        Writing(FileHandle file) {
            this.file = file;
            buffer.clear();
        }

        void put(long position, Bytes data) throws IOException {
            if (position != start + buffer.position()) {
                flush();
                start = position;
            }
            if (data.length() > buffer.remaining()) {
                flush();
            }
            buffer.put(data.toArray());
            reached = Math.max(reached, position + data.length());
        }

        /** A hole at the end is nothing that is written. */
        void finish(long size) throws IOException {
            flush();
            if (reached < size) {
                file.truncate(size);
            }
        }

        void flush() throws IOException {
            int length = buffer.flip().remaining();
            if (length > 0) {
                FileContent.write(file, start, buffer);
                brought(length);
            }
            buffer.clear();
            start += length;
            written += length;
        }
    }
}
