package io.flockerj.store.golden;

import io.flockerj.store.BackendRemote;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.AttributeSet;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Writes a remote with all that the format has, by which the golden repositories were made. */
final class GoldenRepository {
    static final Id VOLUMESET = new Id(0x1111_1111_1111_1111L, 1);

    private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final int SMALL_PUSHES = 18;
    private static final int NAMES = 700;

    private final Random random = new Random(1);
    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private final Repository repository;
    private final Refs refs;
    private PackList packs = new PackList(List.of(), List.of());

    private GoldenRepository(Repository repository) {
        this.repository = repository;
        this.refs = repository.refs(InstantSource.fixed(FIRST), Id.source(random));
    }

    /** A snapshot, by its number from 1. */
    static Id snapshot(int number) {
        return new Id(0x2222_2222_2222_2222L, number);
    }

    /** What a writer puts into the root of a tree. */
    private interface Filling {
        List<Entry> entries(ChunkWriter writer) throws IOException;
    }

    /** Writes it into a directory. */
    static void write(Path directory) throws IOException {
        Backend backend = DirectoryBackend.open(directory, Id.source(new Random(2)));
        BackendRemote remote = BackendRemote.create(backend, Id.source(new Random(3)));
        Repository repository = remote.create(VOLUMESET);
        remote.name("db", VOLUMESET);
        remote.name("gone", VOLUMESET);
        remote.unname("gone", VOLUMESET);
        repository
                .session(
                        InstantSource.fixed(FIRST),
                        Id.source(new Random(4)),
                        Optional.of("a host, in the midst of a push"))
                .keep();
        new GoldenRepository(repository).write();
    }

    private void write() throws IOException {
        Id main = new Id(0x3333, 1);
        Id other = new Id(0x3333, 2);
        push(1, Optional.empty(), List.of(), writer -> everything(writer, 0));
        push(2, Optional.of(snapshot(1)), List.of(), writer -> everything(writer, 1));
        move("branches/main", 2, Optional.of(main));
        move("tags/v1.0", 2, Optional.empty());
        for (int small = 0; small < SMALL_PUSHES; small++) {
            int number = small + 3;
            push(number, Optional.of(snapshot(number - 1)), List.of(), writer -> everything(writer, number));
        }
        move("branches/main", SMALL_PUSHES + 2, Optional.of(main));
        // A branch whose beginning was never pushed, and one of whose snapshots was removed.
        Ancestor never = new Ancestor(snapshot(100), Optional.of(snapshot(2)), FIRST.plusSeconds(100));
        push(101, Optional.of(never.id()), List.of(never), writer -> List.of());
        push(102, Optional.of(snapshot(101)), List.of(), writer -> List.of(entry("x", new Item.Fifo())));
        move("branches/other", 102, Optional.of(other));
        repository.remove(snapshot(101));
    }

    private void push(int number, Optional<Id> parent, List<Ancestor> lineage, Filling filling) throws IOException {
        try (ChunkWriter writer = repository.writer(index)) {
            DirectoryWriter directory = new DirectoryWriter(writer);
            List<Entry> entries = new ArrayList<>(filling.entries(writer));
            entries.sort(Comparator.comparing(Entry::name));
            for (Entry entry : entries) {
                directory.add(entry);
            }
            TreeRef tree = DirectoryWriter.writeRoot(writer, metadata(0755), new Item.Directory(directory.finish(), 0));
            writer.finish();
            packs = repository.name(packs, writer.written());
            Commit commit = new Commit(
                    VOLUMESET,
                    snapshot(number),
                    parent,
                    FIRST.plusSeconds(number),
                    tree,
                    packs,
                    lineage,
                    0,
                    number == 1 ? bare() : full(number));
            if (!(repository.commit(commit) instanceof CommitOutcome.Committed)) {
                throw new IOException("snapshot " + number + " is there already");
            }
        }
    }

