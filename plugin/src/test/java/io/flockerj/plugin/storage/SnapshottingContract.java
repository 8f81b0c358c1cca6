package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Snapshotting.Consistency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every driver promises that is {@link Snapshotting}, on a real file system that all tests of a class share. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SnapshottingContract {
    private static final int TAKERS = 8;

    private final LoopFileSystem fileSystem;
    private final AtomicInteger numbers = new AtomicInteger();
    private Path trees;
    private StorageDriver driver;

    protected SnapshottingContract(LoopFileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** The driver to test, over a directory that is there. */
    protected abstract StorageDriver open(Path trees);

    @BeforeAll
    void prepare() throws IOException {
        prepare(fileSystem);
    }

    /** Called once, before the first test. */
    protected void prepare(LoopFileSystem made) throws IOException {}

    @BeforeEach
    void useDirectoryOfItsOwn() throws IOException {
        trees = Files.createDirectory(fileSystem.root().resolve("trees-" + numbers.incrementAndGet()));
        driver = open(trees);
    }

    @AfterAll
    void removeFileSystem() throws IOException {
        fileSystem.close();
    }

    protected final StorageDriver driver() {
        return driver;
    }

    protected final Snapshotting snapshotting() {
        return (Snapshotting) driver;
    }

    protected final Path trees() {
        return trees;
    }

    protected final LoopFileSystem fileSystem() {
        return fileSystem;
    }

    /** An id that no other test has. */
    protected final TreeId newTree() {
        return new TreeId(new RandomId(String.format("%012x", numbers.incrementAndGet()) + "b".repeat(20)));
    }

    /** Makes a tree, and tells where it is. */
    protected final Path create(TreeId tree) throws IOException {
        SpaceAccount account = SpaceAccount.of(tree.id());
        driver.create(tree, new TreeSpec(account, Optional.empty(), Optional.empty(), true, 0, 0, 0755));
        return driver.path(tree);
    }

    /** Takes a snapshot, and tells where it is. */
    protected final Path snapshot(TreeId source, TreeId snapshot) throws IOException {
        snapshotting().snapshot(source, snapshot);
        return shown(snapshot);
    }

    /** Where what a snapshot holds can be read. */
    protected final Path shown(TreeId snapshot) throws IOException {
        if (driver instanceof Shelving shelving) {
            shelving.copies().bringOut(snapshot, Progress.IGNORED);
        }
        return driver.path(snapshot);
    }

    /** How consistent a snapshot is that is taken of a quiet tree without nested ones. */
    protected Consistency best() {
        return Consistency.ATOMIC;
    }

    /** Everything that snapshots and clones have in common with what they were made of. */
    protected List<String> listing(Path root) throws IOException {
        return TreeListing.of(root);
    }

    /** Makes a clone with an account of its own and no limit, and tells where it is. */
    protected final Path clone(TreeId snapshot, TreeId clone) throws IOException {
        snapshotting().clone(snapshot, clone, SpaceAccount.of(clone.id()), Optional.empty());
        return driver.path(clone);
    }

    protected void assertReadOnly(Path directory) throws IOException {
        assertThatIOException()
                .isThrownBy(() -> Files.createFile(directory.resolve("new")))
                .withMessageContaining("Read-only file system");
    }

    /** Files of every kind, with every attribute that files can have, and some that must not change. */
    protected static void fill(Path root) throws IOException {
        OddFiles.makeIn(root);
        OddFiles.makeIn(Files.createDirectory(root.resolve("directory")));
        Path attributes = Files.createDirectory(root.resolve("attributes"));
        Path file = Files.writeString(attributes.resolve("file"), "text");
        run("setfacl", "-m", "u:1234:rwx,g:5678:r", file.toString());
        run("setfacl", "-d", "-m", "u:1234:rwx", attributes.toString());
        run("setfattr", "-n", "user.name", "-v", "value", file.toString());
        run("setfattr", "-n", "trusted.name", "-v", "v".repeat(3000), attributes.toString());
        Files.createSymbolicLink(attributes.resolve("link"), Path.of("file"));
        run(
                "setfattr",
                "-h",
                "-n",
                "trusted.name",
                "-v",
                "value",
                attributes.resolve("link").toString());
        Path program = Files.writeString(attributes.resolve("program"), "#!");
        run("chown", "1234:5678", program.toString());
        run("chmod", "6755", program.toString());
        run("setcap", "cap_net_raw+ep", program.toString());
        Files.createLink(attributes.resolve("hard"), root.resolve("directory/file"));
        writeWithHole(attributes.resolve("hole"));
        Files.createFile(attributes.resolve("empty"));
        run("fallocate", "-l", "1M", attributes.resolve("reserved").toString());
        Files.writeString(Files.createFile(attributes.resolve("immutable")), "text");
        Files.writeString(Files.createFile(attributes.resolve("append-only")), "text");
        Files.createFile(
                Files.createDirectory(attributes.resolve("immutable-directory")).resolve("file"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1, 123_456_789)));
        Files.setLastModifiedTime(attributes, FileTime.from(Instant.ofEpochSecond(-5, 1)));
        run("chattr", "+i", attributes.resolve("immutable").toString());
        run("chattr", "+a", attributes.resolve("append-only").toString());
        run("chattr", "+i", attributes.resolve("immutable-directory").toString());
    }

    private static void writeWithHole(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("first".getBytes(StandardCharsets.UTF_8)));
            channel.write(ByteBuffer.wrap("last".getBytes(StandardCharsets.UTF_8)), 8L << 20);
        }
    }

    protected static void run(String... command) throws IOException {
        LoopFileSystem.run(List.of(command));
    }

    @Test
    void aSnapshotHoldsWhatIsThereAtThisMomentThoughNothingWasSynced() throws IOException {
        TreeId tree = newTree();
        Path file = create(tree).resolve("file");
        byte[] before = "before".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        Path taken;
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            open.write(ByteBuffer.wrap(before));
            TreeId snapshot = newTree();

            assertThat(snapshotting().snapshot(tree, snapshot)).isEqualTo(best());

            taken = shown(snapshot);
            open.write(ByteBuffer.wrap("after".getBytes(StandardCharsets.UTF_8)), 0);
        }
        Files.createFile(file.resolveSibling("later"));

        assertThat(taken).isDirectoryNotContaining("glob:**later");
        assertThat(taken.resolve("file")).hasBinaryContent(before);
        assertThat(file).content(StandardCharsets.UTF_8).startsWith("afterebefore");
    }

    @Test
    protected void nothingInASnapshotCanBeChanged() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Files.writeString(Files.createDirectory(root.resolve("directory")).resolve("file"), "text");

        Path taken = snapshot(tree, newTree());

        Path file = taken.resolve("directory/file");
        assertReadOnly(taken);
        assertReadOnly(taken.resolve("directory"));
        assertThatIOException().isThrownBy(() -> Files.writeString(file, "other"));
        assertThatIOException().isThrownBy(() -> Files.delete(file));
        assertThatIOException().isThrownBy(() -> Files.setLastModifiedTime(file, FileTime.fromMillis(0)));
        assertThat(file).hasContent("text");
    }

    @Test
    void filesOfEveryKindAndAllTheirAttributesAreInSnapshotAndClone() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        fill(root);
        TreeId snapshot = newTree();

        Path taken = snapshot(tree, snapshot);
        Path clone = clone(snapshot, newTree());

        List<String> all = listing(root);
        assertThat(all).hasSizeGreaterThan(100);
        assertThat(listing(taken)).isEqualTo(all);
        assertThat(listing(clone)).isEqualTo(all);
    }

    @Test
    void theRootItselfIsAsItWas() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        run("chown", "1234:2147483646", root.toString());
        run("chmod", "2751", root.toString());
        run("setfacl", "-d", "-m", "u:1234:rwx", root.toString());
        run("setfattr", "-n", "user.name", "-v", "value", root.toString());
        Files.setLastModifiedTime(root, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 7)));
        TreeId snapshot = newTree();

        Path taken = snapshot(tree, snapshot);
        Path clone = clone(snapshot, newTree());

        assertThat(listing(taken)).isEqualTo(listing(root));
        assertThat(listing(clone)).isEqualTo(listing(root));
        assertThat(Files.getAttribute(clone, "unix:mode")).isEqualTo(0042751);
    }

    @Test
    void aSnapshotCanBeTakenOfASnapshot() throws IOException {
        TreeId tree = newTree();
        Path file = Files.writeString(create(tree).resolve("file"), "first");
        TreeId first = newTree();
        snapshot(tree, first);
        Files.writeString(file, "second");

        Path second = snapshot(first, newTree());

        assertThat(second.resolve("file")).hasContent("first");
        assertReadOnly(second);
    }

    @Test
    void aCloneGoesItsOwnWay() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Files.writeString(root.resolve("file"), "text");
        TreeId snapshot = newTree();
        Path taken = snapshot(tree, snapshot);

        Path clone = clone(snapshot, newTree());
        Path other = clone(snapshot, newTree());
        Files.writeString(clone.resolve("file"), "other");
        Files.createFile(clone.resolve("new"));
        Files.writeString(root.resolve("file"), "source");

        assertThat(clone.resolve("file")).hasContent("other");
        assertThat(other.resolve("file")).hasContent("text");
        assertThat(taken.resolve("file")).hasContent("text");
        assertThat(root.resolve("file")).hasContent("source");
        assertThat(Files.exists(other.resolve("new"))).isFalse();
    }

    @Test
    void aSnapshotOutlivesItsSourceAndACloneItsSnapshot() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        fill(root);
        List<String> all = listing(root);
        TreeId snapshot = newTree();
        Path taken = snapshot(tree, snapshot);

        driver.destroy(tree);
        assertThat(listing(taken)).isEqualTo(all);
        Path clone = clone(snapshot, newTree());
        driver.destroy(snapshot);

        assertGone(taken);
        assertThat(listing(clone)).isEqualTo(all);
    }

    @Test
    void snapshotsAndClonesAreListedAndDestroyed() throws IOException {
        TreeId tree = newTree();
        TreeId snapshot = newTree();
        TreeId clone = newTree();
        fill(create(tree));
        snapshot(tree, snapshot);
        clone(snapshot, clone);

        assertThat(driver.list()).containsExactlyInAnyOrder(tree, snapshot, clone);
        driver.destroy(snapshot);
        driver.destroy(clone);

        assertThat(driver.list()).containsExactly(tree);
        assertGone(driver.path(snapshot));
        assertGone(driver.path(clone));
    }

    @Test
    void aTreeThatIsThereIsNotMadeAgain() throws IOException {
        TreeId tree = newTree();
        TreeId snapshot = newTree();
        TreeId other = newTree();
        create(tree);
        snapshot(tree, snapshot);
        Files.writeString(create(other).resolve("file"), "text");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> snapshot(tree, other));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> snapshot(tree, tree));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> clone(snapshot, other));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> clone(snapshot, snapshot));

        assertThat(driver.path(other).resolve("file")).hasContent("text");
        assertThat(driver.path(other)).isDirectoryContaining("glob:**/file");
        assertReadOnly(driver.path(snapshot));
    }

    @Test
    void ofATreeThatIsNotThereNothingIsMade() throws IOException {
        TreeId absent = newTree();

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> snapshot(absent, newTree()));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> clone(absent, newTree()));

        assertThat(driver.list()).isEmpty();
    }

    @Test
    void manySnapshotsAndClonesCanBeMadeAtOnce() throws Exception {
        List<TreeId> sources = new ArrayList<>();
        for (int i = 0; i < TAKERS; i++) {
            TreeId tree = newTree();
            Files.writeString(create(tree).resolve("file"), tree.toString());
            sources.add(tree);
        }
        List<Callable<Path>> calls = new ArrayList<>();
        for (TreeId source : sources) {
            calls.add(() -> snapshot(source, newTree()));
            calls.add(() -> snapshot(sources.getFirst(), newTree()));
            calls.add(() -> clone(source, newTree()));
        }

        List<Path> made = atOnce(calls.stream());

        for (int i = 0; i < TAKERS; i++) {
            assertThat(made.get(3 * i).resolve("file"))
                    .hasContent(sources.get(i).toString());
            assertThat(made.get(3 * i + 1).resolve("file"))
                    .hasContent(sources.getFirst().toString());
            assertThat(made.get(3 * i + 2).resolve("file"))
                    .hasContent(sources.get(i).toString());
        }
        assertThat(driver.list()).hasSize(4 * TAKERS);
    }

    @Test
    void ofManyWhoMakeTheSameSnapshotOneSucceeds() throws Exception {
        TreeId tree = newTree();
        create(tree);
        TreeId snapshot = newTree();
        AtomicInteger refused = new AtomicInteger();

        atOnce(IntStream.range(0, TAKERS).mapToObj(i -> (Callable<Integer>) () -> {
            try {
                snapshot(tree, snapshot);
            } catch (FileAlreadyExistsException e) {
                refused.incrementAndGet();
            }
            return i;
        }));

        assertThat(refused).hasValue(TAKERS - 1);
        assertReadOnly(driver.path(snapshot));
    }

    protected static void assertGone(Path path) {
        assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).as("%s", path).isFalse();
    }

    private static <T> List<T> atOnce(Stream<Callable<T>> calls) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : threads.invokeAll(calls.toList())) {
                results.add(result.get());
            }
        }
        return results;
    }
}
