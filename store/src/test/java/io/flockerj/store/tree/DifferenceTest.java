package io.flockerj.store.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What differs between two directories, and between two files. */
class DifferenceTest {
    private static final Hash DIGEST = Sha256.of(new byte[0]);

    private static final Segment BEGIN = new Segment.Slice(DIGEST, 0, 100);

    private final Nodes nodes = new Nodes();
    private int reads;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyNameThatChangedIsShownAndNoOther(long seed) throws IOException {
        Random random = new Random(seed);
        NavigableMap<EntryName, Entry> before = new TreeMap<>();
        for (int i = random.nextInt(3) == 0 ? 0 : random.nextInt(20_000); i > 0; i--) {
            put(before, entry("name " + random.nextInt(100_000), 0));
        }
        NavigableMap<EntryName, Entry> after = new TreeMap<>(before);
        for (int i = random.nextInt(4) == 0 ? random.nextInt(10_000) : random.nextInt(30); i > 0; i--) {
            put(after, entry("name " + random.nextInt(100_000), random.nextInt(3)));
            EntryName ceiling = after.ceilingKey(new EntryName(Bytes.utf8("name " + random.nextInt(100_000))));
            if (ceiling != null) {
                after.remove(ceiling);
            }
        }

        List<DirectoryDifference.Change> changes = changes(write(before), write(after), random.nextInt(50));

        assertThat(changes).as("seed %d", seed).isEqualTo(expected(before, after));
    }

