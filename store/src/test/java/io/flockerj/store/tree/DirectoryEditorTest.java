package io.flockerj.store.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that are edited are what they are when they are written anew. */
class DirectoryEditorTest {
    private final Nodes nodes = new Nodes();
    private int read;

    private TreeRef written(NavigableMap<EntryName, Entry> entries) throws IOException {
        DirectoryWriter writer = new DirectoryWriter(nodes);
        for (Entry entry : entries.values()) {
            writer.add(entry);
        }
        return writer.finish();
    }

    private byte[] get(Hash id) throws IOException {
        read++;
        return nodes.get(id);
    }

    private TreeRef edited(TreeRef before, NavigableMap<EntryName, Optional<Entry>> edits) throws IOException {
        return new DirectoryEditor(this::get, nodes).edit(before, edits);
    }

    private static EntryName name(int number, boolean isLong) {
        String text = String.format("%08d", number);
        return new EntryName(Bytes.utf8(isLong ? text + "n".repeat(200) : text));
    }

    private static Entry entry(EntryName name, Random random) {
        Metadata metadata = new Metadata(
                random.nextInt(01000), 0, 0, random.nextInt(), 0, 0, Optional.empty(), new Attributes.None());
        byte[] content = new byte[random.nextInt(64)];
        random.nextBytes(content);
        return new Entry(name, metadata, new Item.SmallFile(Bytes.of(content), 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void anEditedDirectoryIsTheOneThatIsWrittenAnew(long seed) throws IOException {
        Random random = new Random(seed);
        int range = 1 << random.nextInt(1, 16);
        boolean isLong = random.nextBoolean();
        NavigableMap<EntryName, Entry> entries = new TreeMap<>();
        for (int i = random.nextInt(range); i >= 0; i--) {
            EntryName name = name(random.nextInt(range), isLong);
            entries.put(name, entry(name, random));
        }
        TreeRef before = written(entries);
        for (int round = 0; round < 10; round++) {
            NavigableMap<EntryName, Optional<Entry>> edits = new TreeMap<>();
            int first = random.nextInt(range);
            boolean isRemoval = random.nextInt(3) == 0;
            for (int i = random.nextInt(range / 4 + 2); i >= 0; i--) {
                EntryName name = name(random.nextBoolean() ? random.nextInt(range) : first + i, isLong);
                Optional<Entry> edit =
                        isRemoval || random.nextBoolean() ? Optional.empty() : Optional.of(entry(name, random));
                edits.put(name, edit);
                edit.ifPresentOrElse(each -> entries.put(name, each), () -> entries.remove(name));
            }

            TreeRef after = edited(before, edits);

            assertThat(after).as("seed %d, round %d", seed, round).isEqualTo(written(entries));
            before = after;
        }
    }

    @Test
    void tenChangesAmongAHundredThousandEntriesReadAFewNodes() throws IOException {
        Random random = new Random(1);
        NavigableMap<EntryName, Entry> entries = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            entries.put(name(i, false), entry(name(i, false), random));
        }
        TreeRef before = written(entries);
        int all = nodes.count();
        NavigableMap<EntryName, Optional<Entry>> edits = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            Entry changed = entry(name(random.nextInt(100_000), false), random);
            entries.put(changed.name(), changed);
            edits.put(changed.name(), Optional.of(changed));
        }

        TreeRef after = edited(before, edits);

        assertThat(all).isGreaterThan(100);
        assertThat(read).isLessThan(40);
        assertThat(nodes.count() - all).isLessThan(15);
        assertThat(after).isEqualTo(written(entries));
    }

    @Test
    void nothingIsReadWhereNothingIsEdited() throws IOException {
        TreeRef before = written(new TreeMap<>());

        assertThat(edited(before, new TreeMap<>())).isEqualTo(before);
        assertThat(read).isZero();
    }

    @Test
    void someNamesAreFoundOnTheWayToThem() throws IOException {
        Random random = new Random(2);
        NavigableMap<EntryName, Entry> entries = new TreeMap<>();
        for (int i = 0; i < 50_000; i += 2) {
            entries.put(name(i, true), entry(name(i, true), random));
        }
        TreeRef directory = written(entries);
        NavigableSet<EntryName> names = new TreeSet<>();
        for (int i : new int[] {0, 1, 7, 20_000, 20_002, 49_998, 49_999, 60_000}) {
            names.add(name(i, true));
        }
        List<Entry> found = new ArrayList<>();

        new DirectoryReader(this::get).find(directory, names, found::add);

        names.retainAll(entries.keySet());
        assertThat(found)
                .containsExactlyElementsOf(names.stream().map(entries::get).toList());
        assertThat(found).hasSize(4);
        assertThat(read).isLessThan(15);
    }
}
