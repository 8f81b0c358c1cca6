package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.Frame;
import io.flockerj.store.pack.FrameBuilder;
import io.flockerj.store.pack.FrameKind;
import io.flockerj.store.pack.Pack;
import io.flockerj.store.pack.PackBuilder;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.NodeSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts chunks and nodes that are not known into packs. They are durable when {@link #finish} returns; until then, only those in packs that are
 * full. For one thread, which closes it.
 */
public final class ChunkWriter implements NodeSink, AutoCloseable {
    private final Backend backend;
    private final Layout layout;
    private final ChunkIndex index;
    private final Sha256 sha256 = new Sha256();
    private final FrameBuilder data = new FrameBuilder(FrameKind.DATA);
    private final FrameBuilder nodes = new FrameBuilder(FrameKind.NODES);
    private final List<Frame> nodeFrames = new ArrayList<>();
    private final Set<Hash> pending = new HashSet<>();
    private final List<PackInfo> written = new ArrayList<>();
    private PackBuilder pack = new PackBuilder();

    ChunkWriter(Backend backend, Layout layout, ChunkIndex index) {
        this.backend = backend;
        this.layout = layout;
        this.index = index;
    }

    /**
     * Writes a part of a file, if it is not known.
     *
     * @return its id
     */
    public Hash data(byte[] bytes, int from, int length) throws IOException {
        Hash id = sha256.hash(bytes, from, length);
        add(data, id, bytes, from, length);
        return id;
    }

    @Override
    public Hash put(byte[] bytes, int length) throws IOException {
        Hash id = sha256.hash(bytes, 0, length);
        add(nodes, id, bytes, 0, length);
        return id;
    }

    /** Makes everything durable that was written. Then the writer may be used again. */
    public void finish() throws IOException {
        endFrame(data);
        endFrame(nodes);
        endPack();
    }

    /** The packs that were made, in the order in which they were. */
    public List<PackInfo> written() {
        return List.copyOf(written);
    }

    private void add(FrameBuilder frame, Hash id, byte[] bytes, int from, int length) throws IOException {
        if (index.contains(id) || !pending.add(id)) {
            return;
        }
        if (!frame.hasRoom(length)) {
            endFrame(frame);
        }
        frame.add(id, bytes, from, length);
    }

    private void endFrame(FrameBuilder builder) throws IOException {
        if (builder.isEmpty()) {
            return;
        }
        Frame frame = builder.finish();
        if (frame.kind() == FrameKind.NODES) {
            // Behind those of data, so that trees are read together.
            nodeFrames.add(frame);
        } else {
            pack.add(frame);
        }
        long nodeBytes =
                nodeFrames.stream().mapToLong(each -> each.bytes().length).sum();
        if (pack.isFull() || nodeBytes >= PackBuilder.TARGET) {
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
        if (!pack.isEmpty()) {
            write();
        }
    }

    private void write() throws IOException {
        Pack made = pack.finish();
        pack = new PackBuilder();
        // One that is there has this name, so it is this one.
        backend.create(layout.pack(made.info().name()), made.pieces());
        index.add(made.info().name(), made.table());
        for (int chunk = 0; chunk < made.table().chunks(); chunk++) {
            pending.remove(made.table().chunk(chunk));
        }
        written.add(made.info());
    }

    @Override
    public void close() {
        data.close();
        nodes.close();
    }
}
