package io.flockerj.store;

import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares content with its digest: reads all of it, but for blocks that were met before, be it in another version of a file, and are made of the
 * same slices. Where those are more than can be remembered, some are read again. For one thread.
 */
final class ContentCheck {
    private final Source source;
    private final HashMemory remembered;
    private final Sha256 sha256 = new Sha256();
    private @Nullable Hash lastChunk;
    private Bytes lastBytes = Bytes.EMPTY;

    /** Where chunks come from. */
    @FunctionalInterface
    interface Source {
        /** A chunk, that was compared with its id. */
        Bytes chunk(Hash id) throws IOException;
    }

    /** @param remembered hashes of blocks by what they are made of */
    ContentCheck(Source source, HashMemory remembered) {
        this.source = source;
        this.remembered = remembered;
    }

    /** Begins to look at a file. */
    Content begin() {
        return new Content();
    }

    /** One content, whose segments are shown from its beginning to its end. */
    final class Content implements SegmentReader.Visitor {
        private final ContentDigester digester = new ContentDigester();
        /** Of the block that is not complete yet. */
        private final List<Segment> parts = new ArrayList<>();

        private int inBlock;

        @Override
        public void segment(Segment segment) throws IOException {
            switch (segment) {
                case Segment.Hole hole -> hole(hole.length());
                case Segment.Slice slice -> slice(slice);
            }
        }

        private void hole(long length) throws IOException {
            long left = length;
            if (inBlock > 0) {
                long part = Math.min(left, ContentDigester.BLOCK - inBlock);
                add(new Segment.Hole(part));
                left -= part;
            }
            long whole = left - left % ContentDigester.BLOCK;
            digester.hole(whole);
            if (left > whole) {
                add(new Segment.Hole(left - whole));
            }
        }

        private void slice(Segment.Slice slice) throws IOException {
            int done = 0;
            while (done < slice.length()) {
                long part = Math.min(slice.length() - done, ContentDigester.BLOCK - inBlock);
                add(new Segment.Slice(slice.chunk(), slice.offset() + done, part));
                done += (int) part;
            }
        }

        private void add(Segment part) throws IOException {
            parts.add(part);
            inBlock += (int) part.length();
            if (inBlock == ContentDigester.BLOCK) {
                endBlock();
            }
        }

        private void endBlock() throws IOException {
            digester.block(hash(parts), inBlock);
            parts.clear();
            inBlock = 0;
        }

        /** @throws BrokenException if what was shown has another digest */
        void finish(Hash digest) throws IOException {
            if (inBlock > 0) {
                endBlock();
            }
            Hash actual = digester.finish();
            if (!actual.equals(digest)) {
                throw new BrokenException(
                        "its content",
                        "the digest of what is stored is " + actual.abbreviated() + ", and should be "
                                + digest.abbreviated());
            }
        }
    }

    private Hash hash(List<Segment> parts) throws IOException {
        ByteWriter description = new ByteWriter();
        parts.forEach(part -> part.write(description));
        byte[] described = description.toArray();
        Hash key = sha256.hash(described, 0, described.length);
        Optional<Hash> known = remembered.find(key);
        if (known.isPresent()) {
            return known.get();
        }
        Hash hash = read(parts);
        remembered.put(key, hash);
        return hash;
    }

    private Hash read(List<Segment> parts) throws IOException {
        byte[] block = new byte[ContentDigester.BLOCK];
        int at = 0;
        for (Segment part : parts) {
            if (part instanceof Segment.Slice slice) {
                byte[] bytes = bytes(slice).toArray();
                System.arraycopy(bytes, 0, block, at, bytes.length);
            }
            at += (int) part.length();
        }
        return sha256.hash(block, 0, at);
    }

    private Bytes bytes(Segment.Slice slice) throws IOException {
        // A chunk is part of several blocks that follow each other.
        if (!slice.chunk().equals(lastChunk)) {
            lastBytes = source.chunk(slice.chunk());
            lastChunk = slice.chunk();
        }
        if (slice.length() > lastBytes.length() - slice.offset()) {
            throw new BrokenException("chunk " + slice.chunk(), "it is shorter than a slice of it");
        }
        return lastBytes.part(slice.offset(), (int) slice.length());
    }
}
