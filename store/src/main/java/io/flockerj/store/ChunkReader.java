package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackReader;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Reads chunks and nodes, each compared with its id. What is not where it should be is looked for in all packs (format.md section 5.1); only what
 * is in none of them is missing. For one thread, which closes it.
 */
public final class ChunkReader implements NodeSource, AutoCloseable {
    private final Backend backend;
    private final Layout layout;
    private final ChunkIndex index;
    private final PackReader packs;
    private final PackLearning learning;

    /** @param workers ask, unpack and hash beside the thread that calls, where there are any */
    ChunkReader(Backend backend, Layout layout, ChunkIndex index, Optional<Executor> workers) {
        this.backend = backend;
        this.layout = layout;
        this.index = index;
        this.packs = new PackReader(layout.source(backend), workers);
        this.learning = new PackLearning(backend, layout, index, packs, new Requests(workers.orElse(Runnable::run)));
    }

    /**
     * Learns what is in packs that a commit names: from what is remembered, or else from their footers. Those that are gone
     * or broken are passed over, for their chunks may be in others.
     *
     * @return the packs that could not be learned. That a pack is remembered does not say that it is still there
     */
    public List<PackInfo> learn(List<PackInfo> named) throws IOException {
        return learning.learn(named).hurt();
    }

    /**
     * As {@link #learn}, for who wants to build on what is in the packs: makes sure that each is there.
     *
     * @return the packs that could not be learned, or are not there
     */
    public List<PackInfo> learnPresent(List<PackInfo> named) throws IOException {
        return learning.learnPresent(named);
    }

    /**
     * Learns what is in all packs that are there, whether or not a commit names them.
     *
     * @param passedOver is told of each that is gone or broken, or that only a newer program can read: what it holds is not known
     * @return what a commit would say of the others
     */
    public List<PackInfo> learnAll(Consumer<IOException> passedOver) throws IOException {
        List<Listed> all = new ArrayList<>();
        backend.list(layout.packs(), all::add);
        return learning.learnAll(all, passedOver);
    }

    /** A chunk. */
    public Bytes chunk(Hash id) throws IOException {
        Optional<ChunkPlace> place = index.find(id);
        if (place.isPresent()) {
            try {
                return packs.chunk(id, place.get());
            } catch (NoSuchObjectException | BrokenException e) {
                index.remove(place.get().pack());
                return elsewhere(id, e);
            }
        }
        return elsewhere(id, new BrokenException("chunk " + id, "it is in no pack"));
    }

    /** The bytes of a slice. */
    public Bytes slice(Segment.Slice slice) throws IOException {
        Bytes chunk = chunk(slice.chunk());
        if (slice.length() > chunk.length() - slice.offset()) {
            throw new BrokenException("chunk " + slice.chunk(), "it is shorter than a slice of it");
        }
        return chunk.part(slice.offset(), Math.toIntExact(slice.length()));
    }

    /**
     * A slice that is wanted.
     *
     * @param position where its first byte belongs
     */
    public record Wanted(long position, Segment.Slice slice) {}

    /**
     * Slices in the order in which they lie in packs, so that each frame is read once; empty if that is so in the order that they have. They are
     * expected to be asked for next, as {@link #slice}, in that order: what they need is read ahead.
     */
    public Optional<List<Wanted>> betterOrder(List<Wanted> wanted) {
        List<Placed> placed = new ArrayList<>(wanted.size());
        for (Wanted each : wanted) {
            placed.add(new Placed(index.find(each.slice().chunk()), each));
        }
        List<FramePlace> frames = frames(placed);
        boolean isGood = frames.size() == new HashSet<>(frames).size();
        if (!isGood) {
            placed.sort(Comparator.comparing(Placed::frame).thenComparingInt(Placed::start));
            frames = frames(placed);
        }
        frames.removeIf(Placed.UNKNOWN::equals);
        packs.expect(frames);
        return isGood
                ? Optional.empty()
                : Optional.of(placed.stream().map(Placed::wanted).toList());
    }

    /** The frames that are asked for, one after the other. */
    private static List<FramePlace> frames(List<Placed> placed) {
        List<FramePlace> frames = new ArrayList<>();
        for (Placed each : placed) {
            if (frames.isEmpty() || !frames.getLast().equals(each.frame())) {
                frames.add(each.frame());
            }
        }
        return frames;
    }

    /** A slice, and where its chunk is. Those of which that is not known lie together. */
    private record Placed(Optional<ChunkPlace> place, Wanted wanted) {
        private static final FramePlace UNKNOWN = new FramePlace(new Hash(0, 0, 0, 0), 0, 0);

        FramePlace frame() {
            return place.map(ChunkPlace::frame).orElse(UNKNOWN);
        }

        int start() {
            return place.map(ChunkPlace::start).orElse(0);
        }
    }

    @Override
    public byte[] get(Hash id) throws IOException {
        return chunk(id).toArray();
    }

    /**
     * Gives nodes as far as the index knows of them, and looks nowhere else: so whoever writes by the same index relies on no pack that he does
     * not name. What is not where the index says is broken.
     */
    public NodeSource known() {
        return id -> {
            ChunkPlace place = index.find(id)
                    .orElseThrow(() -> new BrokenException("chunk " + id, "it is in no pack that is named"));
            try {
                return packs.chunk(id, place).toArray();
            } catch (NoSuchObjectException | BrokenException e) {
                index.remove(place.pack());
                BrokenException broken = new BrokenException("chunk " + id, "its pack is hurt");
                broken.initCause(e);
                throw broken;
            }
        };
    }

    private Bytes elsewhere(Hash id, IOException failure) throws IOException {
        List<Listed> all = new ArrayList<>();
        backend.list(layout.packs(), all::add);
        List<Bytes> found = new ArrayList<>();
        learning.learnListed(all, () -> {
            known(id, failure).ifPresent(found::add);
            return !found.isEmpty();
        });
        if (found.isEmpty()) {
            throw failure;
        }
        return found.getFirst();
    }

    /**
     * A chunk at one of the places that are known; those where it is not are forgotten. Whatever else hinders says nothing of the pack, and somebody
     * may remember for good what is said of it.
     */
    private Optional<Bytes> known(Hash id, IOException failure) throws IOException {
        for (Optional<ChunkPlace> place = index.find(id); place.isPresent(); place = index.find(id)) {
            try {
                return Optional.of(packs.chunk(id, place.get()));
            } catch (NoSuchObjectException | BrokenException e) {
                index.remove(place.get().pack());
                failure.addSuppressed(e);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        packs.close();
    }
}
