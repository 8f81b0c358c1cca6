package io.flockerj.integration.bench;

import io.flockerj.store.BackendRemote;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Snapshots of a million small files, pushed into a repository as a host does: a half of them in one directory, {@code flat}, the others in a
 * thousand directories below {@code deep}.
 */
final class MillionFiles {
    static final int FLAT = 500_000;
    static final int DIRECTORIES = 1000;
    static final int EACH = 500;

    private static final int DIRECTORY_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final int LENGTH = 32;

    private final Id volumeset;
    private final Repository repository;
    private final Supplier<Id> ids;
    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private PackList packs = new PackList(List.of(), List.of());
    private Optional<Id> parent = Optional.empty();

    MillionFiles(Backend remote, Id volumeset, Supplier<Id> ids) throws IOException {
        this.volumeset = volumeset;
        this.repository = BackendRemote.create(remote, ids).create(volumeset);
        this.ids = ids;
    }

    static String flatName(int file) {
        return String.format(Locale.ROOT, "file-%06d", file);
    }

    static String directoryName(int directory) {
        return String.format(Locale.ROOT, "directory-%04d", directory);
    }

    /**
     * Takes a snapshot behind the one before, and tags it.
     *
     * @param content another number, another content of each file
     * @param changed which files, counted through all of them, have another content than all others
     */
    void push(String tag, long content, IntPredicate changed) throws IOException {
        Id snapshot = ids.get();
        try (ChunkWriter writer = repository.writer(index)) {
            DirectoryWriter top = new DirectoryWriter(writer);
            top.add(directory("deep", deep(writer, content, changed)));
            top.add(directory("flat", files(writer, 0, FLAT, content, changed)));
            TreeRef root =
                    DirectoryWriter.writeRoot(writer, metadata(DIRECTORY_MODE), new Item.Directory(top.finish(), 0));
            writer.finish();
            packs = repository.name(packs, writer.written());
            Commit commit = new Commit(volumeset, snapshot, parent, Instant.now(), root, packs, List.of(), 0, says());
            if (!(repository.commit(commit) instanceof CommitOutcome.Committed(Hash hash))) {
                throw new IllegalStateException("a snapshot that nobody else has is there");
            }
            tag(tag, new RefValue.Target(snapshot, hash));
        }
        parent = Optional.of(snapshot);
    }

    private void tag(String tag, RefValue.Target target) throws IOException {
        Refs refs = repository.refs(InstantSource.system(), ids);
        RefMove move = new RefMove(
                RefValue.nameOfTag(tag), Optional.empty(), target, Optional.empty(), false, Optional.empty());
        if (!(refs.move(move) instanceof RefUpdate.Moved)) {
            throw new IllegalStateException("a tag that nobody else has is there");
        }
    }

    private static TreeRef deep(ChunkWriter writer, long content, IntPredicate changed) throws IOException {
        DirectoryWriter deep = new DirectoryWriter(writer);
        for (int i = 0; i < DIRECTORIES; i++) {
            deep.add(directory(directoryName(i), files(writer, FLAT + i * EACH, EACH, content, changed)));
        }
        return deep.finish();
    }

    private static TreeRef files(ChunkWriter writer, int first, int count, long content, IntPredicate changed)
            throws IOException {
        DirectoryWriter directory = new DirectoryWriter(writer);
        for (int i = 0; i < count; i++) {
            int file = first + i;
            directory.add(new Entry(
                    new EntryName(Bytes.utf8(flatName(i))),
                    metadata(FILE_MODE),
                    new Item.SmallFile(content(file, changed.test(file) ? -content : content), 0)));
        }
        return directory.finish();
    }

    /** As long as a hash, and as little to be compressed. */
    private static Bytes content(int file, long content) {
        byte[] bytes = new byte[LENGTH];
        new SplittableRandom(file * 31L + content).nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private static Entry directory(String name, TreeRef content) {
        return new Entry(new EntryName(Bytes.utf8(name)), metadata(DIRECTORY_MODE), new Item.Directory(content, 0));
    }

    private static Metadata metadata(int mode) {
        return new Metadata(mode, 1000, 1000, 1_700_000_000, 5, 0, Optional.empty(), new Attributes.None());
    }

    private SnapshotRecord says() {
        return new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                new SnapshotRecord.Named(volumeset, "db"),
                new SnapshotRecord.Named(new Id(8, 8), "main"),
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
