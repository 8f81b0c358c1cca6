package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link StorageDriver} promises, on a real file system that all tests of a class share. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StorageDriverContract {
    private static final int MAKERS = 8;

    private final LoopFileSystem fileSystem;
    private final AtomicInteger numbers = new AtomicInteger();
    private Path trees;
    private StorageDriver driver;

    protected StorageDriverContract(LoopFileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** The driver to test, over a directory that is there. */
    protected abstract StorageDriver open(Path trees);

    /** What a process that died while it made a tree leaves. */
    protected abstract void makeHalf(TreeId tree) throws IOException;

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

    /** The directory that the test's trees are in. */
    protected final Path trees() {
        return trees;
    }

    protected final LoopFileSystem fileSystem() {
        return fileSystem;
    }

    /** An id that no other test has. */
    protected final TreeId newTree() {
        return new TreeId(new RandomId(String.format("%012x", numbers.incrementAndGet()) + "a".repeat(20)));
    }

    protected static TreeSpec spec(TreeId tree) {
        return new TreeSpec(SpaceAccount.of(tree.id()), Optional.empty(), Optional.empty(), true, 0, 0, 0755);
    }

    /** Makes a tree, and tells where it is. */
    protected final Path create(TreeId tree) throws IOException {
        driver.create(tree, spec(tree));
        return driver.path(tree);
    }

    protected static void assertGone(Path path) {
        assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).as("%s", path).isFalse();
    }

    @Test
    void aNewTreeIsAnEmptyDirectoryThatCanBeWritten() throws IOException {
        Path root = create(newTree());

        assertThat(root).isDirectory().isEmptyDirectory();
        Files.writeString(root.resolve("file"), "text");
        assertThat(root.resolve("file")).hasContent("text");
    }

    @Test
    void everyTreeIsListedAndNothingElse() throws IOException {
        TreeId first = newTree();
        TreeId second = newTree();
        create(first);
        create(second);
        Files.createDirectory(trees.resolve("lost+found"));
        Files.createFile(trees.resolve("A".repeat(32)));

        assertThat(driver.list()).containsExactlyInAnyOrder(first, second);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0700, 0755, 01777, 02750, 07777})
    void theRootHasTheOwnerGroupAndModeThatWereAskedFor(int mode) throws IOException {
        TreeId tree = newTree();
        TreeSpec spec = spec(tree);

        driver.create(
                tree,
                new TreeSpec(spec.account(), Optional.empty(), Optional.empty(), true, 1234, 2_147_483_646, mode));

        Path root = driver.path(tree);
        assertThat(Files.getAttribute(root, "unix:uid")).isEqualTo(1234);
        assertThat(Files.getAttribute(root, "unix:gid")).isEqualTo(2_147_483_646);
        assertThat((int) Files.getAttribute(root, "unix:mode") & 07777).isEqualTo(mode);
    }

    @Test
    void aTreeThatIsThereIsNotMadeAgain() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Files.writeString(root.resolve("file"), "text");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> create(tree));

        assertThat(root.resolve("file")).hasContent("text");
    }

    @Test
    void whatAnInterruptedCreationLeftIsListedAndCanBeDestroyedAndMadeAnew() throws IOException {
        TreeId tree = newTree();
        makeHalf(tree);

        assertThat(driver.list()).containsExactly(tree);
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> create(tree));
        driver.destroy(tree);
        assertThat(driver.list()).isEmpty();
        assertThat(create(tree)).isEmptyDirectory();
    }

    @Test
    void manyTreesCanBeMadeAndDestroyedAtOnce() throws Exception {
        List<TreeId> many =
                IntStream.range(0, 4 * MAKERS).mapToObj(i -> newTree()).toList();

        assertThat(atOnce(many.stream().map(tree -> (Callable<Path>) () -> create(tree))))
                .doesNotContainNull();
        assertThat(driver.list()).containsExactlyInAnyOrderElementsOf(many);
        atOnce(many.stream().map(tree -> (Callable<Path>) () -> {
            driver.destroy(tree);
            return driver.path(tree);
        }));

        assertThat(driver.list()).isEmpty();
    }

    @Test
    void ofManyWhoMakeTheSameTreeOneSucceeds() throws Exception {
        TreeId tree = newTree();
        AtomicInteger refused = new AtomicInteger();

        atOnce(IntStream.range(0, MAKERS).mapToObj(i -> (Callable<Integer>) () -> {
            try {
                create(tree);
            } catch (FileAlreadyExistsException e) {
                refused.incrementAndGet();
            }
            return i;
        }));

        assertThat(refused).hasValue(MAKERS - 1);
        assertThat(driver.path(tree)).isDirectory();
    }

    @Test
    void destroyingATreeThatIsNotThereSucceeds() throws IOException {
        TreeId tree = newTree();

        driver.destroy(tree);
        create(tree);
        driver.destroy(tree);
        driver.destroy(tree);

        assertGone(driver.path(tree));
    }

    @Test
    void destroyingATreeLeavesTheOthersAlone() throws IOException {
        TreeId doomed = newTree();
        TreeId kept = newTree();
        create(doomed);
        Files.writeString(create(kept).resolve("file"), "text");

        driver.destroy(doomed);

        assertThat(driver.list()).containsExactly(kept);
        assertThat(driver.path(kept).resolve("file")).hasContent("text");
    }

    @Test
    void filesOfEveryKindAndNameAreDestroyed() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        OddFiles.makeIn(root);
        OddFiles.makeIn(Files.createDirectory(root.resolve("directory")));

        driver.destroy(tree);

        assertGone(root);
    }

    @Test
    void linksAreDestroyedAndNotWhatTheyPointTo() throws IOException {
        Path outside = Files.createDirectory(trees.resolve("outside"));
        Path file = Files.writeString(outside.resolve("file"), "text");
        TreeId tree = newTree();
        Path root = create(tree);
        Files.createSymbolicLink(root.resolve("to-file"), file);
        Files.createSymbolicLink(root.resolve("to-directory"), outside);
        Files.createSymbolicLink(root.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(root.resolve("to-parent"), Path.of(".."));

        driver.destroy(tree);

        assertGone(root);
        assertThat(file).hasContent("text");
    }

    @Test
    void aLinkInTheTreesPlaceIsDestroyedAndNotWhatItPointsTo() throws IOException {
        Path outside = Files.createDirectory(trees.resolve("outside"));
        Path file = Files.writeString(outside.resolve("file"), "text");
        TreeId other = newTree();
        create(other);
        TreeId tree = newTree();
        Files.createSymbolicLink(driver.path(tree), outside);

        driver.destroy(tree);

        assertGone(driver.path(tree));
        assertThat(file).hasContent("text");
        assertThat(driver.list()).containsExactly(other);
    }

    @Test
    void anOrdinaryDirectoryInTheTreesPlaceIsDestroyedAlone() throws IOException {
        TreeId other = newTree();
        create(other);
        TreeId tree = newTree();
        Path root = Files.createDirectory(driver.path(tree));
        Files.createFile(Files.createDirectory(root.resolve("directory")).resolve("file"));

        driver.destroy(tree);

        assertGone(root);
        assertThat(driver.list()).containsExactly(other);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsMountedInAnOrdinaryDirectoryIsNotDestroyedWithIt(boolean isSameFileSystem) throws IOException {
        String name = "outside-" + numbers.incrementAndGet();
        Path outside = isSameFileSystem ? trees.resolve(name) : fileSystem.beside(name);
        Path file = Files.writeString(Files.createDirectory(outside).resolve("file"), "text");
        TreeId tree = newTree();
        Path point = Files.createDirectories(driver.path(tree).resolve("directory/point"));
        Mounts.bind(outside, point);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> driver.destroy(tree))
                .withMessageContaining("something is mounted on " + doomed(tree).resolve("directory/point"));
        assertThat(file).hasContent("text");

        Mounts.unmount(doomed(tree).resolve("directory/point"));
        driver.destroy(tree);
        assertGone(driver.path(tree));
        assertThat(file).hasContent("text");
    }

    @Test
    void whatIsMountedInATreeIsNotDestroyedWithIt() throws IOException {
        Path outside = Files.createDirectory(trees.resolve("outside"));
        Path file = Files.writeString(outside.resolve("file"), "text");
        TreeId tree = newTree();
        Path point = Files.createDirectory(create(tree).resolve("point"));
        Mounts.bind(outside, point);

        try {
            driver.destroy(tree);
        } catch (IOException e) {
            Mounts.unmount(doomed(tree).resolve("point"));
            driver.destroy(tree);
        }

        assertGone(driver.path(tree));
        assertThat(file).hasContent("text");
    }

    @Test
    void aTreeOfWhichAPartIsDestroyedIsNoTreeAnyMore() throws IOException {
        Path outside = Files.createDirectory(trees.resolve("outside"));
        TreeId tree = newTree();
        // Not a subvolume, which the kernel takes away with what is mounted in it.
        Path point = Files.createDirectories(driver.path(tree).resolve("point"));
        Files.writeString(driver.path(tree).resolve("file"), "text");
        Mounts.bind(outside, point);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> driver.destroy(tree));
        assertGone(driver.path(tree));
        assertThat(driver.list()).isEmpty();
        assertThat(driver.halfDestroyed()).containsExactly(tree);

        Mounts.unmount(doomed(tree).resolve("point"));
        driver.destroy(tree);
        assertThat(driver.halfDestroyed()).isEmpty();
        assertGone(doomed(tree));
        assertThat(outside).isEmptyDirectory();
    }

    private Path doomed(TreeId tree) {
        return new TreeDirectory(trees).doomedPath(tree);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+i", "+a"})
    void filesAndDirectoriesThatMustNotChangeAreDestroyed(String mark) throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Path directory = Files.createDirectories(root.resolve("outer/inner"));
        Path file = Files.createFile(directory.resolve("file"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        Path outside = Files.createFile(trees.resolve("outside"));
        Files.createSymbolicLink(directory.resolve("to-outside"), outside);

        mark(mark, outside, file, directory, root);
        driver.destroy(tree);

        assertGone(link);
        assertGone(root);
        assertThat(LoopFileSystem.run(List.of("lsattr", outside.toString()))).contains(mark.substring(1));
    }

    @Test
    void aChainOfFiveThousandDirectoriesIsDestroyed() throws IOException {
        TreeId tree = newTree();
        OddFiles.chain(create(tree), "d", 5_000);

        driver.destroy(tree);

        assertGone(driver.path(tree));
    }

    @Test
    void filesBeyondTheLongestPathAreDestroyedEvenWhenTheyMustNotChange() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        OddFiles.chain(root, "long".repeat(60), 40, "chattr", "+i", ".");
        mark("+i", root);

        driver.destroy(tree);

        assertGone(root);
    }

    @Test
    void namesLikeThoseUsedOnTheWayAreNoObstacle() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        OddFiles.chain(root, "d", 300);
        for (int i = 0; i < 10; i++) {
            Files.createFile(root.resolve(tree + "-" + i));
            Files.createDirectories(root.resolve(tree + "-1" + i).resolve("full"));
        }

        driver.destroy(tree);

        assertGone(root);
    }

    @Test
    void anAccountThatNeverWasIsReleased() throws IOException {
        assertThat(driver.release(SpaceAccount.of(newTree().id()))).isTrue();
    }

    protected static void mark(String mark, Path... files) throws IOException {
        List<String> command = new ArrayList<>(List.of("chattr", mark));
        Stream.of(files).map(Path::toString).forEach(command::add);
        LoopFileSystem.run(command);
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