    private static SnapshotRecord bare() {
        SnapshotRecord.Named name = new SnapshotRecord.Named(new Id(4, 4), "db");
        return new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                name,
                new SnapshotRecord.Named(new Id(0x3333, 1), "main"),
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static SnapshotRecord full(int number) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("key", "value " + number);
        labels.put("ключ", "");
        return new SnapshotRecord(
                Optional.of("Jürgen"),
                Optional.of("the message\nof two lines"),
                labels,
                new SnapshotRecord.Named(new Id(4, 4), "db"),
                new SnapshotRecord.Named(new Id(0x3333, 1), "main"),
                false,
                true,
                Optional.of(new SnapshotRecord.Group(new Id(5, 5), 1, 3, 123_456)),
                Optional.of(snapshot(1)),
                Optional.of("flockerj 0"),
                Optional.of(new SnapshotRecord.Torn(2, List.of("/a", "/b/c"))));
    }

    private void move(String ref, int number, Optional<Id> branch) throws IOException {
        Repository.Committed there = repository.committed(snapshot(number)).orElseThrow();
        RefValue.Target target = new RefValue.Target(snapshot(number), there.hash());
        RefUpdate update =
                refs.move(new RefMove(ref, refs.read(ref), target, branch, false, Optional.of("a person on a host")));
        if (!(update instanceof RefUpdate.Moved)) {
            throw new IOException(ref + ": " + update);
        }
    }

    /** Every kind of entry, and every way to store one. */
    private List<Entry> everything(ChunkWriter writer, int version) throws IOException {
        byte[] page = "version %d of a page; ".formatted(version).repeat(100).getBytes(StandardCharsets.UTF_8);
        Id group = Id.at(
                Sha256.of("flkjLINKlinked-a".getBytes(StandardCharsets.US_ASCII))
                        .bytes(),
                0);
        Item linked = file(writer, List.of(text(100)));
        return List.of(
                entry("empty", new Item.SmallFile(Bytes.EMPTY, 0)),
                entry("small", new Item.SmallFile(Bytes.utf8("version " + version), Item.HINT_COMPRESSED)),
                entry("one chunk", file(writer, List.of(text(65_536)))),
                entry("few segments", file(writer, List.of(text(70_000), new byte[100_000], text(5000)))),
                entry("many segments", many(writer, page)),
                entry("only a hole", file(writer, List.of(new byte[1 << 20]))),
                entry("linked-a", linked, with(metadata(0600), Optional.of(group), new Attributes.None())),
                entry("linked-b", linked, with(metadata(0600), Optional.of(group), new Attributes.None())),
                entry("link", new Item.SymbolicLink(Bytes.of(new byte[] {'/', (byte) 0xff, ' ', '\n'}))),
                entry("fifo", new Item.Fifo()),
                entry("socket", new Item.Socket()),
                entry("characters", new Item.Device(false, 1, 3)),
                entry("blocks", new Item.Device(true, 0xfff, 0xf_ffff)),
                new Entry(new EntryName(Bytes.of(new byte[] {(byte) 0xfe, 1, '\\'})), metadata(0), new Item.Fifo()),
                entry(
                        "metadata",
                        new Item.SmallFile(Bytes.EMPTY, Item.HINT_IN_PLACE | Item.HINT_NOT_COMPRESSED),
                        new Metadata(
                                07777,
                                0xffff_ffffL,
                                65_534,
                                -1,
                                999_999_999,
                                Metadata.FLAGS,
                                Optional.empty(),
                                new Attributes.None())),
                entry(
                        "attributes",
                        new Item.SmallFile(Bytes.EMPTY, 0),
                        with(metadata(0644), Optional.empty(), new Attributes.Inline(attributes(20)))),
                entry(
                        "long attributes",
                        new Item.SmallFile(Bytes.EMPTY, 0),
                        with(metadata(0644), Optional.empty(), stored(writer, attributes(3000)))),
                entry("directory", new Item.Directory(new DirectoryWriter(writer).finish(), Item.HINT_SUBVOLUME)),
                entry("names", new Item.Directory(names(writer, version), 0)));
    }

