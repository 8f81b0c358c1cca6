package io.flockerj.plugin.restore;

import static io.flockerj.plugin.restore.HandmadeTrees.entry;
import static io.flockerj.plugin.restore.HandmadeTrees.linked;
import static io.flockerj.plugin.restore.HandmadeTrees.metadata;
import static io.flockerj.plugin.restore.HandmadeTrees.random;
import static io.flockerj.plugin.restore.HandmadeTrees.withAttributes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.files.FullTree;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.TreeListing;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("root") // owners, devices, attributes, flags and file systems of its own
class TreeRestoreTest {
    private static final Id GROUP = new Id(1, 2);

    @TempDir
    Path temporary = Path.of("");

    private HandmadeTrees repository;
    private Path target = Path.of("");

    TreeRestoreTest() throws IOException {
        repository = new HandmadeTrees();
    }

    @BeforeEach
    void makeTarget() throws IOException {
        target = Files.createDirectory(temporary.resolve("target"));
    }

    @AfterEach
    void letGo() throws IOException {
        FullTree.bash("chattr -R -f -i -a \"$1\" || true", temporary.toString());
        repository.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "EXT4"})
    void everyKindOfFileComesBackWithAllThatIsKnownOfIt(LoopFileSystem.Kind kind) throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(kind, 320)) {
            Path source = Files.createDirectory(fileSystem.root().resolve("source"));
            FullTree.makeIn(source);
            makeFlagsIn(source);
            makeAttributesIn(source, kind == LoopFileSystem.Kind.EXT4 ? 3_000 : 200_000);
            Path copy = Files.createDirectory(fileSystem.root().resolve("copy"));
            TreeRef tree = repository.captured(source);

            Restored restored = restore(tree, copy);

            assertThat(listing(copy)).isEqualTo(listing(source));
            assertThat(repository.captured(copy).digest()).isEqualTo(tree.digest());
            assertThat(restored.notKept()).as("%s", restored.examples()).isZero();
            assertThat(restored.entries()).isEqualTo(tree.totals().entries());
            FullTree.bash("chattr -R -f -i -a \"$1\" || true", fileSystem.root().toString());
        }
    }

    /** Where no other thread has time, files are made as late as may be: when their turn to be waited for has come. */
    @Test
    void aDirectoryHasItsTimeAndFlagsHoweverLateTheLastOfItsFilesIsMade() throws IOException {
        Path source = Files.createDirectory(temporary.resolve("source"));
        FullTree.bash("""
                set -euo pipefail
                cd "$1"
                mkdir -p many few/in/few fixed
                for i in {1..300}; do echo $i >many/$i; done
                echo a >few/a; echo b >few/in/b; echo c >few/in/few/c; echo d >fixed/d
                touch -d 2001-02-03 many few few/in few/in/few fixed .
                chattr +i fixed
                """, source.toString());
        TreeRef tree = repository.captured(source);

        try (ChunkReader chunks = repository.reader()) {
            new TreeRestore(chunks, task -> {}, Progress.IGNORED).whole(tree, target);
        }

        assertThat(repository.captured(target).digest()).isEqualTo(tree.digest());
    }

    /** Each flag, on a file, on a directory with something in it, and on a file with several names. */
    private static void makeFlagsIn(Path source) throws IOException {
        FullTree.bash("""
                set -euo pipefail
                cd "$1"
                mkdir flags flags/fixed flags/growing
                echo x >flags/fixed/inside; echo y >flags/growing/inside
                echo z >flags/a; ln flags/a flags/b; ln flags/a flags/fixed/c
                touch flags/sync flags/dump flags/atime flags/both
                chattr +S flags/sync; chattr +d flags/dump; chattr +A flags/atime; chattr +dA flags/both
                chattr +a flags/growing; chattr +i flags/a; chattr +i flags/fixed
                """, source.toString());
    }

    private static void makeAttributesIn(Path source, int bytes) throws IOException {
        Path file = Files.createFile(source.resolve("with attributes"));
        for (int i = 0; i < bytes / 3_000; i++) {
            FullTree.bash(
                    "setfattr -n user.of$2 -v 0x$(head -c 2900 /dev/urandom | xxd -p | tr -d '\\n') \"$1\"",
                    file.toString(),
                    Integer.toString(i));
        }
    }

    private static List<String> listing(Path root) throws IOException {
        return TreeListing.of(root).stream()
                .map(line -> line.replaceFirst(" number=\\d+", ""))
                .map(line -> line.contains(" type=d ")
                        ? line.replaceFirst(" size=\\d+ blocks=\\d+", "").replaceFirst(" links=\\d+", "")
                        : line)
                .toList();
    }

    @Test
    void aFileOfAHundredGibibytesThatIsNearlyAllHoleTakesNoSpace() throws IOException {
        Path source = Files.createDirectory(temporary.resolve("source"));
        FullTree.bash("""
                cd "$1"
                truncate -s 100G hole; printf begin | dd of=hole conv=notrunc status=none
                printf end | dd of=hole bs=1 seek=107374182397 conv=notrunc status=none
                truncate -s 3T empty
                """, source.toString());
        TreeRef tree = repository.captured(source);

        Restored restored = restore(tree, target);

        assertThat(target.resolve("hole")).hasSize(100L << 30);
        assertThat(target.resolve("empty")).hasSize(3L << 40);
        assertThat(FullTree.space(target.resolve("hole"))).isLessThan(100_000);
        assertThat(restored.bytes()).isLessThan(100_000);
        assertThat(repository.captured(target).digest()).isEqualTo(tree.digest());
    }

    @Test
    void whatIsInTheWayOfTheTreeIsLeftAloneAndNamed() throws IOException {
        Files.createFile(target.resolve("there"));

        assertThatThrownBy(() -> restore(repository.tree(), target))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining(target.toString())
                .hasMessageContaining("empty directory");
        assertThat(target.resolve("there")).exists();
    }

    @Test
    void nothingIsInheritedFromTheTarget() throws IOException {
        FullTree.bash(
                "setfacl -m d:u:1001:rwx,u:1002:r \"$1\"; setfattr -n user.x -v y \"$1\"; chmod 2777 \"$1\"; chgrp 77 \"$1\"",
                target.toString());
        TreeRef tree = repository.tree(
                entry("file", repository.file(random(1, 100))),
                entry("dir", repository.directory(entry("inner", new Item.Fifo())), metadata(0700)));

        restore(tree, target);

        assertThat(repository.captured(target).digest()).isEqualTo(tree.digest());
    }

    @Test
    void manyNamesInOneDirectoryComeBack() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            entries.add(entry("name " + i, repository.file(("content " + i).getBytes(StandardCharsets.UTF_8))));
        }
        AtomicLong counted = new AtomicLong();
        TreeRef tree = repository.tree(entries.toArray(Entry[]::new));

        restore(tree, target, counting(counted));

        assertThat(repository.captured(target).digest()).isEqualTo(tree.digest());
        assertThat(counted).hasValue(20_001);
    }

    @Test
    void directoriesAsDeepAsTheyMayBeComeBackAndNoneDeeper() throws IOException {
        Path deep = Files.createDirectory(temporary.resolve("deep"));

        restore(nested(4096), deep);

        assertThat(FullTree.bash("find \"$1\" -type d | wc -l", deep.toString()).strip())
                .isEqualTo("4097");
        assertThatThrownBy(() -> restore(nested(4097), target))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("more than 4096 deep");
        FullTree.bash("rm -rf \"$1\" \"$2\"; mkdir \"$2\"", deep.toString(), target.toString());
    }

    /** With something behind each, so that the way back is needed. */
    private TreeRef nested(int levels) throws IOException {
        Item.Directory inner = repository.directory();
        for (int i = 1; i < levels; i++) {
            inner = repository.directory(
                    entry("d", inner, metadata(0500)), entry("e", repository.file(new byte[] {1})));
        }
        return repository.tree(entry("d", inner, metadata(0500)), entry("e", repository.file(new byte[] {1})));
    }

    @Test
    void namesOfOneFileHaveToAgree() throws IOException {
        Id group = group("a");
        Item file = repository.file(random(1, 100));
        Metadata metadata = linked(metadata(0644), group);

        refused(repository.tree(entry("a", file, metadata)), "/a", "several names");
        refused(
                repository.tree(entry("a", file, metadata), entry("b", file, linked(metadata(0600), group))),
                "/b",
                "differ");
        refused(repository.tree(entry("b", file, metadata), entry("c", file, metadata)), "/b", "first of the group");
        refused(
                repository.tree(
                        entry("a", file, linked(metadata(0644), GROUP)),
                        entry("b", file, linked(metadata(0644), GROUP))),
                "/a",
                "first of the group");
    }

    @Test
    void namesOfOneFileAreFoundAcrossDirectories() throws IOException {
        Metadata metadata = linked(metadata(0644), group("a/x/one"));
        Item file = repository.file(random(1, 200_000));
        TreeRef tree = repository.tree(
                entry(
                        "a",
                        repository.directory(
                                entry("x", repository.directory(entry("one", file, metadata)), metadata(0700)),
                                entry("y", repository.directory(entry("two", file, metadata)), metadata(0700))),
                        metadata(0700)),
                entry("three", file, metadata));
        AtomicLong counted = new AtomicLong();

        restore(tree, target, counting(counted));

        assertThat(Files.getAttribute(target.resolve("three"), "unix:nlink")).isEqualTo(3);
        assertThat(repository.captured(target).digest()).isEqualTo(tree.digest());
        assertThat(counted).hasValue(tree.totals().entries());
    }

    @Test
    void contentThatIsNotWhatTheTreeSaysIsRefused() throws IOException {
        byte[] bytes = random(1, 300_000);
        Item.LargeFile file = (Item.LargeFile) repository.file(bytes);
        Hash chunk = repository.writer().data(bytes, 0, 100_000);
        Hash wrong = Sha256.of(bytes);

        refused(
                repository.tree(entry("x", new Item.LargeFile(300_000, wrong, file.storage(), 0))),
                "/x",
                "its digest is");
        Storage shuffled = new Storage.Few(List.of(
                new Segment.Slice(chunk, 50_000, 50_000),
                new Segment.Slice(chunk, 0, 50_000),
                new Segment.Hole(200_000)));
        refused(
                repository.tree(entry("x", new Item.LargeFile(300_000, file.digest(), shuffled, 0))),
                "/x",
                "its digest is");
        refused(
                repository.tree(entry("x", new Item.LargeFile(99_999, chunk, new Storage.Whole(), 0))),
                "/",
                "too long");
        Hash small = repository.writer().data(bytes, 0, 1000);
        refused(
                repository.tree(entry("x", new Item.LargeFile(999, small, new Storage.Whole(), 0))),
                "/x",
                "should be 999");
        refused(
                repository.tree(entry("x", new Item.LargeFile(999, Sha256.of(bytes), new Storage.Whole(), 0))),
                "/x",
                "no pack");
    }

    @Test
    void aTreeThatLiesAboutWhatIsInItIsRefused() throws IOException {
        TreeRef tree = repository.tree(entry("x", repository.file(random(1, 100))));
        refused(new TreeRef(tree.id(), tree.digest(), new Totals(7, 7, 7)), "/", "totals");
        refused(new TreeRef(tree.id(), Sha256.of(new byte[0]), tree.totals()), "/", "digest");

        TreeRef directory = repository.directory(entry("x", new Item.Fifo())).root();
        TreeRef lying = new TreeRef(directory.id(), directory.digest(), new Totals(1000, 0, 0));
        refused(repository.tree(entry("d", new Item.Directory(lying, 0), metadata(0700))), "/d", "totals");
    }

    @Test
    void namesThatAreNoneAndNamesThatComeTwiceAreRefused() throws IOException {
        for (String evil : List.of("..", "/x", "x/")) {
            refused(evilTree("ab", evil), "/", "name");
        }
        refused(evilTree("zz", "aa"), "/", "order");
        assertThat(temporary).isDirectoryNotContaining(path -> !path.equals(target));
    }

    /** With another name in the place of one that is as long, behind a file aa. */
    private TreeRef evilTree(String name, String evil) throws IOException {
        List<byte[]> nodes = new ArrayList<>();
        DirectoryWriter directory = new DirectoryWriter((bytes, length) -> {
            nodes.add(Arrays.copyOf(bytes, length));
            return Sha256.of(nodes.getLast());
        });
        directory.add(entry("aa", new Item.Fifo()));
        directory.add(entry(name, new Item.Fifo()));
        Totals totals = directory.finish().totals();
        String node = new String(nodes.getFirst(), StandardCharsets.ISO_8859_1);
        byte[] bytes = node.replace(name, evil).getBytes(StandardCharsets.ISO_8859_1);
        // All of it is in the first part.
        Hash id = repository.writer().put(bytes, bytes.length);
        return DirectoryWriter.writeRoot(
                repository.writer(), metadata(0755), new Item.Directory(new TreeRef(id, id, totals), 0));
    }

    @Test
    void whatLinuxCannotHaveIsRefusedByName() throws IOException {
        Metadata nobody = new Metadata(0644, 0xffff_ffffL, 0, 0, 0, 0, Optional.empty(), new Attributes.None());
        refused(repository.tree(entry("x", new Item.Fifo(), nobody)), "/x", "4294967295");
        refused(repository.tree(entry("x", new Item.Device(false, 5000, 1))), "/x", "5000:1");
        refused(repository.tree(entry("x", new Item.Device(true, 5, 1 << 20))), "/x", "5:1048576");
        Attributes unknown =
                new Attributes.Inline(AttributeSet.write(new TreeMap<>(Map.of(Bytes.utf8("unheard.of"), Bytes.EMPTY))));
        refused(
                repository.tree(entry("x", new Item.Fifo(), withAttributes(metadata(0600), unknown))),
                "/x",
                "unheard.of");
    }

    @Test
    void moreAttributesThanAFileCanHaveAreRefused() throws IOException {
        refusedAttributes(300_000, "300000");
    }

    @Test
    void aMillionAttributesAreRefusedBeforeTheyAreRead() throws IOException {
        refusedAttributes(1_000_000, "bytes together");
    }

    private void refusedAttributes(int count, String why) throws IOException {
        TreeMap<Bytes, Bytes> many = new TreeMap<>();
        IntStream.range(0, count).forEach(i -> many.put(Bytes.utf8("user." + i), Bytes.EMPTY));
        Bytes set = AttributeSet.write(many);
        Item.LargeFile stored = (Item.LargeFile) repository.file(set.toArray());
        Attributes attributes = new Attributes.Stored(set.length(), stored.digest(), stored.storage());

        Entry entry = entry("x", new Item.Fifo(), withAttributes(metadata(0600), attributes));
        refused(repository.tree(entry), "/x", why);
    }

    @Test
    void attributesThatAreLongerThanCanBeHeldAreRefusedBeforeTheyAreRead() throws IOException {
        byte[] content = new byte[5 << 20];
        new Random(1).nextBytes(content);
        Item.LargeFile stored = (Item.LargeFile) repository.file(content);
        Attributes attributes = new Attributes.Stored(content.length, stored.digest(), stored.storage());

        refused(
                repository.tree(entry("x", new Item.Fifo(), withAttributes(metadata(0600), attributes))),
                "/x",
                "they have 5242880 bytes together");
    }

    @Test
    void whatTheFileSystemDoesNotKnowIsCountedAndTheRestIsThere() throws IOException {
        Metadata flagged = new Metadata(0644, 0, 0, 0, 0, 0x10000 | 0x40, Optional.empty(), new Attributes.None());
        Metadata ancient = new Metadata(0644, 0, 0, -(1L << 40), 0, 0, Optional.empty(), new Attributes.None());
        TreeRef tree = repository.tree(
                entry("flagged", repository.file(new byte[10]), flagged),
                entry("fifo", new Item.Fifo(), flagged),
                entry("subvolume", new Item.Directory(repository.directory().root(), Item.HINT_SUBVOLUME)),
                entry("ancient", repository.file(new byte[10]), ancient));

        Restored restored = restore(tree, target);

        assertThat(restored.notKept()).isEqualTo(4);
        assertThat(restored.examples())
                .extracting(NotKept::path)
                .containsExactlyInAnyOrder("/flagged", "/fifo", "/subvolume", "/ancient");
        assertThat(FullTree.bash("lsattr \"$1\"", target.resolve("flagged").toString()))
                .contains("d");
    }

    @Test
    void theReasonTellsWhatToDo() throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 8)) {
            Path small = Files.createDirectory(fileSystem.root().resolve("target"));
            TreeRef tree = repository.tree(entry(
                    "d", repository.directory(entry("large", repository.file(random(1, 10 << 20)))), metadata(0700)));

            assertThatThrownBy(() -> restore(tree, small))
                    .isInstanceOfSatisfying(
                            RestoreException.class, e -> assertThat(e.path()).isEqualTo("/d/large"))
                    .hasMessageContaining("No space left")
                    .hasMessageContaining("make room");
        }
    }

    @Test
    void thatTheWorkIsNoLongerWantedIsLetThrough() throws IOException {
        TreeRef tree = repository.tree(entry("x", repository.file(random(1, 300_000))));

        assertThatThrownBy(() -> restore(tree, target, new Progress() {
                    @Override
                    public void phase(String word) {}

                    @Override
                    public void expect(long bytes, long entries) {}

                    @Override
                    public void add(long bytes, long entries) throws CancelledException {
                        throw new CancelledException();
                    }
                }))
                .isInstanceOf(CancelledException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "EXT4"})
    void nothingIsFetchedThatAnEarlierAttemptHasBrought(LoopFileSystem.Kind kind) throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(kind, 320)) {
            TreeRef tree = repository.tree(
                    entry("directory", repository.directory(entry("large", repository.file(random(1, 3_000_000))))),
                    twice("a", repository.file(random(2, 20_000))),
                    twice("b", repository.file(random(2, 20_000))),
                    entry("holes", withHoles()),
                    entry("small", repository.file(random(4, 100))));
            Path left = Files.createDirectory(fileSystem.root().resolve("left"));
            Path whole = Files.createDirectory(fileSystem.root().resolve("whole"));
            restore(tree, left);

            assertThat(fetched(tree, left, whole)).as("with all of it here").isLessThan(100_000);

            assertThat(listing(whole)).isEqualTo(listing(left));
            assertThat(repository.captured(whole).digest()).isEqualTo(tree.digest());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "EXT4"})
    void whatAnEarlierAttemptHasLeftIsTakenOnlyWhereItIsRight(LoopFileSystem.Kind kind) throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(kind, 320)) {
            TreeRef tree = repository.tree(
                    entry("cut", repository.file(random(1, 3_000_000))),
                    entry("torn", repository.file(random(2, 3_000_000))),
                    entry("longer", repository.file(random(3, 20_000))),
                    entry("holes", withHoles()),
                    entry("link", repository.file(random(5, 20_000))),
                    entry("fifo", repository.file(random(6, 20_000))),
                    entry("missing", repository.file(random(7, 20_000))),
                    entry("through", repository.directory(entry("x", repository.file(random(8, 20_000))))));
            Path clean = Files.createDirectory(fileSystem.root().resolve("clean"));
            Path left = Files.createDirectory(fileSystem.root().resolve("left"));
            Path whole = Files.createDirectory(fileSystem.root().resolve("whole"));
            restore(tree, clean);
            restore(tree, left);
            FullTree.bash("""
                    set -euo pipefail
                    cd "$1"
                    truncate -s 1234567 cut
                    dd if=/dev/zero of=torn bs=4096 seek=100 count=10 conv=notrunc status=none
                    echo more >>longer
                    printf wrong | dd of=holes bs=1 seek=1000000 conv=notrunc status=none
                    mv link elsewhere; ln -s elsewhere link
                    rm fifo missing; mkfifo fifo
                    mv through beside; ln -s beside through
                    """, left.toString());

            long nodes =
                    fetched(tree, clean, Files.createDirectory(fileSystem.root().resolve("other")));
            assertThat(fetched(tree, left, whole)).isGreaterThan(nodes);

            assertThat(listing(whole)).isEqualTo(listing(clean));
            assertThat(repository.captured(whole).digest()).isEqualTo(tree.digest());
        }
    }

    @Test
    void aFullFileSystemIsNotTakenForContentHereThatCannotBeRead() throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 320)) {
            TreeRef tree = repository.tree(entry("large", repository.file(random(1, 3_000_000))));
            Path left = Files.createDirectory(fileSystem.root().resolve("left"));
            Path whole = Files.createDirectory(fileSystem.root().resolve("whole"));
            restore(tree, left);
            fill(fileSystem.root());
            long before = repository.bytesRead();

            assertThatThrownBy(() -> fetched(tree, left, whole)).hasMessageContaining("make room");

            assertThat(repository.bytesRead() - before).as("fetched in vain").isLessThan(100_000);
        }
    }

    private static void fill(Path directory) throws IOException {
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(directory.resolve("filler"))) {
            for (long i = 0; i < 1000; i++) {
                out.write(zeros);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
            return;
        }
        throw new AssertionError("it is not full");
    }

    private Item withHoles() throws IOException {
        byte[] content = new byte[3_000_000];
        System.arraycopy(random(9, 20_000), 0, content, 500_000, 20_000);
        SegmentWriter segments = new SegmentWriter(repository.writer());
        segments.add(new Segment.Hole(503_808 - 4096));
        segments.add(new Segment.Slice(repository.writer().data(content, 499_712, 24_576), 0, 24_576));
        segments.add(new Segment.Hole(3_000_000 - 524_288));
        ContentDigester digester = new ContentDigester();
        digester.data(content, 0, content.length);
        Hash digest = digester.finish();
        return new Item.LargeFile(content.length, digest, segments.finish(digest), 0);
    }

    private static Entry twice(String name, Item item) {
        return entry(name, item, linked(metadata(0644), group("a")));
    }

    /** Restores a tree with what is left of an earlier attempt; answers how much was read from the repository. */
    private long fetched(TreeRef tree, Path left, Path into) throws IOException {
        AtomicLong brought = new AtomicLong();
        try (ChunkReader chunks = repository.reader();
                EarlierTree earlier = EarlierTree.in(List.of(left), brought::addAndGet)) {
            long before = repository.bytesRead();
            new TreeRestore(chunks, earlier, BlockHashes.NONE, HandmadeTrees.WORKERS, Progress.IGNORED)
                    .whole(tree, into);
            assertThat(brought.get()).as("found and fetched").isGreaterThan(50_000);
            return repository.bytesRead() - before;
        }
    }

    private static Progress counting(AtomicLong entries) {
        return new Progress() {
            @Override
            public void phase(String word) {}

            @Override
            public void expect(long bytes, long expected) {}

            @Override
            public void add(long bytes, long more) {
                entries.addAndGet(more);
            }
        };
    }

    private static Id group(String path) {
        return Id.at(
                Sha256.of(("flkjLINK" + path).getBytes(StandardCharsets.UTF_8)).bytes(), 0);
    }

    private void refused(TreeRef tree, String path, String reason) throws IOException {
        Path fresh = Files.createTempDirectory(target, "refused");
        assertThatThrownBy(() -> restore(tree, fresh))
                .isInstanceOfSatisfying(
                        RestoreException.class, e -> assertThat(e.path()).isEqualTo(path))
                .hasMessageContaining(reason);
    }

    private Restored restore(TreeRef tree, Path into) throws IOException {
        return restore(tree, into, Progress.IGNORED);
    }

    private Restored restore(TreeRef tree, Path into, Progress progress) throws IOException {
        try (ChunkReader chunks = repository.reader()) {
            return new TreeRestore(chunks, HandmadeTrees.WORKERS, progress).whole(tree, into);
        }
    }
}
