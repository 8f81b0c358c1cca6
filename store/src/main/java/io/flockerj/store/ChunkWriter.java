package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.Frame;
import io.flockerj.store.pack.FrameKind;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.Pack;
import io.flockerj.store.pack.PackBuilder;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.NodeSink;
import io.flockerj.store.work.WorkLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts chunks and nodes that are not known into packs. They are durable when {@link #finish} returns; until then, only those in packs that are
 * full. Other threads compress, and write packs, meanwhile. A writer that has failed once fails for good, whoever forgives it the first time:
 * what it said to be written may not be there. For one thread, which closes it.
 */
public final class ChunkWriter implements NodeSink, AutoCloseable {
    /** Of packs in memory, some 32 MiB each. */
    private static final int MOST_PACKS_UNDER_WAY = 2;

    private static final int COMPARED_AT_ONCE = 4 << 20;

    /** Of what a small push writes little is left after some more; nobody should read a long frame for that. */
    private static final int SMALL_NODE_FRAME = 64 << 10;

    /** So many nodes are more than a few changes make, and are read together. */
    private static final long MOST_IN_SMALL_FRAMES = 1 << 20;

    private static final int PACKS_IN_INDEX = 256;
    private static final int FEWEST_IN_INDEX = 65;

    private final Backend backend;
    private final Layout layout;
    private final ChunkIndex index;
    private final Repository.Keeping keeping;
    private final long packTarget;
    private final Sha256 sha256 = new Sha256();
    private final FramePress data;
    private final FramePress nodes;
    private final List<Frame> nodeFrames = new ArrayList<>();
    private final Set<Hash> pending = new HashSet<>();
    private final WorkLine<PackInfo> packs;
    private final List<PackInfo> written = new ArrayList<>();
    /** What is in packs that are not durable yet. */
    private final Map<Hash, IndexedPack> notDurable = new HashMap<>();

    private final IndexWriting indexes;
    private PackBuilder pack;
    private long nodeBytes;
    private long nodesPut;
    private long nodesEnded;
    private @Nullable Throwable failure;

    ChunkWriter(
            Backend backend,
            Layout layout,
            ChunkIndex index,
            Executor workers,
            Repository.Keeping keeping,
            long packTarget) {
        this.backend = backend;
        this.layout = layout;
        this.index = index;
        this.keeping = keeping;
        this.packTarget = packTarget;
        this.pack = new PackBuilder(packTarget);
        this.data = new FramePress(FrameKind.DATA, workers);
        this.nodes = new FramePress(FrameKind.NODES, workers);
        this.packs = new WorkLine<>(workers, MOST_PACKS_UNDER_WAY);
        this.indexes = new IndexWriting(
                new PackIndexes(backend, layout, new Requests(Runnable::run)), PACKS_IN_INDEX, FEWEST_IN_INDEX);
    }

    /**
     * Writes a part of a file, if it is not known.
     *
     * @return its id
     */
    public Hash data(byte[] bytes, int from, int length) throws IOException {
        Hash id = sha256.hash(bytes, from, length);
        data(id, bytes, from, length);
        return id;
    }

    /** As {@link #data(byte[], int, int)}, where another thread has hashed the bytes already: {@code id} is their SHA-256. */
    public void data(Hash id, byte[] bytes, int from, int length) throws IOException {
        ifNew(id, () -> {
            data.add(id, bytes, from, length);
            takeReady(data);
        });
    }

    /**
     * As {@link #data(byte[], int, int)}, in a frame of its own: for a part of a file whose neighbours are elsewhere. When it is replaced, nothing is left of the frame
     * that anybody has to read.
     */
    public Hash alone(byte[] bytes, int from, int length) throws IOException {
        Hash id = sha256.hash(bytes, from, length);
        ifNew(id, () -> {
            data.addAlone(id, bytes, from, length);
            takeReady(data);
        });
        return id;
    }

    /** Where a chunk is that is in the repository, if that is known here. */
    public Optional<ChunkPlace> find(Hash chunk) {
        return index.find(chunk);
    }

    /** As {@link #find(Hash)}, of the chunk that these bytes would be. */
    public Optional<ChunkPlace> find(byte[] bytes, int from, int length) {
        return index.find(sha256.hash(bytes, from, length));
    }

    @Override
    public Hash put(byte[] bytes, int length) throws IOException {
        Hash id = sha256.hash(bytes, 0, length);
        ifNew(id, () -> {
            nodes.add(id, bytes, 0, length);
            nodesPut += length;
            if (nodesPut <= MOST_IN_SMALL_FRAMES && nodesPut - nodesEnded >= SMALL_NODE_FRAME) {
                nodes.end();
                nodesEnded = nodesPut;
            }
            takeReady(nodes);
        });
        return id;
    }

    /** Makes everything durable that was written. Then the writer may be used again, unless this throws. */
    public void finish() throws IOException {
        unlessFailed(this::finishAll);
    }

    /** Something that leaves the writer as it should be only if it succeeds. */
    private interface Step {
        void run() throws IOException;
    }

    private void unlessFailed(Step step) throws IOException {
        Throwable before = failure;
        if (before != null) {
            throw new IOException(
                    "cannot write to " + backend + ": writing failed before: " + before.getMessage(), before);
        }
        try {
            step.run();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private void finishAll() throws IOException {
        List<FramePress> presses = List.of(data, nodes);
        presses.forEach(FramePress::end);
        for (FramePress press : presses) {
            for (Optional<Frame> frame = press.last(); frame.isPresent(); frame = press.last()) {
                take(frame.get());
            }
        }
        endPack();
        for (Optional<PackInfo> made = packs.last(); made.isPresent(); made = packs.last()) {
            durable(made.get());
        }
        if (!pending.isEmpty() || !notDurable.isEmpty()) {
            throw new IllegalStateException("something was not written");
        }
        indexes.finish();
    }

    /** The packs that were made and are durable, in the order in which they were. */
    public List<PackInfo> written() {
        return List.copyOf(written);
    }

    /** Writes a chunk, if it is neither in the repository nor on its way there. */
    private void ifNew(Hash id, Step write) throws IOException {
        unlessFailed(() -> {
            if (!index.contains(id) && pending.add(id)) {
                write.run();
            }
        });
    }

    private void takeReady(FramePress press) throws IOException {
        for (Optional<Frame> frame = press.next(); frame.isPresent(); frame = press.next()) {
            take(frame.get());
        }
    }

    private void take(Frame frame) throws IOException {
        if (frame.kind() == FrameKind.NODES) {
            // Behind those of data, so that trees are read together.
            nodeFrames.add(frame);
            nodeBytes += frame.bytes().length;
        } else {
            pack.add(frame);
        }
        if (pack.isFull() || nodeBytes >= packTarget) {
            endPack();
        }
    }

    private void endPack() throws IOException {
        for (Frame frame : nodeFrames) {
            if (pack.isFull()) {
                write();
            }
            pack.add(frame);
        }
        nodeFrames.clear();
        nodeBytes = 0;
        if (!pack.isEmpty()) {
            write();
        }
    }

    private void write() throws IOException {
        // One that is not full is the last.
        if (pack.isFull() || !written.isEmpty() || !notDurable.isEmpty()) {
            keeping.keep();
        }
        Pack made = pack.finish();
        pack = new PackBuilder(packTarget);
        index.add(made.info(), made.table());
        notDurable.put(made.info().name(), made.indexed());
        for (int chunk = 0; chunk < made.table().chunks(); chunk++) {
            pending.remove(made.table().chunk(chunk));
        }
        packs.begin(() -> {
            create(made);
            keeping.sent(made.info());
            return made.info();
        });
        for (Optional<PackInfo> done = packs.next(); done.isPresent(); done = packs.next()) {
            durable(done.get());
        }
    }

    /** One that is there already should be this one, but it may have been damaged since. */
    private void create(Pack made) throws IOException {
        ObjectName name = layout.pack(made.info().name());
        boolean isThere =
                backend.create(name, made.pieces()) || isRight(name, made.info()) || keeping.mend(name, made.pieces());
        if (!isThere) {
            throw new IOException("cannot write " + name + " in " + backend
                    + ": there is one already, and it is damaged; remove that object, and push again");
        }
    }

    private boolean isRight(ObjectName name, PackInfo made) throws IOException {
        Sha256 hash = new Sha256();
        long at = 0;
        while (at <= made.size()) {
            byte[] part;
            try {
                part = backend.read(name, at, COMPARED_AT_ONCE);
            } catch (NoSuchObjectException e) {
                return false; // It has been taken away since.
            }
            hash.add(part, 0, part.length);
            at += part.length;
            if (part.length < COMPARED_AT_ONCE) {
                break;
            }
        }
        return hash.finish().equals(made.name());
    }

    private void durable(PackInfo made) throws IOException {
        written.add(made);
        IndexedPack indexed = notDurable.remove(made.name());
        if (indexed != null) {
            indexes.add(indexed);
        }
    }

    /** What was not finished is not known afterwards: it may be there, or not. */
    @Override
    public void close() {
        data.close();
        nodes.close();
        packs.abandon();
        notDurable.keySet().forEach(index::remove);
        notDurable.clear();
    }
}
