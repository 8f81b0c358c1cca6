package io.flockerj.hub.catalogue;

import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefState;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Remote;
import io.flockerj.store.Repository;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.content.FastCdc;
import io.flockerj.store.history.Ancestor;
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
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Pushes small trees into a repository, as a host does. */
public final class Pusher {
    private final Repository repository;
    private final Supplier<Id> ids;
    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private final Map<String, Id> branches = new HashMap<>();
    private PackList packs = new PackList(List.of(), List.of());

    public Pusher(Remote remote, Id volumeset, Supplier<Id> ids) throws IOException {
        this.repository = remote.create(volumeset);
        this.ids = ids;
    }

    /** What is in a tree: files by path; a name that ends with @ is a link, one that ends with * is sparse. */
    public record Tree(SortedMap<String, byte[]> files) {
        public static Tree of(Map<String, byte[]> files) {
            return new Tree(new TreeMap<>(files));
        }
    }

    /** What is said of a snapshot. */
    public record Said(Instant time, Optional<String> author, String message, SortedMap<String, String> labels) {
        public static Said at(String time) {
            return new Said(Instant.parse(time), Optional.empty(), "", new TreeMap<>());
        }

        public Said by(String name) {
            return new Said(time, Optional.of(name), message, labels);
        }

        public Said label(String key, String value) {
            SortedMap<String, String> more = new TreeMap<>(labels);
            more.put(key, value);
            return new Said(time, author, message, more);
        }
    }

    public Id commit(Optional<Id> parent, Said said, Tree tree) throws IOException {
        return commit(parent, said, tree, List.of());
    }

    Id commit(Optional<Id> parent, Said said, Tree tree, List<Ancestor> lineage) throws IOException {
        Id snapshot = ids.get();
        try (ChunkWriter writer = repository.writer(index)) {
            TreeRef entries = directory(writer, "", tree.files());
            TreeRef root = DirectoryWriter.writeRoot(writer, metadata(0755), new Item.Directory(entries, 0));
            writer.finish();
            packs = repository.name(packs, writer.written());
            SnapshotRecord record = new SnapshotRecord(
                    said.author(),
                    Optional.of(said.message()),
                    said.labels(),
                    new SnapshotRecord.Named(new Id(7, 7), "db"),
                    new SnapshotRecord.Named(new Id(8, 8), "main"),
                    true,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            CommitOutcome outcome = repository.commit(
                    new Commit(repository.volumeset(), snapshot, parent, said.time(), root, packs, lineage, 0, record));
            if (!(outcome instanceof CommitOutcome.Committed)) {
                throw new AssertionError(outcome);
            }
        }
        return snapshot;
    }

    public void branch(String name, Id snapshot) throws IOException {
        move(RefValue.nameOfBranch(name), snapshot, Optional.of(branches.computeIfAbsent(name, _ -> ids.get())));
    }

    public void tag(String name, Id snapshot) throws IOException {
        move(RefValue.nameOfTag(name), snapshot, Optional.empty());
    }

    private void move(String name, Id snapshot, Optional<Id> branch) throws IOException {
        Refs refs = repository.refs(InstantSource.system(), ids);
        Optional<RefState> before = refs.read(name);
        Hash commit = repository.committed(snapshot).orElseThrow().hash();
        RefUpdate update = refs.move(
                new RefMove(name, before, new RefValue.Target(snapshot, commit), branch, true, Optional.of("test")));
        if (!(update instanceof RefUpdate.Moved)) {
            throw new AssertionError(update);
        }
    }

    private static Metadata metadata(int mode) {
        return new Metadata(mode, 1000, 1000, 1_700_000_000, 5, 0, Optional.empty(), new Attributes.None());
    }

    private static TreeRef directory(ChunkWriter writer, String prefix, SortedMap<String, byte[]> files)
            throws IOException {
        SortedMap<EntryName, Entry> entries = new TreeMap<>();
        for (String path : files.keySet()) {
            if (!path.startsWith(prefix)) {
                continue;
            }
            String rest = path.substring(prefix.length());
            int slash = rest.indexOf('/');
            EntryName name = new EntryName(Bytes.utf8(slash < 0 ? rest : rest.substring(0, slash)));
            if (slash < 0) {
                entries.put(name, file(writer, name, files.get(path)));
            } else if (!entries.containsKey(name)) {
                TreeRef inside = directory(writer, prefix + name + "/", files);
                entries.put(name, new Entry(name, metadata(0755), new Item.Directory(inside, 0)));
            }
        }
        DirectoryWriter directory = new DirectoryWriter(writer);
        for (Entry entry : new ArrayList<>(entries.values())) {
            directory.add(entry);
        }
        return directory.finish();
    }

    private static Entry file(ChunkWriter writer, EntryName name, byte[] content) throws IOException {
        if (name.toString().endsWith("@")) {
            return new Entry(name, metadata(0777), new Item.SymbolicLink(Bytes.of(content)));
        }
        if (content.length <= Item.SmallFile.LONGEST) {
            return new Entry(name, metadata(0644), new Item.SmallFile(Bytes.of(content), 0));
        }
        ContentDigester digester = new ContentDigester();
        SegmentWriter segments = new SegmentWriter(writer);
        digester.data(content, 0, content.length);
        boolean isSparse = name.toString().endsWith("*");
        for (int at = 0; at < content.length; ) {
            int length = content.length <= 64 * 1024 ? content.length : FastCdc.cut(content, at, content.length);
            int zeros = 0;
            while (isSparse && at + zeros < content.length && content[at + zeros] == 0) {
                zeros++;
            }
            if (zeros > 0) {
                segments.add(new Segment.Hole(zeros));
                at += zeros;
            } else {
                int end = at;
                while (end < at + length && !(isSparse && content[end] == 0)) {
                    end++;
                }
                segments.add(new Segment.Slice(writer.data(content, at, end - at), 0, end - at));
                at = end;
            }
        }
        Hash digest = digester.finish();
        return new Entry(name, metadata(0644), new Item.LargeFile(content.length, digest, segments.finish(digest), 0));
    }
}
