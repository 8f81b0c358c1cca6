package io.flockerj.plugin.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.progress.TestingProgress;
import io.flockerj.plugin.storage.ChangeTracking;
import io.flockerj.plugin.storage.Copies;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.NoRoomException;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting.Consistency;
import io.flockerj.plugin.storage.SnapshottingContract;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.plain.PlainDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What snapshots of plain directories promise beyond what all do. */
abstract class ShelvingContract extends SnapshottingContract {
    private static final String BOOT = "this boot";

    private @Nullable Shelf opened;
    private long room = Long.MAX_VALUE;
    private final Supplier<RandomId> ids = RandomId.source(new SecureRandom());

    ShelvingContract(LoopFileSystem fileSystem) {
        super(fileSystem);
    }

    @Override
    protected StorageDriver open(Path trees) {
        return open(trees, BOOT);
    }

    private StorageDriver open(Path trees, String boot) {
        try {
            Path store = store(trees);
            Shelf shelf = Shelf.open(
                    Shelf.Place.in(store), new RandomId("5".repeat(32)), ids, InstantSource.system(), Runnable::run);
            opened = shelf;
            return ShelvingDriver.open(new PlainDriver(trees), store, () -> room, boot, ids, shelf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path store(Path trees) {
        return trees.resolveSibling(trees.getFileName() + "-store");
    }

    private Copies copies() {
        return ((Shelving) driver()).copies();
    }

    @Override
    protected Consistency best() {
        return Consistency.WALKED;
    }

    /** But for where it lies on the disk, which of holes and reserved space is left to the file system. */
    @Override
    protected List<String> listing(Path root) throws IOException {
        return super.listing(root).stream()
                .map(line -> line.replaceAll(" (blocks|number)=[0-9]+", "").replaceAll("(type=d .*)size=[0-9]+ ", "$1"))
                .toList();
    }

    /** What is done to its directory is not done to a snapshot. */
    @Override
    protected void assertReadOnly(Path directory) throws IOException {
        Path added = Files.createFile(directory.resolve("added"));
        Path root = directory;
        while (!"tree".equals(String.valueOf(root.getFileName()))) {
            root = Objects.requireNonNull(root.getParent());
        }
        TreeId snapshot = new TreeId(new RandomId(
                String.valueOf(Objects.requireNonNull(root.getParent()).getFileName())));
        copies().putAway(snapshot);
        assertGone(directory);
        copies().bringOut(snapshot, Progress.IGNORED);
        assertGone(added);
        assertThat(directory).isDirectory();
    }

    @Override
    @Test
    protected void nothingInASnapshotCanBeChanged() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Files.writeString(Files.createDirectory(root.resolve("directory")).resolve("file"), "text");
        TreeId snapshot = newTree();

        Path taken = snapshot(tree, snapshot);
        Files.writeString(taken.resolve("directory/file"), "other");
        assertReadOnly(taken.resolve("directory"));

        assertThat(shown(snapshot).resolve("directory/file")).hasContent("text");
    }

    @Test
    void aSnapshotIsADirectoryOnlyWhenItIsAskedFor() throws IOException {
        TreeId tree = newTree();
        Files.writeString(create(tree).resolve("file"), "text");
        TreeId snapshot = newTree();
        snapshotting().snapshot(tree, snapshot);

        assertThat(copies().broughtOut()).isEmpty();
        assertGone(driver().path(snapshot));
        copies().bringOut(snapshot, Progress.IGNORED);
        assertThat(driver().path(snapshot).resolve("file")).hasContent("text");
        assertThat(copies().broughtOut()).containsExactly(snapshot);
        copies().putAway(snapshot);

        assertThat(copies().broughtOut()).isEmpty();
        assertThat(driver().exists(snapshot)).isTrue();
        assertThat(driver().list()).containsExactlyInAnyOrder(tree, snapshot);
    }

    @Test
    void anotherProcessFindsTheSnapshotsAndUsesNoDirectoryOfTheFirst() throws IOException {
        TreeId tree = newTree();
        Files.writeString(create(tree).resolve("file"), "text");
        TreeId snapshot = newTree();
        Path taken = snapshot(tree, snapshot);
        Files.writeString(taken.resolve("file"), "half");

        StorageDriver second = open(trees());

        assertThat(second.list()).containsExactlyInAnyOrder(tree, snapshot);
        Copies its = ((Shelving) second).copies();
        assertThat(its.broughtOut()).isEmpty();
        its.bringOut(snapshot, Progress.IGNORED);
        assertThat(second.path(snapshot).resolve("file")).hasContent("text");
        its.sweep(place -> false);
        assertThat(its.broughtOut()).containsExactly(snapshot);
        assertThat(made()).containsExactly(snapshot.toString());
    }

    @Test
    void anotherProcessRemovesWhatIsLeftOfTreesThatAreGone() throws IOException {
        TreeId tree = newTree();
        create(tree);
        newSnapshot(tree);
        Path catalogues = store(trees()).resolve("catalogues");
        Files.createFile(catalogues.resolve(newTree().toString()));
        Files.createFile(catalogues.resolve(tree + DurableFile.TEMPORARY_SUFFIX));

        open(trees());

        assertThat(catalogues).isDirectoryNotContaining(name -> !name.endsWith(tree.toString()));
        assertThat(catalogues.resolve(tree.toString())).isNotEmptyFile();
    }

    /** The names of all that is there of the snapshots' directories. */
    private List<String> made() throws IOException {
        try (Stream<Path> names = Files.list(store(trees()).resolve("copies"))) {
            return names.map(name -> name.getFileName().toString()).toList();
        }
    }

    @Test
    void whatIsBeingBroughtOutIsNotSwept() throws IOException {
        TreeId tree = newTree();
        Files.writeString(create(tree).resolve("file"), "text");
        TreeId snapshot = newSnapshot(tree);
        Progress sweeping = new EachTime(() -> {
            for (TreeId out : copies().broughtOut()) {
                copies().putAway(out);
            }
            copies().sweep(place -> false);
        });

        copies().bringOut(snapshot, sweeping);

        assertThat(driver().path(snapshot).resolve("file")).hasContent("text");
        assertThat(made()).containsExactly(snapshot.toString());
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() throws IOException {
        TreeId tree = newTree();
        byte[] random = new byte[1 << 20];
        new SecureRandom().nextBytes(random);
        Files.write(create(tree).resolve("file"), random);
        TreeId snapshot = newSnapshot(tree);
        TreeId clone = newTree();
        room = random.length;

        assertThatExceptionOfType(NoRoomException.class)
                .isThrownBy(() -> copies().bringOut(snapshot, Progress.IGNORED))
                .withMessageContaining("fli trash empty");
        assertThatExceptionOfType(NoRoomException.class).isThrownBy(() -> clone(snapshot, clone));
        assertThat(made()).isEmpty();
        assertThat(driver().exists(clone)).isFalse();

        room = 2L * random.length;
        clone(snapshot, clone);
        assertThat(driver().exists(clone)).isTrue();
        room = Long.MAX_VALUE;
    }

    @Test
    void whatIsPutAwayIsDeletedWhenNobodyUsesIt() throws IOException {
        TreeId tree = newTree();
        Files.writeString(create(tree).resolve("file"), "text");
        TreeId snapshot = newSnapshot(tree);
        copies().bringOut(snapshot, Progress.IGNORED);
        driver().destroy(snapshot);
        assertThat(driver().exists(snapshot)).isFalse();
        assertThat(copies().broughtOut()).isEmpty();

        List<Path> asked = new ArrayList<>();
        copies().sweep(asked::add);
        assertThat(asked)
                .singleElement()
                .satisfies(place -> assertThat(place.resolve("tree/file")).hasContent("text"));
        copies().sweep(place -> false);

        assertThat(made()).isEmpty();
    }

    @Test
    void bringingOutTellsHowFarItIsAndEndsWhenItIsCancelled() throws IOException {
        TreeId tree = newTree();
        Files.writeString(create(tree).resolve("file"), "text");
        TreeId snapshot = newSnapshot(tree);

        TestingProgress watched = TestingProgress.cancelledAt(1);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> copies().bringOut(snapshot, watched));

        assertThat(watched.entries()).isPositive();
        assertThat(made()).isEmpty();
    }

    @Test
    void whatSnapshotsHaveInCommonIsStoredOnce() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        byte[] random = new byte[4 << 20];
        new SecureRandom().nextBytes(random);
        Files.write(root.resolve("large"), random);
        snapshotting().snapshot(tree, newTree());
        long first = stored();
        Files.writeString(root.resolve("small"), "text");

        snapshotting().snapshot(tree, newTree());
        TreeId clone = newTree();
        clone(newSnapshot(tree), clone);
        snapshotting().snapshot(clone, newTree());

        assertThat(first).isGreaterThan(random.length);
        assertThat(stored() - first).isLessThan(64 << 10);
    }

    @Test
    void whatChangedBetweenTwoSnapshotsIsTold() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Path directory = Files.createDirectories(root.resolve("d/inner"));
        Files.writeString(directory.resolve("stays"), "as it is");
        Files.writeString(root.resolve("text"), "before");
        Files.writeString(root.resolve("goes"), "away");
        Files.writeString(root.resolve("was"), "a file that gets another name");
        Files.createLink(root.resolve("z"), root.resolve("text"));
        TreeId before = newSnapshot(tree);
        Files.writeString(root.resolve("text"), "after, and longer");
        Files.delete(root.resolve("goes"));
        Files.move(root.resolve("was"), root.resolve("is"));
        Files.move(root.resolve("d"), root.resolve("e"));
        Files.createSymbolicLink(Files.createDirectory(root.resolve("new")).resolve("link"), Path.of("x"));
        run("chmod", "700", root.toString());
        TreeId after = newSnapshot(tree);

        assertThat(changes(before, after))
                .containsExactlyInAnyOrder(
                        "CHANGED  [MODE] 0 0",
                        "CHANGED text [CONTENT] 6 17",
                        "CHANGED z [CONTENT] 6 17",
                        "REMOVED goes [] 4 0",
                        "RENAMED is [] 29 29 from was",
                        "RENAMED e [] 0 0 from d",
                        "ADDED new [] 0 0",
                        "ADDED new/link [] 0 1");
        assertThat(changes(after, after)).isEmpty();
        assertThat(changes(after, newSnapshot(tree))).isEmpty();
    }

