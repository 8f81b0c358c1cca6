package io.flockerj.plugin.restore;

import static io.flockerj.plugin.restore.HandmadeTrees.entry;
import static io.flockerj.plugin.restore.HandmadeTrees.linked;
import static io.flockerj.plugin.restore.HandmadeTrees.metadata;
import static io.flockerj.plugin.restore.HandmadeTrees.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.BlockList;
import io.flockerj.plugin.capture.TreeVerifier;
import io.flockerj.plugin.files.FullTree;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.TreeListing;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("root") // owners, devices, attributes, flags and file systems of its own
class TreeDifferenceTest {
    @TempDir
    Path temporary = Path.of("");

    private static final int LARGE = 20 << 20;

    private HandmadeTrees repository;
    private final Map<Hash, BlockList> remembered = new HashMap<>();
    private final BlockHashes blocks = new BlockHashes() {
        @Override
        public Optional<BlockList> find(Hash digest) {
            return Optional.ofNullable(remembered.get(digest));
        }

        @Override
        public void put(Hash digest, BlockList list) {
            remembered.put(digest, list);
        }
    };

    TreeDifferenceTest() throws IOException {
        repository = new HandmadeTrees();
    }

    @BeforeEach
    void makeDirectories() throws IOException {
        for (String name : List.of("source", "changed", "whole")) {
            Files.createDirectory(temporary.resolve(name));
        }
    }

