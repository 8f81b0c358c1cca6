package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.content.FastCdc;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.wire.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small trees are written into repositories and read again, by programs that know nothing but the commit. */
class RepositoryTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Id SNAPSHOT = new Id(2, 2);

    private final Random random = new Random(11);
    private Backend backend = new MemoryBackend(InstantSource.system());

    @Test
    void aTreeComesBackFromMemory() throws IOException {
        SortedMap<String, byte[]> files = files(40, 300_000);
        push(SNAPSHOT, files, new MemoryChunkIndex());

        assertSame(files, pull(SNAPSHOT));
    }

    @Test
    void aTreeComesBackFromADirectory(@TempDir Path directory) throws IOException {
        backend = DirectoryBackend.open(directory, Id.source(random));
        SortedMap<String, byte[]> files = files(40, 300_000);
        push(SNAPSHOT, files, new MemoryChunkIndex());

        backend = DirectoryBackend.open(directory, Id.source(random));

        assertSame(files, pull(SNAPSHOT));
    }

    @Test
    void aSmallPushIsOnePackAndOneCommit() throws IOException {
        SortedMap<String, byte[]> files = files(40, 300_000);
        MemoryChunkIndex index = new MemoryChunkIndex();
        push(SNAPSHOT, files, index);
        List<Listed> before = objects();

        files.put("new", bytes(5000));
        push(new Id(3, 3), files, index);

        List<Listed> added = objects();
        added.removeAll(before);
        assertThat(added).hasSize(2);
        assertThat(added.stream().mapToLong(Listed::size).sum()).isLessThan(5000 + 10_000);
        assertSame(files, pull(new Id(3, 3)));
    }

    @Test
    void aSnapshotIsItsIdAndItsContent() throws IOException {
        SortedMap<String, byte[]> files = files(5, 1000);
        CommitOutcome first = push(SNAPSHOT, files, new MemoryChunkIndex());
        CommitOutcome again = push(SNAPSHOT, files, new MemoryChunkIndex());
        files.put("other", bytes(10));
        CommitOutcome other = push(SNAPSHOT, files, new MemoryChunkIndex());

        assertThat(first).isInstanceOf(CommitOutcome.Committed.class);
        assertThat(again).isEqualTo(new CommitOutcome.AlreadyThere(((CommitOutcome.Committed) first).commit()));
        assertThat(other).isInstanceOf(CommitOutcome.OtherContent.class);
        assertThat(repository().snapshots()).containsExactly(SNAPSHOT);
        assertThat(repository().commit(new Id(9, 9))).isEmpty();
    }

    @Test
    void whatPacksNoCommitNamesIsFoundAllTheSame() throws IOException {
        SortedMap<String, byte[]> files = files(5, 1000);
        push(SNAPSHOT, files, new MemoryChunkIndex());
        Repository repository = repository();
        Commit commit = repository.commit(SNAPSHOT).orElseThrow();

        assertSame(files, pull(repository, commit, List.of()));
    }

    @Test
    void aMissingPackIsReportedWithWhatItHeld() throws IOException {
        push(SNAPSHOT, files(5, 1000), new MemoryChunkIndex());
        for (Listed listed : objects()) {
            if (listed.name().text().contains("/packs/")) {
                backend.delete(listed.name());
            }
        }

        assertThatThrownBy(() -> pull(SNAPSHOT))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("in no pack");
    }

    @Test
    void howeverManyPacksThereAreACommitStaysSmallAndNamesThemAll() throws IOException {
        Repository repository = repository();
        List<PackInfo> all = new ArrayList<>();
        PackList packs = new PackList(List.of(), List.of());
        for (int push = 0; push < 700; push++) {
            List<PackInfo> written = new ArrayList<>();
            for (int i = push == 300 ? 100 : 1; i > 0; i--) {
                Hash name = new Hash(random.nextLong(), push, i, 0);
                written.add(new PackInfo(name, 1000, 100, name));
            }
            all.addAll(written);
            packs = repository.name(packs, written);
            assertThat(packs.lists()).hasSizeLessThanOrEqualTo(8);
        }

        assertThat(repository.packs(packs)).containsExactlyInAnyOrderElementsOf(all);
        PackList many = packs;
        assertThatThrownBy(() -> repository.packs(many, 700))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("more than 700 packs");
        assertThat(repository.name(packs, List.of())).isEqualTo(packs);
        assertThat(repository.name(packs, packs.packs())).isEqualTo(packs);
    }

    @Test
    void aSliceThatIsLongerThanItsChunkIsRefused() throws IOException {
        MemoryChunkIndex index = new MemoryChunkIndex();
        Hash chunk;
        try (ChunkWriter writer = repository().writer(index)) {
            chunk = writer.data(bytes(100), 0, 100);
            writer.finish();
        }

        try (ChunkReader reader = repository().reader(index)) {
            assertThat(reader.slice(new Segment.Slice(chunk, 90, 10)))
                    .isEqualTo(reader.chunk(chunk).part(90, 10));
            assertThatThrownBy(() -> reader.slice(new Segment.Slice(chunk, 91, 10)))
                    .isInstanceOf(BrokenException.class);
        }
    }

    @Test
    void aRepositoryIsMadeOnceAndOpenedByItsVolumeset() throws IOException {
        Repository first = Repository.create(backend, VOLUMESET, new Id(5, 5));

        assertThat(Repository.create(backend, VOLUMESET, new Id(6, 6)).id()).isEqualTo(first.id());
        assertThatThrownBy(() -> Repository.open(backend, new Id(7, 7)))
                .isInstanceOf(NoRepositoryException.class)
                .hasMessageContaining("000000000000");
    }

    @Test
    void aRepositoryInWhichGarbageIsCollectedIsReadButNotWritten() throws IOException {
        SortedMap<String, byte[]> files = files(3, 100);
        push(SNAPSHOT, files, new MemoryChunkIndex());
        backend.swap(ObjectName.of("volumesets", VOLUMESET.hex(), "epoch"), Optional.empty(), new byte[] {1});

        assertThatThrownBy(() -> push(new Id(4, 4), files, new MemoryChunkIndex()))
                .isInstanceOf(UnsupportedException.class);
        assertSame(files, pull(SNAPSHOT));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withAnyByteFlippedOrCutOffWhatIsReadIsRight(boolean flip) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>(Map.of(
                "a",
                bytes(10),
                "large",
                bytes(100),
                "text",
                "again and again ".repeat(20).getBytes(StandardCharsets.US_ASCII)));
        push(SNAPSHOT, files, new MemoryChunkIndex());
        int refused = 0;
        for (Listed listed : objects()) {
            byte[] whole = backend.read(listed.name(), 0, (int) listed.size());
            for (int at = 0; at < whole.length; at++) {
                byte[] broken = flip ? whole.clone() : Arrays.copyOf(whole, at);
                if (flip) {
                    broken[at] ^= (byte) (1 << random.nextInt(8));
                }
                backend.delete(listed.name());
                backend.create(listed.name(), List.of(broken));
                try {
                    assertSame(files, pull(SNAPSHOT));
                } catch (IOException e) {
                    refused++;
                }
            }
            backend.delete(listed.name());
            backend.create(listed.name(), List.of(whole));
        }
        assertThat(refused).isGreaterThan(1000);
        assertSame(files, pull(SNAPSHOT));
    }

    @Test
    void aCheckFindsAWholeRepositoryWhole() throws IOException {
        twoSnapshots();

        RepositoryCheck.Outcome read = check(100);
        RepositoryCheck.Outcome looked = check(0);

        assertThat(read.hurt()).isEmpty();
        assertThat(read.brokenPacks()).isEmpty();
        assertThat(read.snapshots()).isEqualTo(2);
        assertThat(looked.hurt()).isEmpty();
        assertThat(looked.bytesRead()).isPositive().isLessThan(read.bytesRead() / 5);
    }

    @Test
    void aCheckTellsWhichSnapshotsAMissingACutOffOrASwappedPackHurts() throws IOException {
        twoSnapshots();
        List<Listed> packs = objects().stream()
                .filter(listed -> listed.name().text().contains("/packs/"))
                .sorted(Comparator.comparingLong(Listed::size))
                .toList();
        Listed second = packs.getFirst();
        Listed first = packs.getLast();
        byte[] small = backend.read(second.name(), 0, Integer.MAX_VALUE);
        byte[] large = backend.read(first.name(), 0, Integer.MAX_VALUE);

        replace(second.name(), small);
        assertThat(hurt(check(0))).isEmpty();
        backend.delete(second.name());
        assertThat(hurt(check(0))).containsExactly(new Id(3, 3).hex());
        replace(second.name(), Arrays.copyOf(small, small.length - 1));
        assertThat(hurt(check(0))).containsExactly(new Id(3, 3).hex());
        replace(second.name(), large);
        replace(first.name(), small);
        assertThat(hurt(check(0))).as("all is there, under wrong names").isEmpty();
        assertThat(check(0).brokenPacks()).hasSize(2);
        assertThat(pull(SNAPSHOT)).isNotEmpty();
        backend.delete(first.name());
        assertThat(hurt(check(0))).containsExactly(new Id(3, 3).hex());
        replace(second.name(), small);
        assertThat(hurt(check(0))).containsExactlyInAnyOrder(SNAPSHOT.hex(), new Id(3, 3).hex());
    }

    @Test
    void aCheckThatReadsAllFindsEachFlippedByte() throws IOException {
        twoSnapshots();
        for (Listed listed : objects()) {
            String name = listed.name().text();
            if (!name.contains("/packs/") && !name.contains("/commits/")) {
                continue;
            }
            byte[] whole = backend.read(listed.name(), 0, Integer.MAX_VALUE);
            for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 20)) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 1;
                replace(listed.name(), flipped);
                RepositoryCheck.Outcome outcome = check(100);
                assertThat(outcome.hurt().size() + outcome.brokenPacks().size())
                        .as("%s, byte %d", name, at)
                        .isPositive();
            }
            replace(listed.name(), whole);
        }
        assertThat(check(100).hurt()).isEmpty();
    }

    @Test
    void aCheckThatReadsAllFindsRightChunksThatAreListedWrongly() throws IOException {
        twoSnapshots();
        Id third = new Id(4, 4);
        pushWronglyListed(third);

        assertThat(check(0).hurt()).isEmpty();
        RepositoryCheck.Outcome outcome = check(100);

        assertThat(hurt(outcome)).containsExactly(third.hex());
        assertThat(outcome.hurt().getFirst().why()).contains("the file swapped").contains("digest");
        assertThat(outcome.brokenPacks()).isEmpty();
    }

    @Test
    void aCheckThatReadsAPartComparesAPartOfTheFiles() throws IOException {
        Id snapshot = new Id(4, 4);
        pushWronglyListed(snapshot);

        List<Integer> found = new ArrayList<>();
        for (int percent : List.of(1, 20, 40, 60, 80, 99)) {
            if (!hurt(check(percent)).isEmpty()) {
                found.add(percent);
            }
        }

        assertThat(found).isNotEmpty().isEqualTo(found.stream().sorted().toList());
        assertThat(found.getLast()).isEqualTo(99);
    }

    /** That in its directory another has changed does not make it another. */
    @Test
    void aCheckReadsAFileOnceHoweverManySnapshotsHaveIt() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int file = 0; file < 4; file++) {
            files.put("large " + file, bytes(300_000));
        }
        MemoryChunkIndex index = new MemoryChunkIndex();
        for (int snapshot = 0; snapshot < 6; snapshot++) {
            files.put("small", bytes(100));
            push(new Id(7, snapshot), files, index);
        }
        AtomicLong read = new AtomicLong();
        Repository repository = Repository.open(backend, VOLUMESET);

        try (RepositoryCheck check =
                repository.check(new MemoryChunkIndex(), (bytes, snapshots) -> read.addAndGet(bytes), 8)) {
            RepositoryCheck.Outcome outcome =
                    check.run(100, 7, repository.refs(InstantSource.system(), Id.source(random)));
            assertThat(outcome.hurt()).isEmpty();
        }

        assertThat(read.get()).as("packs, and then files").isBetween(2L * 1_200_000, 3L * 1_200_000);
    }

    /** As where two hosts have pushed the same at once; whoever reads finds what is wrong in one pack in the other. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCheckDoesNotCallHurtWhatIsWholeInAnotherPack(boolean isNamed) throws IOException {
        SortedMap<String, byte[]> files = files(20, 20_000);
        push(SNAPSHOT, files, new MemoryChunkIndex());
        Listed pack = objects().stream()
                .filter(listed -> listed.name().text().contains("/packs/"))
                .findFirst()
                .orElseThrow();
        byte[] whole = backend.read(pack.name(), 0, Integer.MAX_VALUE);
        push(new Id(3, 3), new MemoryChunkIndex(), writer -> {
            writer.data(bytes(1000), 0, 1000);
            return entries(writer, files);
        });
        if (!isNamed) {
            backend.delete(Layout.of(VOLUMESET).commit(new Id(3, 3)));
        }

        Set<Boolean> found = new HashSet<>();
        for (int at = 0; at < whole.length; at += whole.length / 20) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            replace(pack.name(), flipped);
            assertSame(files, pull(SNAPSHOT));
            for (int percent : new int[] {0, 30, 60, 90, 100}) {
                RepositoryCheck.Outcome outcome = check(percent);
                assertThat(outcome.hurt()).as("byte %d, %d %%", at, percent).isEmpty();
                found.add(outcome.brokenPacks().isEmpty());
            }
        }
        assertThat(found).containsExactlyInAnyOrder(true, false);
    }

    /** A pack is read only where a node is needed; what files have in it is believed until then. */
    @Test
    void aCheckLooksAgainAtWhatItTookForRightBeforeItsPackTurnedOutBroken() throws IOException {
        byte[] large = bytes(200_000);
        MemoryChunkIndex index = new MemoryChunkIndex();
        List<Hash> nodes = new ArrayList<>();
        List<TreeRef> later = new ArrayList<>();
        push(new Id(7, 0), index, writer -> {
            DirectoryWriter directory = new DirectoryWriter((bytes, length) -> {
                nodes.add(writer.put(bytes, length));
                return nodes.getLast();
            });
            for (int file = 1000; file < 4000; file++) {
                EntryName name = new EntryName(Bytes.utf8("" + file));
                directory.add(new Entry(name, metadata(), new Item.SmallFile(Bytes.of(bytes(40)), 0)));
            }
            later.add(directory.finish());
            return List.of(entry(writer, "large", large));
        });
        push(
                new Id(7, 1),
                index,
                writer -> List.of(new Entry(
                        new EntryName(Bytes.utf8("later")), metadata(), new Item.Directory(later.getFirst(), 0))));
        push(new Id(7, 2), index, writer -> List.of(entry(writer, "large", large), entry(writer, "new", bytes(10))));
        assertThat(check(0).hurt()).isEmpty();

        byte[] first = Arrays.copyOf(large, FastCdc.cut(large, 0, large.length));
        damage(index.find(Sha256.of(first)).orElseThrow().frame());
        assertThat(check(0).hurt()).as("nothing is read of it").isEmpty();
        damage(index.find(nodes.getFirst()).orElseThrow().frame());

        assertThat(hurt(check(0))).containsExactly(new Id(7, 0).hex(), new Id(7, 1).hex(), new Id(7, 2).hex());
    }

    private void damage(FramePlace frame) throws IOException {
        ObjectName pack = Layout.of(VOLUMESET).pack(frame.pack());
        byte[] bytes = backend.read(pack, 0, Integer.MAX_VALUE);
        bytes[Math.toIntExact(frame.start()) + frame.length() / 2]++;
        replace(pack, bytes);
    }

    /** Not the check itself, whose memory does not grow with what is broken. */
    @Test
    void theIndexKnowsWhatIsLeftOfABrokenPackAndNothingElse() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (char name = 'a'; name <= 't'; name++) {
            files.put(String.valueOf(name), bytes(60_000));
        }
        push(SNAPSHOT, files, new MemoryChunkIndex());
        Listed pack = objects().stream()
                .filter(listed -> listed.name().text().contains("/packs/"))
                .findFirst()
                .orElseThrow();
        byte[] hurt = backend.read(pack.name(), 0, Integer.MAX_VALUE);
        hurt[1000]++; // Within the first frame, of several.
        replace(pack.name(), hurt);
        MemoryChunkIndex notes = new MemoryChunkIndex();
        Repository repository = Repository.open(backend, VOLUMESET);

        try (RepositoryCheck check = repository.check(notes, (bytes, snapshots) -> {})) {
            RepositoryCheck.Outcome outcome =
                    check.run(100, 7, repository.refs(InstantSource.system(), Id.source(random)));
            assertThat(outcome.hurt())
                    .singleElement()
                    .satisfies(each -> assertThat(each.why()).contains("the file a"));
        }

        List<String> known = files.keySet().stream()
                .filter(name -> notes.contains(Sha256.of(Objects.requireNonNull(files.get(name)))))
                .toList();
        assertThat(known).contains("t").doesNotContain("a");
    }

    /** Two chunks of a file change places, as if by an error in a writer; all that is named by a hash has that hash. */
    private void pushWronglyListed(Id snapshot) throws IOException {
        byte[] content = bytes(200_000);
        ContentDigester digester = new ContentDigester();
        digester.data(content, 0, content.length);
        Hash digest = digester.finish();
        push(snapshot, new MemoryChunkIndex(), writer -> {
            SegmentWriter segments = new SegmentWriter(writer);
            segments.add(new Segment.Slice(writer.data(content, 100_000, 100_000), 0, 100_000));
            segments.add(new Segment.Slice(writer.data(content, 0, 100_000), 0, 100_000));
            Item.LargeFile file = new Item.LargeFile(content.length, digest, segments.finish(digest), 0);
            return List.of(new Entry(new EntryName(Bytes.utf8("swapped")), metadata(), file));
        });
    }

    @Test
    void aCheckThatCouldNotNoteEverythingDoesNotSayWhatIsMissing() throws IOException {
        twoSnapshots();
        Repository repository = Repository.open(backend, VOLUMESET);
        MemoryChunkIndex notes = new MemoryChunkIndex();
        ChunkIndex forgetful = (ChunkIndex) Proxy.newProxyInstance(
                ChunkIndex.class.getClassLoader(),
                new Class<?>[] {ChunkIndex.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "add" -> null;
                    case "isComplete" -> false;
                    default -> method.invoke(notes, arguments);
                });

        try (RepositoryCheck check = repository.check(forgetful, (bytes, snapshots) -> {})) {
            assertThatIOException()
                    .isThrownBy(() -> check.run(0, 7, repository.refs(InstantSource.system(), Id.source(random))))
                    .withMessageContaining("give the pool more space");
        }
    }

    private void twoSnapshots() throws IOException {
        SortedMap<String, byte[]> files = files(20, 100_000);
        MemoryChunkIndex index = new MemoryChunkIndex();
        push(SNAPSHOT, files, index);
        files.put("new", bytes(5000));
        push(new Id(3, 3), files, index);
    }

    private RepositoryCheck.Outcome check(int percent) throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);
        try (RepositoryCheck check = repository.check(new MemoryChunkIndex(), (bytes, snapshots) -> {})) {
            return check.run(percent, 7, repository.refs(InstantSource.system(), Id.source(random)));
        }
    }

    private static List<String> hurt(RepositoryCheck.Outcome outcome) {
        return outcome.hurt().stream().map(RepositoryCheck.Hurt::what).toList();
    }

    private void replace(ObjectName name, byte[] content) throws IOException {
        backend.delete(name);
        backend.create(name, List.of(content));
    }

    private Repository repository() throws IOException {
        return Repository.create(backend, VOLUMESET, new Id(5, 5));
    }

    private CommitOutcome push(Id snapshot, SortedMap<String, byte[]> files, MemoryChunkIndex index)
            throws IOException {
        return push(snapshot, index, writer -> entries(writer, files));
    }

    private static List<Entry> entries(ChunkWriter writer, SortedMap<String, byte[]> files) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            entries.add(entry(writer, file.getKey(), file.getValue()));
        }
        return entries;
    }

    /** Writes what a directory is to hold. */
    private interface Filling {
        List<Entry> entries(ChunkWriter writer) throws IOException;
    }

    private CommitOutcome push(Id snapshot, MemoryChunkIndex index, Filling filling) throws IOException {
        Repository repository = repository();
        try (ChunkWriter writer = repository.writer(index)) {
            DirectoryWriter directory = new DirectoryWriter(writer);
            for (Entry entry : filling.entries(writer)) {
                directory.add(entry);
            }
            Item.Directory root = new Item.Directory(directory.finish(), 0);
            TreeRef tree = DirectoryWriter.writeRoot(writer, metadata(), root);
            writer.finish();
            SnapshotRecord.Named name = new SnapshotRecord.Named(new Id(8, 8), "db");
            SnapshotRecord record = new SnapshotRecord(
                    Optional.empty(),
                    Optional.empty(),
                    new TreeMap<>(),
                    name,
                    name,
                    true,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            PackList packs = repository.name(new PackList(List.of(), List.of()), writer.written());
            return repository.commit(new Commit(
                    VOLUMESET, snapshot, Optional.empty(), Instant.EPOCH, tree, packs, List.of(), 0, record));
        }
    }

    private static Entry entry(ChunkWriter writer, String name, byte[] content) throws IOException {
        EntryName entryName = new EntryName(Bytes.utf8(name));
        if (content.length <= Item.SmallFile.LONGEST) {
            return new Entry(entryName, metadata(), new Item.SmallFile(Bytes.of(content), 0));
        }
        ContentDigester digester = new ContentDigester();
        SegmentWriter segments = new SegmentWriter(writer);
        digester.data(content, 0, content.length);
        for (int at = 0; at < content.length; ) {
            int length = content.length <= 64 * 1024 ? content.length : FastCdc.cut(content, at, content.length);
            segments.add(new Segment.Slice(writer.data(content, at, length), 0, length));
            at += length;
        }
        Hash digest = digester.finish();
        return new Entry(entryName, metadata(), new Item.LargeFile(content.length, digest, segments.finish(digest), 0));
    }

    private SortedMap<String, byte[]> pull(Id snapshot) throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);
        Commit commit =
                repository.commit(snapshot).orElseThrow(() -> new BrokenException("snapshot", "its commit is gone"));
        return pull(repository, commit, List.of(commit.packs()));
    }

    private static SortedMap<String, byte[]> pull(Repository repository, Commit commit, List<PackList> packs)
            throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (ChunkReader chunks = repository.reader(new MemoryChunkIndex())) {
            for (PackList list : packs) {
                chunks.learn(repository.packs(list));
            }
            DirectoryReader reader = new DirectoryReader(chunks);
            Entry root = reader.root(commit.tree());
            assertThat(root.metadata()).isEqualTo(metadata());
            if (root.item() instanceof Item.Directory directory) {
                reader.read(directory.root(), entry -> {
                    assertThat(entry.metadata()).isEqualTo(metadata());
                    files.put(entry.name().toString(), content(chunks, entry.item()));
                });
            }
        }
        return files;
    }

    private static byte[] content(ChunkReader chunks, Item item) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (item instanceof Item.SmallFile file) {
            content.writeBytes(file.content().toArray());
        } else if (item instanceof Item.LargeFile file) {
            new SegmentReader(chunks).read(file.storage(), file.size(), file.digest(), segment -> {
                if (segment instanceof Segment.Slice slice) {
                    content.writeBytes(chunks.slice(slice).toArray());
                }
            });
            ContentDigester digester = new ContentDigester();
            digester.data(content.toByteArray(), 0, content.size());
            assertThat(digester.finish()).isEqualTo(file.digest());
        }
        return content.toByteArray();
    }

    private List<Listed> objects() throws IOException {
        List<Listed> objects = new ArrayList<>();
        backend.list(new ObjectName("volumesets"), objects::add);
        return objects;
    }

    private SortedMap<String, byte[]> files(int count, int longest) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            files.put("file " + i, bytes(random.nextInt(longest)));
        }
        files.put("very large", bytes(20 * longest / 3));
        return files;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Metadata metadata() {
        return new Metadata(0640, 1, 2, 3, 4, 0, Optional.empty(), new Attributes.None());
    }

    private static void assertSame(SortedMap<String, byte[]> expected, SortedMap<String, byte[]> actual) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, content) -> assertThat(actual.get(name)).as(name).isEqualTo(content));
    }
}