    @Test
    void whatWasRenamedIsLookedForAmongSoManyOnly() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Files.writeString(Files.createDirectory(root.resolve("directory")).resolve("inside"), "text");
        Files.writeString(root.resolve("1"), "one");
        Files.writeString(root.resolve("2"), "two");
        TreeId before = newSnapshot(tree);
        Files.move(root.resolve("1"), root.resolve("3"));
        Files.move(root.resolve("2"), root.resolve("4"));
        Files.move(root.resolve("directory"), root.resolve("moved"));
        TreeId after = newSnapshot(tree);

        List<String> changes = new ArrayList<>();
        Shelf shelf = Objects.requireNonNull(opened);
        try (Shelf.Reading reading = shelf.reader()) {
            TreeChanges.tell(
                    shelf.tree(before),
                    shelf.tree(after),
                    reading.chunks(),
                    change -> changes.add(change.kind() + " " + text(change.path())),
                    4);
        }

        // The first four by name are 1, 2, 3 and 4.
        assertThat(changes)
                .containsExactlyInAnyOrder(
                        "RENAMED 3",
                        "RENAMED 4",
                        "REMOVED directory",
                        "REMOVED directory/inside",
                        "ADDED moved",
                        "ADDED moved/inside");
    }

    private List<String> changes(TreeId before, TreeId after) throws IOException {
        List<String> changes = new ArrayList<>();
        ((ChangeTracking) driver())
                .changes(
                        before,
                        after,
                        change -> changes.add(change.kind() + " " + text(change.path()) + " " + change.aspects() + " "
                                + change.sizeBefore() + " " + change.sizeAfter()
                                + change.oldPath()
                                        .map(path -> " from " + text(path))
                                        .orElse("")));
        return changes;
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }

    private TreeId newSnapshot(TreeId tree) throws IOException {
        TreeId snapshot = newTree();
        snapshotting().snapshot(tree, snapshot);
        return snapshot;
    }

    private long stored() throws IOException {
        try (Stream<Path> files = Files.walk(store(trees()).resolve("repository"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Does something at each report. */
    private record EachTime(Step step) implements Progress {
        interface Step {
            void run() throws IOException;
        }

        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {
            try {
                step.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
