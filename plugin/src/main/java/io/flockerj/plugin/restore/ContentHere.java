package io.flockerj.plugin.restore;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.BlockList;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads files of this host, and compares what they hold with what they should. For one thread. */
final class ContentHere {
    private static final int BUFFER = 512 << 10;

    private final BlockHashes blocks;
    private final Holes holes;
    private final Progress progress;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Sha256 sha256 = new Sha256();

    /** Tells where the data and the holes of files are. */
    interface Holes {
        /** As the kernel tells it. */
        Holes KERNEL = new Holes() {
            @Override
            public OptionalLong data(FileHandle file, long from) throws IOException {
                return FileContent.data(file, from);
            }

            @Override
            public long hole(FileHandle file, long from) throws IOException {
                return FileContent.hole(file, from);
            }
        };

        /** As {@link FileContent#data}. */
        OptionalLong data(FileHandle file, long from) throws IOException;

        /** As {@link FileContent#hole}. */
        long hole(FileHandle file, long from) throws IOException;
    }

    /** @param blocks remembers what large files are made of */
    ContentHere(BlockHashes blocks, Progress progress) {
        this(blocks, Holes.KERNEL, progress);
    }

    ContentHere(BlockHashes blocks, Holes holes, Progress progress) {
        this.blocks = blocks;
        this.holes = holes;
        this.progress = progress;
    }

    /** Begins to compare content that will pass by. */
    Comparison compare(Item.LargeFile content) {
        return new Comparison(blocks, content);
    }

    /** Whether a file has a digest, and no more behind; reads all of it but its holes. */
    boolean isIntact(FileHandle file, Item.LargeFile content) throws IOException {
        if (file.size() != content.size()) {
            return false;
        }
        Comparison comparison = compare(content);
        return pass(comparison.digester(), file, content.size()) && comparison.isRight();
    }

    /**
     * Whether a file that was changed in its place has its digest; reads the blocks that changed, and all but its holes only if the others are not
     * remembered.
     */
    boolean isIntact(FileHandle file, Item.LargeFile before, Item.LargeFile after, ChangedBlocks changed)
            throws IOException {
        Optional<BlockList> known = blocks.find(before.digest());
        // If it is wrong, what is remembered may be; nobody has compared that with anything.
        return (known.isPresent() && isIntact(file, known.get(), after, changed)) || isIntact(file, after);
    }

    private boolean isIntact(FileHandle file, BlockList known, Item.LargeFile content, ChangedBlocks changed)
            throws IOException {
        int count = Math.toIntExact((content.size() + ContentDigester.BLOCK - 1) / ContentDigester.BLOCK);
        if (file.size() != content.size() || !changed.areBeside(known, count)) {
            return false;
        }
        Comparison comparison = compare(content);
        long emptyTo = 0;
        for (int block = 0; block < count; block++) {
            long from = (long) block * ContentDigester.BLOCK;
            long to = Math.min(content.size(), from + ContentDigester.BLOCK);
            if (!changed.contains(block)) {
                comparison.digester().block(known.block(block), (int) (to - from));
                continue;
            }
            if (emptyTo < to) {
                // Not where the data end: that takes as long as there are pieces of them, for each block.
                emptyTo = holes.data(file, from).orElse(content.size());
            }
            if (emptyTo >= to) {
                comparison.digester().hole(to - from);
            } else if (!data(comparison.digester(), file, from, to)) {
                return false;
            }
        }
        return comparison.isRight();
    }

    /** Lets all of a file pass by but its holes; answers whether there is as much of it. */
    private boolean pass(ContentDigester digester, FileHandle file, long size) throws IOException {
        long at = 0;
        while (at < size) {
            OptionalLong found = holes.data(file, at);
            long begin = found.isPresent() ? Math.min(size, found.getAsLong()) : size;
            digester.hole(begin - at);
            long end = begin == size ? size : Math.min(size, holes.hole(file, begin));
            if (!data(digester, file, begin, end)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    /** Lets a part of a file pass by, holes as zeros; answers whether there is as much of it. */
    private boolean data(ContentDigester digester, FileHandle file, long from, long to) throws IOException {
        byte[] piece = new byte[(int) Math.min(BUFFER, to - from)];
        long at = from;
        while (at < to) {
            buffer.clear().limit((int) Math.min(piece.length, to - at));
            int count = FileContent.read(file, at, buffer);
            if (count == 0) {
                return false;
            }
            buffer.flip().get(piece, 0, count);
            digester.data(piece, 0, count);
            at += count;
            progress.check();
        }
        return true;
    }

    /** Whether a file cannot be read for what has become of it on the disk: a bad sector, or what does not fit its checksum. */
    static boolean isUnreadable(LinuxException e) {
        return e.is(Errno.EIO) || e.is(Errno.EUCLEAN) || e.is(Errno.EBADMSG);
    }

    /** The bytes of a slice that is a whole chunk, if they lie at that place of a file and can be read. */
    Optional<Bytes> chunk(FileHandle file, long position, Segment.Slice slice) throws IOException {
        if (slice.offset() > 0) {
            return Optional.empty(); // Only of a whole chunk can be told whether it is right.
        }
        byte[] bytes = new byte[(int) slice.length()];
        try {
            buffer.clear().limit(bytes.length);
            while (buffer.hasRemaining()) {
                if (FileContent.read(file, position + buffer.position(), buffer) == 0) {
                    return Optional.empty();
                }
            }
        } catch (LinuxException e) {
            if (!isUnreadable(e)) {
                throw e;
            }
            return Optional.empty();
        }
        buffer.flip().get(bytes);
        return sha256.hash(bytes, 0, bytes.length).equals(slice.chunk())
                ? Optional.of(Bytes.of(bytes))
                : Optional.empty();
    }
}
