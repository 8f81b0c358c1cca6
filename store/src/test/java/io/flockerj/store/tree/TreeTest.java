package io.flockerj.store.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTest {
    private final Nodes nodes = new Nodes();

    @Test
    void directoriesAreThoseOfTheFormat() throws IOException {
        // Taken from a program in another language, written after the format.
        TreeRef directory = write(golden(20_000, 0));
        assertThat(nodes.count()).isEqualTo(44);
        assertThat(directory.id()).hasToString("cb1e4299a68049be5c3226a7d266971b9c9b19f738ac7b92e2ef49432f19bea4");
        assertThat(directory.digest()).hasToString("8c720d4dcb7e98b9f1a3419605e97a98d39e93b14fb1e3023c58dd67a4cc7310");
        assertThat(directory.totals()).isEqualTo(new Totals(20_000, 201_990_000, 201_990_000));

        TreeRef root = DirectoryWriter.writeRoot(nodes, metadata(0755), new Item.Directory(directory, 0));
        assertThat(root.id()).hasToString("cdbf48386c52443dce15ce167216acb16bca864872793d8efd59e07ca2622b37");
        assertThat(root.digest()).hasToString("c5ca113e99da48b505b741a6e548100fd19a0d3969b670534d14b599f22a8b50");

        TreeRef empty = write(List.of());
        assertThat(empty.id()).hasToString("3736f6b2cfb7f5285103684154c6f188c93fc438e7bbc9affc2306841b0d4d01");
        assertThat(empty.digest()).isEqualTo(empty.id());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void entriesComeBack(long seed) throws IOException {
        Random random = new Random(seed);
        List<Entry> entries = new Entries(random, nodes).many(random.nextInt(3000));

        TreeRef written = write(entries);

        assertThat(read(written)).as("seed %d", seed).isEqualTo(entries);
        assertThat(written.totals().entries()).as("seed %d", seed).isGreaterThanOrEqualTo(entries.size());
        nodes.forEach(node -> assertThat(node).hasSizeLessThanOrEqualTo(DirectoryNode.LONGEST));
    }

    @Test
    void theRootComesBackAndNothingElseIsARoot() throws IOException {
        TreeRef directory = write(golden(3, 0));
        TreeRef tree = DirectoryWriter.writeRoot(nodes, metadata(0700), new Item.Directory(directory, 8));
        DirectoryReader reader = new DirectoryReader(nodes);

        Entry root = reader.root(tree);

        assertThat(root.name()).isEqualTo(EntryName.ROOT);
        assertThat(root.item()).isEqualTo(new Item.Directory(directory, 8));
        assertThat(tree.totals().entries()).isEqualTo(4);
        assertThatThrownBy(() -> reader.root(directory)).isInstanceOf(BrokenException.class);
        assertThatThrownBy(() -> read(tree)).isInstanceOf(BrokenException.class);
    }

    @Test
    void whereFilesAreStoredChangesTheIdAndNotTheDigest() throws IOException {
        TreeRef one = write(golden(5000, 0));
        TreeRef other = write(golden(5000, 1));

        assertThat(other.digest()).isEqualTo(one.digest());
        assertThat(other.id()).isNotEqualTo(one.id());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aChangeAmongManyEntriesChangesAFewNodes(long seed) throws IOException {
        Random random = new Random(seed);
        List<Entry> entries = golden(100_000, 0);
        write(entries);
        int before = nodes.count();
        int at = random.nextInt(entries.size());

        List<Entry> changed = new ArrayList<>(entries);
        changed.set(
                at,
                new Entry(
                        entries.get(at).name(), metadata(0600), entries.get(at).item()));
        write(changed);
        assertThat(nodes.count() - before).as("seed %d", seed).isLessThanOrEqualTo(6);

        before = nodes.count();
        changed.remove(at);
        write(changed);
        assertThat(nodes.count() - before).as("seed %d", seed).isLessThanOrEqualTo(6);
    }

    @Test
    void entriesOutOfOrderAreRefused() throws IOException {
        DirectoryWriter writer = new DirectoryWriter(nodes);
        writer.add(new Entry(name("b"), metadata(0644), new Item.Fifo()));

        assertThatThrownBy(() -> writer.add(new Entry(name("a"), metadata(0644), new Item.Fifo())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add(new Entry(name("b"), metadata(0644), new Item.Fifo())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "/", "a\0"})
    void aNameThatLeadsElsewhereIsRefused(String name) {
        assertThat(EntryName.isValid(Bytes.utf8(name))).isFalse();
        TreeRef evil = evil(name, "");

        assertThatThrownBy(() -> read(evil)).isInstanceOf(BrokenException.class).hasMessageContaining("a name is none");
    }

    @Test
    void namesThatComeTwiceOrInWrongOrderAreRefused() {
        assertThatThrownBy(() -> read(evil("a", "a"))).isInstanceOf(BrokenException.class);
        assertThatThrownBy(() -> read(evil("b", "a"))).isInstanceOf(BrokenException.class);
        assertThatThrownBy(() -> read(evil("", "a"))).isInstanceOf(BrokenException.class);
    }

    @Test
    void totalsThatLieAreFoundOut() throws IOException {
        TreeRef written = write(golden(10, 0));
        TreeRef lying = new TreeRef(written.id(), written.digest(), new Totals(11, 1045, 1045));

        assertThatThrownBy(() -> read(lying))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("totals");
    }

    @Test
    void aDigestThatLiesIsFoundOut() throws IOException {
        TreeRef written = write(golden(10, 0));
        TreeRef lying = new TreeRef(written.id(), written.id(), written.totals());

        assertThatThrownBy(() -> read(lying))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("digest");
    }

    @Test
    void whicheverByteOfANodeIsFlippedReadingErrsOrWhatItIsIsRight() throws IOException {
        List<Entry> entries = new Entries(new Random(4), nodes).many(12);
        TreeRef written = write(entries);
        byte[] node = nodes.get(written.id());
        for (int at = 0; at < node.length; at++) {
            for (int bit = 1; bit < 256; bit <<= 1) {
                byte[] flipped = node.clone();
                flipped[at] ^= (byte) bit;
                try {
                    // Without comparing ids, which would find each of them.
                    List<Entry> read = new ArrayList<>();
                    new DirectoryReader(id -> flipped).read(written, read::add);
                    assertThat(read)
                            .extracting(Entry::name)
                            .isEqualTo(entries.stream().map(Entry::name).toList());
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(BrokenException.class);
                }
            }
        }
    }

    @Test
    void attributesComeBackAndEvilOnesAreRefused() throws IOException {
        NavigableMap<Bytes, Bytes> attributes = new TreeMap<>();
        attributes.put(Bytes.utf8("user.a"), Bytes.EMPTY);
        attributes.put(Bytes.utf8("security.capability"), Bytes.of(new byte[] {0, 1, (byte) 255}));

        assertThat(AttributeSet.read("it", AttributeSet.write(attributes))).isEqualTo(attributes);
        ByteWriter many = new ByteWriter();
        many.varint(Long.MAX_VALUE);
        assertThatThrownBy(() -> AttributeSet.read("it", Bytes.of(many.toArray())))
                .isInstanceOf(BrokenException.class);
        ByteWriter twice = new ByteWriter();
        twice.varint(2);
        twice.text("user.a").text("").text("user.a").text("");
        assertThatThrownBy(() -> AttributeSet.read("it", Bytes.of(twice.toArray())))
                .hasMessageContaining("in order");
    }

    private TreeRef write(List<Entry> entries) throws IOException {
        DirectoryWriter writer = new DirectoryWriter(nodes);
        for (Entry entry : entries) {
            writer.add(entry);
        }
        return writer.finish();
    }

    private List<Entry> read(TreeRef directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        new DirectoryReader(nodes).read(directory, entries::add);
        return entries;
    }

    // A node with two fifos, or one if the second name is empty, whatever their names are.
    private TreeRef evil(String one, String other) {
        ByteWriter first = new ByteWriter();
        int count = 0;
        for (String name : other.isEmpty() ? List.of(one) : List.of(one, other)) {
            first.text(name)
                    .u8(4)
                    .varint(0)
                    .varint(0644)
                    .varint(0)
                    .varint(0)
                    .signed(0)
                    .varint(0);
            count++;
        }
        ByteWriter node = new ByteWriter();
        DirectoryNode.writeHeader(node, 0, count, first.size());
        node.raw(first.toArray());
        Hash id = nodes.put(node.buffer(), node.size());
        return new TreeRef(id, id, new Totals(count, 0, 0));
    }

    private static List<Entry> golden(int count, int slice) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Hash digest = Sha256.of(("content " + i).getBytes(StandardCharsets.US_ASCII));
            Storage storage = slice == 0 || i % 10 > 0
                    ? new Storage.Whole()
                    : new Storage.Few(List.of(new Segment.Slice(digest, slice, 100 + i)));
            Metadata metadata = new Metadata(
                    0644, 1000, 1000 + i % 3, 1_600_000_000L - i, i * 7, 0, Optional.empty(), new Attributes.None());
            entries.add(new Entry(
                    name(String.format("file%05d", i)),
                    metadata,
                    new Item.LargeFile(100 + i % 60_000, digest, storage, 0)));
        }
        return entries;
    }

    private static Metadata metadata(int mode) {
        return new Metadata(mode, 0, 0, 0, 0, 0, Optional.empty(), new Attributes.None());
    }

    private static EntryName name(String name) {
        return new EntryName(Bytes.utf8(name));
    }

    /** Entries of every kind. */
    private record Entries(Random random, Nodes nodes) {
        List<Entry> many(int count) throws IOException {
            NavigableMap<EntryName, Entry> entries = new TreeMap<>();
            while (entries.size() < count) {
                byte[] name = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 255 : 12)];
                random.nextBytes(name);
                if (EntryName.isValid(Bytes.of(name))) {
                    Item item = item();
                    entries.put(
                            new EntryName(Bytes.of(name)),
                            new Entry(new EntryName(Bytes.of(name)), metadata(item), item));
                }
            }
            return List.copyOf(entries.values());
        }

        private Metadata metadata(Item item) {
            Optional<Id> links = random.nextInt(5) == 0 && !(item instanceof Item.Directory)
                    ? Optional.of(Id.source(random).get())
                    : Optional.empty();
            return new Metadata(
                    random.nextInt(010000),
                    random.nextInt() & 0xffff_ffffL,
                    random.nextInt() & 0xffff_ffffL,
                    random.nextInt(),
                    random.nextInt(1_000_000_000),
                    random.nextInt(4) == 0 ? random.nextInt() & Metadata.FLAGS : 0,
                    links,
                    attributes());
        }

        private Attributes attributes() {
            NavigableMap<Bytes, Bytes> set = new TreeMap<>();
            set.put(Bytes.utf8("user.x"), bytes(random.nextInt(300)));
            return switch (random.nextInt(4)) {
                case 0 -> new Attributes.Inline(AttributeSet.write(set));
                case 1 -> new Attributes.Stored(513 + random.nextInt(1000), hash(), new Storage.Whole());
                default -> new Attributes.None();
            };
        }

        private Item item() throws IOException {
            return switch (random.nextInt(9)) {
                case 0 -> new Item.SmallFile(bytes(random.nextInt(65)), random.nextInt(256));
                case 1 -> new Item.LargeFile(65 + random.nextInt(65_000), hash(), new Storage.Whole(), 0);
                case 2 ->
                    new Item.LargeFile(
                            2_000_000, hash(), new Storage.Few(List.of(new Segment.Hole(1_999_000), slice(1000))), 1);
                case 3 -> new Item.LargeFile(1L << 62, hash(), new Storage.Many(hash(), 1L << 61), 0);
                case 4 -> new Item.Directory(new DirectoryWriter(nodes).finish(), 8);
                case 5 -> new Item.SymbolicLink(bytes(1 + random.nextInt(100)));
                case 6 -> new Item.Fifo();
                case 7 -> new Item.Socket();
                default -> new Item.Device(random.nextBoolean(), random.nextInt(1000), random.nextInt(1 << 20));
            };
        }

        private Segment slice(int length) {
            return new Segment.Slice(hash(), random.nextInt(1000), length);
        }

        private Bytes bytes(int length) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (1 + random.nextInt(255));
            }
            return Bytes.of(bytes);
        }

        private Hash hash() {
            return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        }
    }
}
