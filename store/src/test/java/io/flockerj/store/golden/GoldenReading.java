package io.flockerj.store.golden;

import io.flockerj.store.ChunkReader;
import io.flockerj.store.RefState;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.history.Commit;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Tells all that is in a repository in lines of text: names, metadata, content by its plain SHA-256, commits and refs. */
final class GoldenReading {
    /** Of a directory with more, the hash of what would be told is. */
    private static final int MOST_TOLD = 100;

    private final Repository repository;
    private List<String> lines = new ArrayList<>();

    private GoldenReading(Repository repository) {
        this.repository = repository;
    }

    static List<String> of(Repository repository, Refs refs) throws IOException {
        GoldenReading reading = new GoldenReading(repository);
        List<RefState> all = new ArrayList<>(refs.all());
        all.sort(Comparator.comparing(ref -> ref.value().name()));
        all.forEach(ref -> reading.lines.add("ref %s %s %s generation %d branch %s at %s by %s"
                .formatted(
                        ref.value().name(),
                        ref.value().target().orElseThrow().snapshot(),
                        ref.value().target().orElseThrow().commit(),
                        ref.value().generation(),
                        text(ref.value().branch()),
                        text(ref.value().moved()),
                        text(ref.value().by()))));
        for (Id snapshot : repository.snapshotsEver().stream().sorted().toList()) {
            Optional<Commit> commit = repository.commit(snapshot);
            if (commit.isPresent()) {
                reading.snapshot(commit.get());
            } else {
                reading.lines.add("removed " + snapshot + " "
                        + repository.tombstone(snapshot).orElseThrow().digest());
            }
        }
        return reading.lines;
    }

    private static String text(Optional<?> what) {
        return what.map(Object::toString).orElse("-");
    }

    private void snapshot(Commit commit) throws IOException {
        lines.add("snapshot %s parent %s at %s digest %s totals %d %d %d packs %d lineage %d"
                .formatted(
                        commit.snapshot(),
                        text(commit.parent()),
                        commit.time(),
                        commit.tree().digest(),
                        commit.tree().totals().entries(),
                        commit.tree().totals().bytes(),
                        commit.tree().totals().data(),
                        repository.packs(commit.packs()).size(),
                        commit.lineage().size()));
        lines.add("  labels " + commit.snapshotRecord().labels() + " torn "
                + commit.snapshotRecord().torn().map(torn -> torn.files()).orElse(0L) + " author "
                + text(commit.snapshotRecord().author()));
        try (ChunkReader chunks = repository.reader(new MemoryChunkIndex())) {
            chunks.learn(repository.packs(commit.packs()));
            DirectoryReader reader = new DirectoryReader(chunks);
            entry("/", reader.root(commit.tree()), reader, chunks);
        }
    }

    private void entry(String path, Entry entry, DirectoryReader reader, ChunkReader chunks) throws IOException {
        lines.add("  " + path + " " + metadata(entry.metadata(), chunks) + " " + item(entry.item(), chunks));
        if (entry.item() instanceof Item.Directory directory) {
            List<String> before = lines;
            lines = new ArrayList<>();
            reader.read(directory.root(), each -> {
                String name = HexFormat.of().formatHex(each.name().bytes().toArray());
                entry(path + name + "/", each, reader, chunks);
            });
            if (lines.size() > MOST_TOLD) {
                byte[] all = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
                before.add("  " + path + " has " + lines.size() + " entries " + Sha256.of(all));
            } else {
                before.addAll(lines);
            }
            lines = before;
        }
    }

    private static String metadata(Metadata metadata, ChunkReader chunks) throws IOException {
        return "%o %d:%d %d.%09d flags %x links %s attributes %s"
                .formatted(
                        metadata.mode(),
                        metadata.owner(),
                        metadata.group(),
                        metadata.seconds(),
                        metadata.nanos(),
                        metadata.flags(),
                        text(metadata.links()),
                        switch (metadata.attributes()) {
                            case Attributes.None() -> "-";
                            case Attributes.Inline(Bytes set) -> told(set);
                            case Attributes.Stored(long length, Hash digest, Storage storage) ->
                                told(Bytes.of(content(storage, length, digest, chunks)));
                        });
    }

    private static String told(Bytes set) throws IOException {
        StringBuilder told = new StringBuilder();
        AttributeSet.read("a set", set)
                .forEach((name, value) -> told.append(name)
                        .append('=')
                        .append(Sha256.of(value.toArray()))
                        .append(';'));
        return told.toString();
    }

    private static String item(Item item, ChunkReader chunks) throws IOException {
        return switch (item) {
            case Item.SmallFile small ->
                "file hints %d %s"
                        .formatted(small.hints(), Sha256.of(small.content().toArray()));
            case Item.LargeFile large -> {
                byte[] content = content(large.storage(), large.size(), large.digest(), chunks);
                long data = large.storage().data(large.size());
                yield "file hints %d %s of %d bytes, %d not in holes"
                        .formatted(large.hints(), Sha256.of(content), large.size(), data);
            }
            case Item.Directory directory -> "directory hints " + directory.hints();
            case Item.SymbolicLink link ->
                "link " + HexFormat.of().formatHex(link.target().toArray());
            case Item.Fifo() -> "fifo";
            case Item.Socket() -> "socket";
            case Item.Device device ->
                (device.block() ? "blocks " : "characters ") + device.major() + ":" + device.minor();
        };
    }

    private static byte[] content(Storage storage, long size, Hash digest, ChunkReader chunks) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        new SegmentReader(chunks)
                .read(
                        storage,
                        size,
                        digest,
                        segment -> content.writeBytes(
                                switch (segment) {
                                    case Segment.Hole hole -> new byte[(int) hole.length()];
                                    case Segment.Slice slice ->
                                        chunks.slice(slice).toArray();
                                }));
        ContentDigester digester = new ContentDigester();
        digester.data(content.toByteArray(), 0, content.size());
        if (!digester.finish().equals(digest)) {
            throw new IOException("content has another digest");
        }
        return content.toByteArray();
    }
}
