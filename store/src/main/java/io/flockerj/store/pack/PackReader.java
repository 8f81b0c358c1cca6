package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Reads packs, and believes nothing: footers are compared with the hash that a commit gives, chunks with their ids. Remembers a few frames,
 * since neighbours are read together, and nodes by turns with the data that they name. For one thread, which closes it.
 */
public final class PackReader implements AutoCloseable {
    /** A list of segments, directories, and what small pushes left of both. */
    private static final long MOST_OF_NODES = 8L << 20;

    /** What neighbours need, and what small pushes left for files side by side. */
    private static final long MOST_OF_DATA = 8L << 20;

    private final PackSource source;
    private final FrameReader frames = new FrameReader();
    private final Sha256 sha256 = new Sha256();
    private final Optional<Ahead> ahead;
    // Apart, so that the data of a large file leaves the nodes there that tell of the next one.
    private final FrameMemory nodes = new FrameMemory(MOST_OF_NODES);
    private final FrameMemory data = new FrameMemory(MOST_OF_DATA);

    /** Where frames come from before they are asked for. */
    private record Ahead(Unpacking unpacking, FramesPlanned planned, FramesAhead guessed) implements AutoCloseable {
        static Ahead of(PackSource source, Executor workers) {
            Unpacking unpacking = new Unpacking(workers);
            Executor askers = request -> Thread.ofVirtual().name("ask").start(request);
            return new Ahead(
                    unpacking,
                    new FramesPlanned(source, askers, unpacking),
                    new FramesAhead(source, workers, unpacking));
        }

        Optional<HashedFrame> take(ChunkPlace place) {
            return planned.take(place.frame()).or(() -> guessed.take(place));
        }

        @Override
        public void close() {
            planned.close();
            guessed.close();
            unpacking.close();
        }
    }

    /** One that reads what is asked for. */
    public PackReader(PackSource source) {
        this(source, Optional.empty());
    }

    /** @param workers read and unpack ahead what is read in order; may refuse work, which is then done by the thread that calls */
    public PackReader(PackSource source, Optional<Executor> workers) {
        this.source = source;
        this.ahead = workers.map(threads -> Ahead.of(source, threads));
    }

    /** Reads the end of a pack that a commit names. Many threads may do so. */
    public PackEnd end(PackInfo pack) throws IOException {
        requireHoldable("pack " + pack.name(), pack.footerLength());
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
        requireHoldable(object, length);
        return PackEnd.read(pack, size, source.read(pack, size - length, length));
    }

    private static void requireHoldable(String object, int footer) throws UnsupportedException {
        if (footer > PackInfo.MOST_OF_FOOTER) {
            throw new UnsupportedException(object, "footers of more than " + PackInfo.MOST_OF_FOOTER + " bytes");
        }
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

    /**
     * Chunks of these frames will be asked for, in this order; each frame is there once. Where they lie side by side, nothing is done now: that
     * shows when they are asked for, and so do those of the next file.
     */
    public void expect(List<FramePlace> frames) {
        if (ahead.isEmpty()) {
            return;
        }
        List<FrameRun> runs = FrameRun.of(
                frames.stream().filter(frame -> !data.contains(frame)).toList());
        if (runs.size() > 1) {
            ahead.get().planned().plan(runs);
        }
    }

    private HashedFrame frame(ChunkPlace place) throws IOException {
        FrameMemory memory = place.kind() == FrameKind.NODES ? nodes : data;
        Optional<HashedFrame> known = memory.find(place.frame());
        if (known.isPresent()) {
            return known.get();
        }
        Optional<HashedFrame> came = ahead.flatMap(each -> each.take(place));
        HashedFrame read = came.isPresent() ? came.get() : HashedFrame.later(read(place));
        memory.add(place.frame(), read);
        return read;
    }

    private PlainFrame read(ChunkPlace place) throws IOException {
        byte[] bytes = source.read(place.pack(), place.frameStart(), place.frameLength());
        String object = "the frame at " + place.frameStart() + " of pack " + place.pack();
        return frames.read(object, bytes, 0, bytes.length);
    }

    @Override
    public void close() {
        ahead.ifPresent(Ahead::close);
        frames.close();
    }
}