    @AfterEach
    void letGo() throws IOException {
        FullTree.bash("chattr -R -f -i -a \"$1\" || true", temporary.toString());
        repository.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "EXT4"})
    void anyChangesMakeTheSameTreeAsRestoringAllOfIt(LoopFileSystem.Kind kind) throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(kind, 400)) {
            long first = System.nanoTime();
            for (long seed = first; seed < first + 12; seed++) {
                Path place = Files.createDirectory(fileSystem.root().resolve("seed" + seed));
                checkSeed(seed, place);
                FullTree.bash("chattr -R -f -i -a \"$1\" || true; rm -rf \"$1\"", place.toString());
            }
        }
    }

    private void checkSeed(long seed, Path place) throws IOException {
        Random random = new Random(seed);
        Path source = Files.createDirectory(place.resolve("source"));
        Path changed = Files.createDirectory(place.resolve("changed"));
        Path whole = Files.createDirectory(place.resolve("whole"));
        RandomTree tree = new RandomTree(source, random);
        tree.change(60);
        TreeRef before = repository.captured(source);
        tree.change(random.nextInt(60));
        TreeRef after = repository.captured(source);
        verify(source, after, seed);

        restore(before, changed);
        assertThat(repository.captured(changed).digest())
                .as("the first tree, seed %d", seed)
                .isEqualTo(before.digest());
        try {
            change(before, after, changed);
        } catch (IOException e) {
            throw new AssertionError("seed " + seed, e);
        }
        restore(after, whole);

        assertThat(listing(changed)).as("seed %d", seed).isEqualTo(listing(whole));
        assertThat(repository.captured(changed).digest()).as("seed %d", seed).isEqualTo(after.digest());
        assertThat(repository.captured(whole).digest()).as("seed %d", seed).isEqualTo(after.digest());
    }

    private void verify(Path source, TreeRef tree, long seed) throws IOException {
        try (ChunkReader chunks = repository.reader()) {
            TreeVerifier.verify(source, tree, chunks, true);
        } catch (AssertionError e) {
            throw new AssertionError("what was captured, seed " + seed, e);
        }
    }

    private static List<String> listing(Path root) throws IOException {
        return TreeListing.of(root).stream()
                .map(line -> line.replaceFirst(" number=\\d+", "").replaceFirst(" blocks=\\d+", ""))
                .map(line -> line.contains(" type=d ")
                        ? line.replaceFirst(" size=\\d+", "").replaceFirst(" links=\\d+", "")
                        : line)
                .toList();
    }

    /** Four names, each of none or of one of three files, before and after. */
    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "EXT4"})
    void namesComeToFilesAndLeaveThemInAnyWay(LoopFileSystem.Kind kind) throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(kind, 200)) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            for (int i = 0; i < 150; i++) {
                List<Integer> before = partition(random);
                List<Integer> after = partition(random);
                int contents = random.nextInt(64);
                int others = random.nextInt(64);
                Path place = Files.createDirectory(fileSystem.root().resolve("links" + i));
                TreeRef one = links(before, contents);
                TreeRef other = links(after, others);
                String what = "seed " + seed + ": " + before + " with " + contents + " to " + after + " with " + others;
                restore(one, place);
                try {
                    change(one, other, place);
                } catch (IOException e) {
                    throw new AssertionError(what, e);
                }
                assertThat(repository.captured(place).digest()).as(what).isEqualTo(other.digest());
            }
        }
    }

    private static List<Integer> partition(Random random) {
        List<Integer> files = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            files.add(random.nextInt(4));
        }
        return files;
    }

    /** File 0 is none; each half of file i has one of two contents, as two bits say. */
    private TreeRef links(List<Integer> files, int contents) throws IOException {
        List<String> names = List.of("a", "b/x", "b/y", "c");
        List<List<Entry>> entries = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < names.size(); i++) {
            int file = files.get(i);
            if (file > 0) {
                int halves = contents >> (2 * (file - 1));
                byte[] content = Arrays.copyOf(random(halves & 1, 50_000), 100_000);
                System.arraycopy(random(halves & 2, 50_000), 0, content, 50_000, 50_000);
                String first = names.get(files.indexOf(file));
                boolean alone = files.stream().filter(each -> each == file).count() == 1;
                boolean inner = names.get(i).startsWith("b/");
                entries.get(inner ? 1 : 0)
                        .add(entry(
                                names.get(i).replaceFirst("b/", ""),
                                repository.file(content),
                                alone ? metadata(0644) : linked(metadata(0644), group(first))));
            }
        }
        entries.get(0).add(entry("b", repository.directory(entries.get(1).toArray(Entry[]::new)), metadata(0700)));
        return repository.tree(entries.get(0).toArray(Entry[]::new));
    }

    private static Id group(String path) {
        return Id.at(
                Sha256.of(("flkjLINK" + path).getBytes(StandardCharsets.UTF_8)).bytes(), 0);
    }

    @Test
    void aChangedPageOfALargeFileIsAllThatIsWritten() throws IOException {
        byte[] content = random(1, 20 << 20);
        Path target = temporary.resolve("changed");
        TreeRef before = repository.tree(entry("large", repository.file(content)), entry("x", new Item.Fifo()));
        content[12_345_678]++;
        TreeRef after = repository.tree(entry("large", repository.file(content)), entry("x", new Item.Fifo()));
        restore(before, target);

        Restored restored = change(before, after, target);

        assertThat(restored.bytes()).isEqualTo(50_000);
        assertThat(restored.unverified()).isZero();
        assertThat(restored.entries()).isEqualTo(2);
        assertThat(Files.readAllBytes(target.resolve("large"))).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void aLargeFileWhoseChangeIsListedWronglyIsRefused(Remembered what) throws IOException {
        Path target = temporary.resolve("changed");
        byte[] content = random(1, LARGE);
        Item before = repository.file(content);
        restore(repository.tree(entry("large", before)), target);
        forget(what, before);
        content[12_345_678]++;
        Item.LargeFile right = (Item.LargeFile) repository.file(content);
        content[12_345_678]++;
        Item.LargeFile wrong = (Item.LargeFile) repository.file(content);
        Item.LargeFile lie = new Item.LargeFile(LARGE, right.digest(), wrong.storage(), 0);

        assertThatThrownBy(() ->
                        change(repository.tree(entry("large", before)), repository.tree(entry("large", lie)), target))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("/large")
                .hasMessageContaining("digest");
    }

    @ParameterizedTest
    @EnumSource
    void aLargeFileIsChangedAndComparedWhateverIsRemembered(Remembered what) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path target = temporary.resolve("changed");
        byte[] content = random(1, LARGE);
        Item before = repository.file(content);
        restore(repository.tree(entry("large", before)), target);
        for (int i = 0; i < 6; i++) {
            forget(what, before);
            content = Arrays.copyOf(content, LARGE + random.nextInt(400_000));
            for (int page = random.nextInt(4); page >= 0; page--) {
                content[random.nextInt(content.length)]++;
            }
            Item after = repository.file(content);

            Restored restored =
                    change(repository.tree(entry("large", before)), repository.tree(entry("large", after)), target);

            assertThat(restored.unverified()).as("seed %d", seed).isZero();
            assertThat(Files.readAllBytes(target.resolve("large")))
                    .as("seed %d", seed)
                    .isEqualTo(content);
            assertThat(remembered).containsKey(((Item.LargeFile) after).digest());
            before = after;
        }
    }

    /** That is what makes it cheap: what is not changed is what it was. */
    @Test
    void ofALargeFileThatIsRememberedOnlyTheChangedBlocksAreRead() throws IOException {
        Path target = temporary.resolve("changed");
        byte[] content = random(1, LARGE);
        TreeRef before = repository.tree(entry("large", repository.file(content)));
        restore(before, target);
        byte[] elsewhere = content.clone();
        elsewhere[5]++;
        Files.write(target.resolve("large"), elsewhere);
        content[12_345_678]++;
        TreeRef after = repository.tree(entry("large", repository.file(content)));

        assertThat(change(before, after, target).bytes()).isEqualTo(50_000);

        remembered.clear();
        Restored restored = change(before, after, target);
        assertThat(restored.wrong()).isOne();
        assertThat(restored.bytes()).isEqualTo(LARGE);
        assertThat(Files.readAllBytes(target.resolve("large"))).isEqualTo(content);
    }

    /** What is remembered of a file's blocks. */
    enum Remembered {
        ALL,
        NOTHING,
        RUBBISH
    }

    private void forget(Remembered what, Item file) {
        switch (what) {
            case ALL -> {}
            case NOTHING -> remembered.clear();
            case RUBBISH -> {
                byte[] hashes = Objects.requireNonNull(remembered.get(((Item.LargeFile) file).digest()))
                        .toArray();
                hashes[77]++;
                remembered.put(((Item.LargeFile) file).digest(), BlockList.of(hashes));
            }
        }
    }

    @Test
    void equalTreesAreLeftAlone() throws IOException {
        TreeRef tree = repository.tree(entry("x", repository.file(random(1, 1000))));
        Path target = temporary.resolve("changed");
        restore(tree, target);
        List<String> before = TreeListing.of(target);

        Restored restored = change(tree, tree, target);

        assertThat(restored.bytes()).isZero();
        assertThat(TreeListing.of(target)).isEqualTo(before);
    }

    @Test
    void aFileThatWasNotWhatItShouldHaveBeenIsWrittenAsAWholeWhenItChanges() throws IOException {
        byte[] content = random(1, 1_000_000);
        byte[] other = content.clone();
        other[5]++;
        Item was = repository.file(content);
        content[900_000]++;
        Item is = repository.file(content);
        for (byte[] wrong : List.of(
                other,
                Arrays.copyOf(content, content.length + 1),
                Arrays.copyOf(content, content.length - 100_000),
                new byte[0])) {
            Path target = Files.createDirectory(temporary.resolve("wrong" + wrong.length));
            TreeRef before = repository.tree(entry("large", was), entry("right", was));
            TreeRef after = repository.tree(entry("large", is), entry("right", is));
            restore(before, target);
            Files.write(target.resolve("large"), wrong);

            Restored restored = change(before, after, target);

            assertThat(restored.wrong()).isOne();
            assertThat(restored.firstWrong()).contains("/large");
            assertThat(Files.readAllBytes(target.resolve("large"))).isEqualTo(content);
            assertThat(repository.captured(target).digest()).isEqualTo(after.digest());
        }
    }

    @Test
    void aSymbolicLinkInTheTargetIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Path target = temporary.resolve("changed");
        TreeRef before = repository.tree(entry(
                "d", repository.directory(entry("f", repository.file(random(1, 100)))), metadata(0700)));
        TreeRef after = repository.tree(entry(
                "d", repository.directory(entry("f", repository.file(random(2, 100)))), metadata(0700)));
        restore(before, target);
        Files.write(outside.resolve("f"), random(1, 100));
        FullTree.bash("rm -r \"$1/d\"; ln -s \"$2\" \"$1/d\"", target.toString(), outside.toString());

        assertThatThrownBy(() -> change(before, after, target)).isInstanceOf(RestoreException.class);
        assertThat(Files.readAllBytes(outside.resolve("f"))).isEqualTo(random(1, 100));
    }

    @Test
    void directoriesInEachOtherAreComparedAsDeepAsTheyMayBe() throws IOException {
        Path target = temporary.resolve("changed");
        TreeRef before = nested(1000, 1);
        TreeRef after = nested(1000, 2);
        restore(before, target);

        Restored restored = change(before, after, target);

        assertThat(restored.entries()).isEqualTo(2001);
        assertThat(repository.captured(target).digest()).isEqualTo(after.digest());
        FullTree.bash("rm -rf \"$1\"; mkdir \"$1\"", target.toString());
    }

    private TreeRef nested(int levels, int content) throws IOException {
        Item file = repository.file(new byte[] {(byte) content});
        Item.Directory inner = repository.directory(entry("e", file));
        for (int i = 1; i < levels; i++) {
            inner = repository.directory(entry("d", inner, metadata(0500)), entry("e", file));
        }
        return repository.tree(entry("d", inner, metadata(0500)));
    }

    @Test
    void aFileThatIsAlmostAllHoleStaysSo() throws IOException {
        Path source = temporary.resolve("source");
        Path target = temporary.resolve("changed");
        FullTree.bash(
                "truncate -s 50G \"$1/f\"; printf begin | dd of=\"$1/f\" conv=notrunc status=none", source.toString());
        FullTree.bash("head -c 2000000 /dev/urandom >\"$1/g\"", source.toString());
        TreeRef before = repository.captured(source);
        FullTree.bash(
                "truncate -s 100G \"$1/f\"; printf x | dd of=\"$1/f\" bs=1 seek=80G conv=notrunc status=none",
                source.toString());
        FullTree.bash("fallocate -p -o 65536 -l 1800000 \"$1/g\"", source.toString());
        TreeRef after = repository.captured(source);
        restore(before, target);

        Restored restored = change(before, after, target);

        assertThat(repository.captured(target).digest()).isEqualTo(after.digest());
        assertThat(FullTree.space(target.resolve("f"))).isLessThan(100_000);
        assertThat(FullTree.space(target.resolve("g"))).isLessThan(300_000);
        // Around the hole are 200,000 bytes, of which the chunks may all be new, and a chunk around the byte at 80 GiB.
        assertThat(restored.bytes()).isLessThan(300_000);
    }

    private void restore(TreeRef tree, Path target) throws IOException {
        try (ChunkReader chunks = repository.reader()) {
            restoring(chunks).whole(tree, target);
        }
    }

    private Restored change(TreeRef before, TreeRef after, Path target) throws IOException {
        try (ChunkReader chunks = repository.reader()) {
            return restoring(chunks).difference(before, after, target);
        }
    }

    private TreeRestore restoring(ChunkReader chunks) {
        return new TreeRestore(chunks, EarlierTree.none(), blocks, HandmadeTrees.WORKERS, Progress.IGNORED);
    }
}