    private static Bytes attributes(int length) {
        TreeMap<Bytes, Bytes> set = new TreeMap<>();
        set.put(Bytes.utf8("security.capability"), Bytes.utf8("c"));
        set.put(Bytes.utf8("user.text"), Bytes.of(text(length)));
        return AttributeSet.write(set);
    }

    private static Attributes stored(ChunkWriter writer, Bytes set) throws IOException {
        Item.LargeFile file = (Item.LargeFile) file(writer, List.of(set.toArray()));
        return new Attributes.Stored(file.size(), file.digest(), file.storage());
    }

    /** A directory of several nodes, one of whose entries differs in each version. */
    private static TreeRef names(ChunkWriter writer, int version) throws IOException {
        DirectoryWriter directory = new DirectoryWriter(writer);
        for (int number = 0; number < NAMES; number++) {
            String name = "a name of which there are many, number %04d".formatted(number);
            directory.add(entry(name, number == version * 30 ? new Item.Socket() : new Item.Fifo()));
        }
        return directory.finish();
    }

    /** A file in which a page was changed by a slice of its own. */
    private static Item many(ChunkWriter writer, byte[] page) throws IOException {
        byte[] content = text(200_000);
        System.arraycopy(page, 0, content, 77_777, page.length);
        List<Segment> segments = new ArrayList<>();
        byte[] before = text(200_000);
        for (int at = 0; at < before.length; at += 10_000) {
            Hash chunk = writer.data(before, at, 10_000);
            if (at == 70_000) {
                int rest = 10_000 - 7777 - page.length;
                segments.add(new Segment.Slice(chunk, 0, 7777));
                segments.add(new Segment.Slice(writer.alone(page, 0, page.length), 0, page.length));
                segments.add(new Segment.Slice(chunk, 10_000 - rest, rest));
            } else {
                segments.add(new Segment.Slice(chunk, 0, 10_000));
            }
        }
        ContentDigester digester = new ContentDigester();
        digester.data(content, 0, content.length);
        Hash digest = digester.finish();
        SegmentWriter list = new SegmentWriter(writer);
        for (Segment segment : segments) {
            list.add(segment);
        }
        return new Item.LargeFile(content.length, digest, list.finish(digest), 0);
    }

    /** Pieces that follow each other, each a chunk, or a hole if it is all zeros. */
    private static Item file(ChunkWriter writer, List<byte[]> pieces) throws IOException {
        ContentDigester digester = new ContentDigester();
        SegmentWriter segments = new SegmentWriter(writer);
        for (byte[] piece : pieces) {
            digester.data(piece, 0, piece.length);
            boolean isHole = Arrays.equals(piece, new byte[piece.length]);
            segments.add(
                    isHole
                            ? new Segment.Hole(piece.length)
                            : new Segment.Slice(writer.data(piece, 0, piece.length), 0, piece.length));
        }
        long size = digester.size();
        Hash digest = digester.finish();
        return new Item.LargeFile(size, digest, segments.finish(digest), 0);
    }

    /** Lines, each with its number, so that no part is like another and all take little space. */
    static byte[] text(int length) {
        StringBuilder text = new StringBuilder();
        for (int line = 0; text.length() < length; line++) {
            text.append("line ").append(line).append('\n');
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private static Entry entry(String name, Item item) {
        return entry(name, item, metadata(0644));
    }

    private static Entry entry(String name, Item item, Metadata metadata) {
        return new Entry(new EntryName(Bytes.utf8(name)), metadata, item);
    }

    private static Metadata metadata(int mode) {
        return new Metadata(mode, 1000, 100, 1_700_000_000, 1, 0, Optional.empty(), new Attributes.None());
    }

    private static Metadata with(Metadata plain, Optional<Id> links, Attributes attributes) {
        return new Metadata(
                plain.mode(),
                plain.owner(),
                plain.group(),
                plain.seconds(),
                plain.nanos(),
                plain.flags(),
                links,
                attributes);
    }
}
