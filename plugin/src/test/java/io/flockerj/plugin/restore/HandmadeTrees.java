package io.flockerj.plugin.restore;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.TreeCapture;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.TracedBackend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A repository in memory, into which trees are written entry by entry, or from directories as the daemon captures them. */
final class HandmadeTrees implements AutoCloseable {
    /** Make files while others go on. */
    static final Executor WORKERS = Executors.newVirtualThreadPerTaskExecutor();

    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private final Repository repository;
    private final ChunkWriter writer;
    private final AtomicLong bytesRead = new AtomicLong();

    HandmadeTrees() throws IOException {
        Random random = new Random(1);
        repository = Repository.create(
                new TracedBackend(
                        new MemoryBackend(InstantSource.system()),
                        InstantSource.system(),
                        call -> bytesRead.addAndGet(call.down())),
                Id.source(random).get(),
                Id.source(random).get());
        writer = repository.writer(index);
    }

    /** How much was read from the repository until now. */
    long bytesRead() {
        return bytesRead.get();
    }

    ChunkWriter writer() {
        return writer;
    }

    /** Reads what was written until now. */
    ChunkReader reader() throws IOException {
        writer.finish();
        return repository.reader(index);
    }

    /** A tree of these entries, in any order. */
    TreeRef tree(Entry... entries) throws IOException {
        return DirectoryWriter.writeRoot(writer, metadata(0755), directory(entries));
    }

    /** What a directory holds. */
    TreeRef captured(Path root) throws IOException {
        return new TreeCapture(writer, BlockHashes.NONE, Runnable::run, Progress.IGNORED)
                .whole(root)
                .root();
    }

    Item.Directory directory(Entry... entries) throws IOException {
        DirectoryWriter directory = new DirectoryWriter(writer);
        for (Entry entry :
                Stream.of(entries).sorted(Comparator.comparing(Entry::name)).toList()) {
            directory.add(entry);
        }
        return new Item.Directory(directory.finish(), 0);
    }

    /** A file of these bytes, in one chunk or more, cut in any way. */
    Item file(byte[] content) throws IOException {
        if (content.length <= Item.SmallFile.LONGEST) {
            return new Item.SmallFile(Bytes.of(content), 0);
        }
        SegmentWriter segments = new SegmentWriter(writer);
        ContentDigester digester = new ContentDigester();
        int piece = content.length <= 64 * 1024 ? content.length : 50_000;
        for (int at = 0; at < content.length; at += piece) {
            int length = Math.min(piece, content.length - at);
            segments.add(new Segment.Slice(writer.data(content, at, length), 0, length));
        }
        digester.data(content, 0, content.length);
        Hash digest = digester.finish();
        return new Item.LargeFile(content.length, digest, segments.finish(digest), 0);
    }

    static Entry entry(String name, Item item) {
        return entry(name, item, metadata(0644));
    }

    static Entry entry(String name, Item item, Metadata metadata) {
        return new Entry(new EntryName(Bytes.utf8(name)), metadata, item);
    }

    static Metadata metadata(int mode) {
        return new Metadata(mode, 0, 0, 1_700_000_000, 123_456_789, 0, Optional.empty(), new Attributes.None());
    }

    static Metadata linked(Metadata metadata, Id group) {
        return new Metadata(
                metadata.mode(),
                metadata.owner(),
                metadata.group(),
                metadata.seconds(),
                metadata.nanos(),
                metadata.flags(),
                Optional.of(group),
                metadata.attributes());
    }

    static Metadata withAttributes(Metadata metadata, Attributes attributes) {
        return new Metadata(
                metadata.mode(),
                metadata.owner(),
                metadata.group(),
                metadata.seconds(),
                metadata.nanos(),
                metadata.flags(),
                metadata.links(),
                attributes);
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        writer.close();
    }
}