    private static List<DirectoryDifference.Change> expected(
            NavigableMap<EntryName, Entry> before, NavigableMap<EntryName, Entry> after) {
        NavigableMap<EntryName, Entry> all = new TreeMap<>(before);
        all.putAll(after);
        return all.keySet().stream()
                .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .map(name -> new DirectoryDifference.Change(
                        Optional.ofNullable(before.get(name)), Optional.ofNullable(after.get(name))))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aDifferenceGoesOnBehindAnyName(long seed) throws IOException {
        Random random = new Random(seed);
        NavigableMap<EntryName, Entry> before = new TreeMap<>();
        NavigableMap<EntryName, Entry> after = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            put(before, entry("name " + random.nextInt(100_000), 0));
        }
        after.putAll(before);
        for (int i = 0; i < 500; i++) {
            put(after, entry("name " + random.nextInt(100_000), random.nextInt(3)));
        }
        DirectoryReader reader = new DirectoryReader(nodes);
        TreeRef one = write(before);
        TreeRef other = write(after);
        List<DirectoryDifference.Change> all = expected(before, after);
        for (int i = 0; i < 20; i++) {
            // A name that is there, or one that is not.
            EntryName behind = new EntryName(Bytes.utf8(i == 0 ? "zzz" : "name " + random.nextInt(100_000)));

            DirectoryDifference difference = reader.difference(one, other, behind);
            List<DirectoryDifference.Change> rest = new ArrayList<>();
            for (var next = difference.next(); next.isPresent(); next = difference.next()) {
                rest.add(next.get());
            }
            DirectoryCursor cursor = reader.open(other, behind);
            List<EntryName> names = new ArrayList<>();
            for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
                names.add(next.get().name());
            }

            assertThat(rest)
                    .as("seed %d, behind %s", seed, behind)
                    .isEqualTo(all.stream()
                            .filter(change -> name(change).compareTo(behind) > 0)
                            .toList());
            assertThat(names).isEqualTo(List.copyOf(after.tailMap(behind, false).keySet()));
        }
    }

    private static EntryName name(DirectoryDifference.Change change) {
        return change.before().or(change::after).orElseThrow().name();
    }

    @Test
    void whatIsBehindANameCostsAFewNodes() throws IOException {
        NavigableMap<EntryName, Entry> before = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            put(before, entry(String.format("%06d", i), 0));
        }
        NavigableMap<EntryName, Entry> after = new TreeMap<>();
        before.values().forEach(entry -> put(after, entry(entry.name().toString(), 1)));
        TreeRef one = write(before);
        TreeRef other = write(after);
        reads = 0;
        DirectoryReader reader = new DirectoryReader(id -> {
            reads++;
            return nodes.get(id);
        });

        assertThat(reader.difference(one, other, new EntryName(Bytes.utf8("099990")))
                        .next())
                .get()
                .extracting(DifferenceTest::name)
                .hasToString("099991");
        assertThat(reads).isLessThanOrEqualTo(6);
    }

    @Test
    void aChangeAmongManyNamesCostsAFewNodes() throws IOException {
        NavigableMap<EntryName, Entry> before = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            put(before, entry(String.format("%06d", i), 0));
        }
        TreeRef one = write(before);
        before.remove(new EntryName(Bytes.utf8("044444")));
        put(before, entry("0444445", 1));
        put(before, entry("077777", 1));
        TreeRef other = write(before);
        reads = 0;

        assertThat(changes(one, other, 0)).hasSize(3);
        assertThat(reads).isLessThanOrEqualTo(14);

        reads = 0;
        assertThat(changes(one, one, 0)).isEmpty();
        assertThat(reads).isZero();
    }

    @Test
    void whereEntriesAreStoredIsNoDifference() throws IOException {
        Storage one = new Storage.Few(List.of(new Segment.Slice(DIGEST, 0, 1000)));
        Storage other = new Storage.Few(List.of(new Segment.Slice(DIGEST, 1, 1000)));
        NavigableMap<EntryName, Entry> before = new TreeMap<>();
        NavigableMap<EntryName, Entry> after = new TreeMap<>();
        for (String name : List.of("a", "b")) {
            put(before, new Entry(name(name), metadata(0), new Item.LargeFile(1000, DIGEST, one, 0)));
            put(after, new Entry(name(name), metadata(0), new Item.LargeFile(1000, DIGEST, other, 1)));
        }
        put(after, new Entry(name("c"), metadata(0), new Item.Fifo()));

        assertThat(changes(write(before), write(after), 0))
                .extracting(change -> change.after().map(Entry::name))
                .containsExactly(Optional.of(name("c")));
    }

    private List<DirectoryDifference.Change> changes(TreeRef before, TreeRef after, int putAside) throws IOException {
        NodeSource counting = id -> {
            reads++;
            return nodes.get(id);
        };
        DirectoryDifference difference = new DirectoryReader(counting).difference(before, after);
        List<DirectoryDifference.Change> changes = new ArrayList<>();
        for (Optional<DirectoryDifference.Change> next = difference.next();
                next.isPresent();
                next = difference.next()) {
            changes.add(next.get());
            if (putAside > 0 && changes.size() % putAside == 0) {
                difference.putAside();
            }
        }
        return changes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyByteOfAFileThatIsStoredOtherwiseIsShownAndNoOther(long seed) throws IOException {
        Random random = new Random(seed);
        List<Segment> before = segments(random, random.nextBoolean() ? random.nextInt(10) + 1 : 3000);
        List<Segment> after = new ArrayList<>(before);
        for (int i = random.nextInt(20); i > 0; i--) {
            int at = random.nextInt(after.size());
            switch (random.nextInt(4)) {
                case 0 -> after.set(at, segments(random, 1).getFirst());
                case 1 -> after.add(at, segments(random, 1).getFirst());
                case 2 -> {
                    if (after.size() > 1) {
                        after.remove(at);
                    }
                }
                default -> {
                    if (after.get(at) instanceof Segment.Slice slice && slice.length() > 2) {
                        after.set(at, new Segment.Slice(slice.chunk(), slice.offset(), 1));
                        after.add(at + 1, new Segment.Hole(1));
                        after.add(at + 2, new Segment.Slice(slice.chunk(), slice.offset() + 2, slice.length() - 2));
                    }
                }
            }
        }
        Item.LargeFile one = file(before);
        Item.LargeFile other = file(after);

        before.addFirst(BEGIN);
        after.addFirst(BEGIN);
        List<String> shown = new ArrayList<>(bytes(before).subList(0, (int) Math.min(one.size(), other.size())));
        for (long i = one.size(); i < other.size(); i++) {
            shown.add("nothing");
        }
        List<String> expected = bytes(after);
        new SegmentReader(nodes).difference(one, other, (position, segment) -> {
            List<String> changed = bytes(List.of(segment));
            for (int i = 0; i < changed.size(); i++) {
                int at = (int) position + i;
                assertThat(shown.get(at)).as("seed %d, byte %d", seed, at).isNotEqualTo(expected.get(at));
                shown.set(at, changed.get(i));
            }
        });

        assertThat(shown).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void aChangedPartOfALargeFileCostsAFewNodes() throws IOException {
        Random random = new Random(1);
        List<Segment> segments = segments(random, 15_000);
        Item.LargeFile before = file(segments);
        Segment old = segments.get(7_777);
        segments.set(7_777, new Segment.Slice(Sha256.of(new byte[] {1}), 0, old.length()));
        Item.LargeFile after = file(segments);
        NodeSource counting = id -> {
            reads++;
            return nodes.get(id);
        };
        List<Segment> shown = new ArrayList<>();

        new SegmentReader(counting).difference(before, after, (position, segment) -> shown.add(segment));

        assertThat(shown).containsExactly(segments.get(7_777));
        assertThat(reads).isLessThanOrEqualTo(12);
    }

    /** Short ones, no two of which are one. */
    private static List<Segment> segments(Random random, int count) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Hash chunk = new Hash(random.nextLong(), 0, 0, 0);
            segments.add(
                    random.nextInt(10) == 0
                            ? new Segment.Hole(1 + random.nextInt(9))
                            : new Segment.Slice(chunk, random.nextInt(100), 1 + random.nextInt(9)));
        }
        return segments;
    }

    private Item.LargeFile file(List<Segment> segments) throws IOException {
        SegmentWriter writer = new SegmentWriter(nodes);
        // Beyond what is small.
        writer.add(BEGIN);
        for (Segment segment : segments) {
            writer.add(segment);
        }
        long size =
                BEGIN.length() + segments.stream().mapToLong(Segment::length).sum();
        return new Item.LargeFile(size, DIGEST, writer.finish(Sha256.of(new byte[] {9})), 0);
    }

    /** What is in each byte of a file with these segments. */
    private static List<String> bytes(List<Segment> segments) {
        List<String> bytes = new ArrayList<>();
        for (Segment segment : segments) {
            for (int i = 0; i < segment.length(); i++) {
                bytes.add(
                        segment instanceof Segment.Slice slice
                                ? slice.chunk().abbreviated() + " " + (slice.offset() + i)
                                : "hole");
            }
        }
        return bytes;
    }

    private TreeRef write(NavigableMap<EntryName, Entry> entries) throws IOException {
        DirectoryWriter writer = new DirectoryWriter(nodes);
        for (Entry entry : entries.values()) {
            writer.add(entry);
        }
        return writer.finish();
    }

    private static void put(NavigableMap<EntryName, Entry> entries, Entry entry) {
        entries.put(entry.name(), entry);
    }

    private static Entry entry(String name, int mode) {
        return new Entry(
                name(name),
                metadata(mode),
                new Item.SmallFile(Bytes.of("some content".getBytes(StandardCharsets.US_ASCII)), 0));
    }

    private static EntryName name(String name) {
        return new EntryName(Bytes.utf8(name));
    }

    private static Metadata metadata(int mode) {
        return new Metadata(mode, 0, 0, 0, 0, 0, Optional.empty(), new Attributes.None());
    }
}
