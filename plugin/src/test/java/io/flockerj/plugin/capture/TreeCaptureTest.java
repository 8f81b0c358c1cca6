package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.files.FullTree;
import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.storage.OddFiles;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is captured of a tree, on a real btrfs, is all that is in it. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TreeCaptureTest {
    private final LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 1024);
    private final Random random = new Random(5);
    private int trees;
    private Path root = Path.of("");
    private CapturedTrees repository = new CapturedTrees();

    TreeCaptureTest() throws IOException {}

    @AfterAll
    void removeFileSystem() throws IOException {
        fileSystem.close();
    }

    @BeforeEach
    void makeTree() throws IOException {
        root = subvolume(fileSystem.root(), "tree" + ++trees);
        repository = new CapturedTrees();
    }

    private static Path subvolume(Path directory, String name) throws IOException {
        try (FileHandle parent = FileHandle.openDirectory(directory)) {
            Btrfs.createSubvolume(parent, name);
        }
        return directory.resolve(name);
    }

    private void write(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        Files.write(root.resolve(name), bytes);
    }

    private static void run(String... command) throws IOException {
        LoopFileSystem.run(List.of(command));
    }

    private Captured captured() throws IOException {
        Captured captured = repository.whole(root);
        try (ChunkReader reader = repository.reader()) {
            assertThat(captured.entries() + 1).isEqualTo(TreeVerifier.verify(root, captured.root(), reader, true));
        }
        return captured;
    }

    private Optional<Entry> entry(Captured captured, String name) throws IOException {
        Entry[] found = {null};
        try (ChunkReader reader = repository.reader()) {
            DirectoryReader directories = new DirectoryReader(reader);
            Item.Directory top =
                    (Item.Directory) directories.root(captured.root()).item();
            directories.read(top.root(), entry -> {
                if (entry.name().equals(new EntryName(Bytes.utf8(name)))) {
                    found[0] = entry;
                }
            });
        }
        return Optional.ofNullable(found[0]);
    }

    /** More than may be read beforehand, in directories in each other. */
    @Test
    void itMakesNoDifferenceWhoReadsFiles() throws IOException {
        String directory = "";
        for (int depth = 0; depth < 40; depth++) {
            for (int size : List.of(0, 1, 200, 5_000, 65_536, 65_537)) {
                write(directory + "a" + size, size);
            }
            for (int i = 0; i < 8; i++) {
                write(directory + "x" + i, 60_000);
            }
            directory += "d/";
            Files.createDirectory(root.resolve(directory));
        }
        Hash byOthers = captured().root().digest();

        Executor nobody = task -> {
            throw new RejectedExecutionException();
        };
        assertThat(repository.whole(root, nobody).root().digest()).isEqualTo(byOthers);
        assertThat(repository.whole(root, task -> {}).root().digest()).isEqualTo(byOthers);
    }

    @Test
    void aTreeWithEveryKindOfInodeAndAttributeIsKept() throws IOException {
        FullTree.makeIn(root);

        assertThat(captured().remarks()).isEmpty();
    }

    @Test
    void anEmptyTreeIsKept() throws IOException {
        assertThat(captured().entries()).isZero();
    }

    @Test
    void filesAroundEveryLimitAreKept() throws IOException {
        for (int size : new int[] {0, 1, 63, 64, 65, 4096, 65_535, 65_536, 65_537, 262_144, 1_048_576, 3_000_000}) {
            write("size-" + size, size);
        }

        assertThat(captured().bytesRead())
                .isEqualTo(repository.whole(root).bytesRead())
                .isGreaterThan(4_000_000);
    }

    @Test
    void flagsAndHowFilesLieOnDiskAreKept() throws IOException {
        for (String flag : List.of("S", "i", "a", "d", "A", "C", "c", "m", "Cd")) {
            write("file" + flag, 0);
            run("chattr", "+" + flag, root.resolve("file" + flag).toString());
            Files.createDirectory(root.resolve("directory" + flag));
            run("chattr", "+" + flag, root.resolve("directory" + flag).toString());
        }
        Files.createDirectory(root.resolve("synchronous"));
        run("chattr", "+D", root.resolve("synchronous").toString());
        run("btrfs", "property", "set", root.resolve("directoryA").toString(), "compression", "zstd");

        captured();

        run("chattr", "-R", "-i", "-a", root.toString());
    }

    @Test
    void nestedSubvolumesAreDirectoriesOfTheTreeAndTheirNumbersDoNotMix() throws IOException {
        write("file", 100);
        Files.createLink(root.resolve("same-file"), root.resolve("file"));
        for (String name : List.of("one", "two")) {
            Path nested = subvolume(root, name);
            // These have the numbers of the ones outside.
            Files.writeString(nested.resolve("file"), "text in " + name);
            Files.createLink(nested.resolve("same-file"), nested.resolve("file"));
        }

        Captured captured = captured();

        assertThat(((Item.Directory) entry(captured, "one").orElseThrow().item()).hints())
                .isEqualTo(Item.HINT_SUBVOLUME);
        assertThat(((Item.Directory) entry(captured, "two").orElseThrow().item()).hints())
                .isEqualTo(Item.HINT_SUBVOLUME);
    }

    @Test
    void aFileWhoseOtherNamesLieOutsideIsAnOrdinaryOne() throws IOException {
        write("first", 1000);
        write("second", 1000);
        Path inner = Files.createDirectory(root.resolve("tree"));
        Files.createLink(inner.resolve("first"), root.resolve("first"));
        Files.createLink(inner.resolve("second"), root.resolve("second"));
        Files.createLink(inner.resolve("second too"), root.resolve("second"));
        root = inner;

        Captured captured = captured();

        assertThat(entry(captured, "first").orElseThrow().metadata().links()).isEmpty();
        assertThat(entry(captured, "second").orElseThrow().metadata().links()).isPresent();
    }

    @Test
    void namesOfOneFileAreReadOnce() throws IOException {
        write("z", 200_000);
        Files.createLink(Files.createDirectory(root.resolve("dir")).resolve("name"), root.resolve("z"));

        assertThat(captured().bytesRead()).isEqualTo(200_000);
    }

    @Test
    void longAttributesAreStored() throws IOException {
        write("file", 10);
        // All that btrfs keeps of one file's attribute, several times.
        String value = "0x" + "61".repeat(15_000);
        for (int i = 0; i < 30; i++) {
            run(
                    "setfattr",
                    "-n",
                    "user.attribute" + i,
                    "-v",
                    value,
                    root.resolve("file").toString());
        }

        captured();
    }

    @Test
    void directoriesOfManyEntriesAreKept() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(root.resolve("entry " + i));
        }

        captured();
    }

    @Test
    void aFileThatIsNearlyAllHoleCostsNothing() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(root.resolve("sparse").toString(), "rw")) {
            file.setLength(100L << 30);
            file.seek(50L << 30);
            file.write("in the middle".getBytes(StandardCharsets.US_ASCII));
            file.seek((100L << 30) - 1);
            file.write(1);
        }

        assertThat(captured().bytesRead()).isEqualTo(8192);
    }

    @Test
    void theBlocksOfLargeFilesAreRemembered() throws IOException {
        Map<Hash, BlockList> remembered = new HashMap<>();
        repository = new CapturedTrees(new BlockHashes() {
            @Override
            public Optional<BlockList> find(Hash digest) {
                return Optional.ofNullable(remembered.get(digest));
            }

            @Override
            public void put(Hash digest, BlockList blocks) {
                remembered.put(digest, blocks);
            }
        });
        write("short", 1_000_000);
        try (RandomAccessFile file = new RandomAccessFile(root.resolve("long").toString(), "rw")) {
            file.setLength(50_000_000);
            file.seek(30_000_000);
            file.write(new byte[] {1, 2, 3});
        }

        Captured captured = captured();

        assertThat(remembered).hasSize(1);
        Item.LargeFile file =
                (Item.LargeFile) entry(captured, "long").orElseThrow().item();
        BlockList blocks = Objects.requireNonNull(remembered.get(file.digest()));
        assertThat(blocks.size()).isEqualTo(50_000_000 / 65_536 + 1);
        ContentDigester digester = new ContentDigester();
        for (int i = 0; i < blocks.size(); i++) {
            digester.block(blocks.block(i), (int) Math.min(65_536, 50_000_000 - i * 65_536L));
        }
        assertThat(digester.finish()).isEqualTo(file.digest());
    }

    @Test
    void oneTreeHasOneDigestWhereverAndHoweverOftenItIsCaptured() throws IOException {
        FullTree.makeIn(root);
        Path copy = subvolume(fileSystem.root(), "copy");
        run("cp", "-a", "--reflink", root + "/.", copy.toString());
        // Sockets and default lists are all that cp does not keep.
        Captured first = repository.whole(root);

        assertThat(repository.whole(root).root()).isEqualTo(first.root());
        assertThat(repository.written()).isZero();
        assertThat(repository.whole(copy).root().digest())
                .isEqualTo(first.root().digest());
    }

    @Test
    void directoriesOfAnyDepthUpToTheLimitAreKept() throws IOException {
        OddFiles.chain(root, "d", 4096);

        assertThat(repository.whole(root).entries()).isEqualTo(4097);
    }

    @Test
    void deeperDirectoriesAreRefusedByName() throws IOException {
        OddFiles.chain(root, "d", 4097);

        assertThatIOException()
                .isThrownBy(() -> repository.whole(root))
                .withMessageContaining("/d/d/d")
                .withMessageContaining("4096");
    }

    @Test
    void pathsLongerThanTheKernelTakesAreKept() throws IOException {
        OddFiles.chain(root, "long".repeat(60), 60);

        assertThat(repository.whole(root).root().totals().entries()).isEqualTo(62);
    }

    @Test
    void whatIsMountedInTheTreeIsNoPartOfIt() throws IOException {
        Path mounted = Files.createDirectory(root.resolve("mounted"));
        Path other = Files.createDirectory(root.resolve("other"));
        Files.createFile(other.resolve("not in it"));
        Mounts.bind(other, mounted);

        Captured captured = repository.whole(root);
        Mounts.unmount(mounted);

        assertThat(captured.remarks()).singleElement().asString().contains("'/mounted'");
        assertThat(captured.root().totals().entries()).isEqualTo(4);
    }
}
