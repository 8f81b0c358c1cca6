package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Reads packs, and believes nothing: footers are compared with the hash that a commit gives, chunks with their ids. Remembers a few frames,
 * since neighbours are read together, and nodes by turns with the data that they name. For one thread, which closes it.
 */
public final class PackReader implements AutoCloseable {
    /** Frames, of half a MiB each: of nodes, of a list of segments, of data, and of those that small pushes left for files side by side. */
    private static final int MOST_REMEMBERED = 24;

    private final PackSource source;
    private final FrameReader frames = new FrameReader();
    private final Sha256 sha256 = new Sha256();
    private final Optional<FramesAhead> ahead;
    /** The one that was used last comes first. */
    private final Deque<Remembered> remembered = new ArrayDeque<>();

    /** A frame in memory. */
    private record Remembered(Hash pack, long start, HashedFrame frame) {
        boolean isAt(ChunkPlace place) {
            return place.frameStart() == start && place.pack().equals(pack);
        }
    }

    /** One that reads what is asked for. */
    public PackReader(PackSource source) {
        this(source, Optional.empty());
    }

    /** @param workers read and unpack ahead what is read in order; may refuse work, which is then done by the thread that calls */
    public PackReader(PackSource source, Optional<Executor> workers) {
        this.source = source;
        this.ahead = workers.map(threads -> new FramesAhead(source, threads));
    }

    /** Reads the end of a pack that a commit names. Many threads may do so. */
    public PackEnd end(PackInfo pack) throws IOException {
        byte[] end = source.read(pack.name(), pack.size() - pack.footerLength(), pack.footerLength());
        if (!Sha256.of(end).equals(pack.footerHash())) {
            throw new BrokenException("pack " + pack.name(), "its footer is not the one that was committed");
        }
        return PackEnd.read(pack.name(), pack.size(), end);
    }

    /** Reads the end of a pack of which nothing but its name and size is known. Many threads may do so. */
    public PackEnd end(Hash pack, long size) throws IOException {
        String object = "pack " + pack;
        if (size < PackHeader.LENGTH + PackFooter.TRAILER || size > PackInfo.MOST_BYTES) {
            throw new BrokenException(object, "it has " + size + " bytes, as no pack has");
        }
        PackHeader.check(object, source.read(pack, 0, PackHeader.LENGTH));
        int length = PackFooter.length(object, trailer(pack, size), size);
        return PackEnd.read(pack, size, source.read(pack, size - length, length));
    }

    /**
     * Looks whether a pack that a commit names is as long as it should be, and ends as one does. Many threads may ask.
     *
     * @throws IOException if there is no such pack, or it cannot be read
     * @throws BrokenException if it is another
     */
    public void look(PackInfo pack) throws IOException {
        String object = "pack " + pack.name();
        if (pack.size() < PackHeader.LENGTH + pack.footerLength()
                || PackFooter.length(object, trailer(pack.name(), pack.size()), pack.size()) != pack.footerLength()) {
            throw new BrokenException(object, "it does not end as was committed");
        }
    }

    private byte[] trailer(Hash pack, long size) throws IOException {
        return source.read(pack, size - PackFooter.TRAILER, PackFooter.TRAILER);
    }

    /** Reads a chunk, and compares it with its id. */
    public Bytes chunk(Hash id, ChunkPlace place) throws IOException {
        return frame(place).chunk(id, place, sha256);
    }

    private HashedFrame frame(ChunkPlace place) throws IOException {
        for (Iterator<Remembered> each = remembered.iterator(); each.hasNext(); ) {
            Remembered known = each.next();
            if (known.isAt(place)) {
                each.remove();
                remembered.addFirst(known);
                return known.frame();
            }
        }
        Optional<HashedFrame> came = ahead.flatMap(each -> each.take(place));
        HashedFrame read = came.isPresent() ? came.get() : HashedFrame.later(read(place));
        if (remembered.size() == MOST_REMEMBERED) {
            remembered.removeLast();
        }
        remembered.addFirst(new Remembered(place.pack(), place.frameStart(), read));
        return read;
    }

    private PlainFrame read(ChunkPlace place) throws IOException {
        byte[] bytes = source.read(place.pack(), place.frameStart(), place.frameLength());
        String object = "the frame at " + place.frameStart() + " of pack " + place.pack();
        return frames.read(object, bytes, 0, bytes.length);
    }

    @Override
    public void close() {
        ahead.ifPresent(FramesAhead::close);
        frames.close();
    }
}
