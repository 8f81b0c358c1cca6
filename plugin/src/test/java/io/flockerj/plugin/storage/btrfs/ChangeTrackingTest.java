package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.BtrfsSend;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.storage.Change;
import io.flockerj.plugin.storage.OddFiles;
import io.flockerj.plugin.storage.RandomChanges;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TooManyChangesException;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.plugin.storage.TouchedCheck;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What changed between snapshots on a real btrfs. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeTrackingTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 12);
    private static final int CHANGES = 25;

    private final TreesOnBtrfs trees;
    private final BtrfsDriver driver;
    private Path root = Path.of("");
    private TreeId before;

    ChangeTrackingTest() throws IOException {
        trees = new TreesOnBtrfs(1024);
        driver = trees.driver();
        before = trees.newId();
    }

    @AfterAll
    void removeFileSystem() throws IOException {
        trees.close();
    }

    @BeforeEach
    void makeTree() throws IOException {
        root = trees.begin();
        Files.createDirectories(root.resolve("directory/inner"));
        Files.writeString(root.resolve("file"), "text");
        Files.writeString(root.resolve("directory/file"), "text in it");
        Files.writeString(root.resolve("directory/inner/deep"), "deep");
        Files.write(root.resolve("large"), new byte[300_000]);
        before = trees.snapshot();
    }

    private List<Change> changes(TreeId from, TreeId to) throws IOException {
        List<Change> changes = new ArrayList<>();
        driver.changes(from, to, changes::add);
        return changes;
    }

    /** Such as {@code changed file [CONTENT] 4 > 5}, sorted; since the snapshot that was taken before the test. */
    private List<String> told() throws IOException {
        TreeId after = trees.snapshot();
        List<Change> changes = changes(before, after);
        TouchedCheck.check(driver.path(before), driver.path(after), driver.touched(before, after));
        TouchedCheck.check(driver.path(after), driver.path(before), driver.touched(after, before));
        TreeStates.of(driver.path(before)).assertLeadTo(TreeStates.of(driver.path(after)), changes);
        TreeStates.of(driver.path(after)).assertLeadTo(TreeStates.of(driver.path(before)), changes(after, before));
        return texts(changes);
    }

    private static List<String> texts(List<Change> changes) {
        return changes.stream().map(ChangeTrackingTest::text).sorted().toList();
    }

    private static String text(Change change) {
        StringBuilder text = new StringBuilder(change.kind().name().toLowerCase(Locale.ROOT)).append(' ');
        change.oldPath().ifPresent(old -> text.append(RawPath.display(old)).append(" > "));
        text.append(change.path().length == 0 ? "." : RawPath.display(change.path()));
        change.aspects().stream().sorted().forEach(aspect -> text.append(' ').append(aspect));
        if (change.sizeBefore() != change.sizeAfter()) {
            text.append(' ').append(change.sizeBefore()).append(" > ").append(change.sizeAfter());
        }
        return text.toString();
    }

    @Test
    void nothingIsToldWhenNothingChangedOrOnlyTimes() throws IOException {
        Files.setLastModifiedTime(root.resolve("file"), FileTime.fromMillis(7));
        Files.setLastModifiedTime(root.resolve("directory"), FileTime.fromMillis(7));
        Files.createFile(root.resolve("passing"));
        Files.delete(root.resolve("passing"));

        assertThat(told()).isEmpty();
        assertThat(changes(before, before)).isEmpty();
    }

    @Test
    void whatIsAddedAndRemovedIsToldFileByFile() throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("new/deeper")).resolve("file"), "text");
        LoopFileSystem.run(List.of("rm", "-r", root.resolve("directory").toString()));

        assertThat(told())
                .containsExactly(
                        "added new",
                        "added new/deeper",
                        "added new/deeper/file 0 > 4",
                        "removed directory",
                        "removed directory/file 10 > 0",
                        "removed directory/inner",
                        "removed directory/inner/deep 4 > 0");
    }

    @Test
    void contentModeOwnerAndAttributesAreToldApart() throws IOException {
        Files.writeString(root.resolve("file"), "other text");
        Files.write(root.resolve("large"), new byte[] {1}, StandardOpenOption.WRITE);
        Files.setAttribute(root.resolve("directory"), "unix:mode", 0700);
        Files.setAttribute(root.resolve("directory/file"), "unix:gid", 7);
        LoopFileSystem.run(List.of(
                "setfacl", "-m", "u:7:rwx", root.resolve("directory/inner").toString()));
        LoopFileSystem.run(List.of("setfattr", "-n", "user.a", "-v", "b", root.toString()));

        assertThat(told())
                .containsExactly(
                        "changed . XATTRS",
                        "changed directory MODE",
                        "changed directory/file OWNER",
                        "changed directory/inner MODE XATTRS",
                        "changed file CONTENT 4 > 10",
                        "changed large CONTENT");
    }

    @Test
    void aRenamedDirectoryIsOneChangeWhateverIsInIt() throws IOException {
        Files.move(root.resolve("directory"), root.resolve("renamed"));
        Files.writeString(root.resolve("renamed/file"), "other text in it");

        assertThat(told()).containsExactly("changed renamed/file CONTENT 10 > 16", "renamed directory > renamed");
    }

    @Test
    void namesThatAreSwappedAndTakenOverAreRenames() throws IOException {
        Files.move(root.resolve("file"), root.resolve("passing"));
        Files.move(root.resolve("large"), root.resolve("file"));
        Files.move(root.resolve("passing"), root.resolve("large"));
        Files.move(
                root.resolve("directory/file"), root.resolve("directory/inner/deep"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(root.resolve("directory/inner"), root.resolve("inner"));
        Files.move(root.resolve("directory"), root.resolve("inner/directory"));

        assertThat(told())
                .containsExactly(
                        "removed directory/inner/deep 4 > 0",
                        "renamed directory > inner/directory",
                        "renamed directory/file > inner/deep",
                        "renamed directory/inner > inner",
                        "renamed file > large",
                        "renamed large > file");
    }

    @Test
    void aFileThatAnotherReplacedIsChanged() throws IOException {
        Path temporary = Files.writeString(root.resolve("temporary"), "text!");
        Files.move(temporary, root.resolve("file"), StandardCopyOption.ATOMIC_MOVE);
        LoopFileSystem.run(List.of("rm", "-r", root.resolve("directory/inner").toString()));
        Files.writeString(Files.createDirectory(root.resolve("directory/inner")).resolve("deep"), "deep");
        Files.delete(root.resolve("large"));
        Files.createDirectory(root.resolve("large"));

        assertThat(told()).containsExactly("added large", "changed file CONTENT 4 > 5", "removed large 300000 > 0");
    }

    @Test
    void hardLinksAreToldApartFromNewFiles() throws IOException {
        Files.createLink(root.resolve("further"), root.resolve("file"));
        Files.createLink(root.resolve("moved"), root.resolve("large"));
        Files.delete(root.resolve("large"));

        assertThat(told()).containsExactly("added further LINKS 0 > 4", "renamed large > moved");

        before = trees.snapshot();
        Files.writeString(root.resolve("file"), "other");
        Files.delete(root.resolve("moved"));

        assertThat(told())
                .containsExactly(
                        "changed file CONTENT 4 > 5", "changed further CONTENT 4 > 5", "removed moved 300000 > 0");

        before = trees.snapshot();
        Files.delete(root.resolve("file"));

        assertThat(told()).containsExactly("removed file LINKS 5 > 0");
    }

    @Test
    void aThousandHardLinksOfOneFileAreFollowed() throws IOException {
        for (int i = 0; i < 1000; i++) {
            Files.createLink(root.resolve("directory/" + "link".repeat(50) + i), root.resolve("file"));
        }
        before = trees.snapshot();
        Files.writeString(root.resolve("file"), "other");
        Files.delete(root.resolve("directory/" + "link".repeat(50) + 7));

        assertThat(told())
                .hasSize(1001)
                .contains("changed file CONTENT 4 > 5", "removed directory/" + "link".repeat(50) + "7 LINKS 4 > 0");
    }

    @Test
    void filesOfEveryKindAndNameAreTold() throws IOException {
        OddFiles.makeIn(root.resolve("directory/inner"));

        TreeId after = trees.snapshot();
        List<Change> changes = changes(before, after);

        assertThat(texts(changes)).hasSize(15).allMatch(text -> text.startsWith("added directory/inner/"));
        assertThat(changes)
                .anySatisfy(change -> assertThat(change.path()).endsWith(OddFiles.RAW_NAME))
                .extracting(Change::type)
                .contains(FileKind.values());
        assertThat(changes(after, before)).hasSize(15).allMatch(change -> change.kind() == Change.Kind.REMOVED);
    }

    @Test
    void nestedSubvolumesBelongToTheTree() throws IOException {
        Path nested = BtrfsDriverContract.makeSubvolume(root.resolve("directory"), "nested");
        Files.writeString(nested.resolve("file"), "nested");
        Path inner = BtrfsDriverContract.makeSubvolume(nested, "inner");
        Files.writeString(inner.resolve("file"), "inner");
        Path doomed = BtrfsDriverContract.makeSubvolume(root, "doomed");
        Files.writeString(doomed.resolve("file"), "doomed");
        before = trees.snapshot();
        Files.move(root.resolve("directory"), root.resolve("renamed"));
        Files.writeString(root.resolve("renamed/nested/inner/file"), "changed");
        Files.move(root.resolve("renamed/nested/file"), root.resolve("renamed/nested/moved"));
        LoopFileSystem.run(List.of("btrfs", "subvolume", "delete", doomed.toString()));
        Path added = BtrfsDriverContract.makeSubvolume(root, "added");
        Files.writeString(BtrfsDriverContract.makeSubvolume(added, "in it").resolve("file"), "new");

        assertThat(told())
                .containsExactly(
                        "added added",
                        "added added/in it",
                        "added added/in it/file 0 > 3",
                        "changed renamed/nested/inner/file CONTENT 5 > 7",
                        "removed doomed",
                        "removed doomed/file 6 > 0",
                        "renamed directory > renamed",
                        "renamed directory/nested/file > renamed/nested/moved");
    }

    @Test
    void changesBeyondTheLongestPathAreTold() throws IOException {
        OddFiles.chain(root, "long".repeat(60), 40);
        before = trees.snapshot();
        String append = "for d in $(seq 40); do cd long*; done; echo more >> leaf; rm -f gone; : > new";
        LoopFileSystem.run(List.of("bash", "-c", "cd \"$1\"; " + append, "append", root.toString()));
        Files.writeString(root.resolve("file"), "other");

        List<Change> changes = changes(before, trees.snapshot());

        String deep = ("long".repeat(60) + "/").repeat(40);
        assertThat(texts(changes))
                .containsExactlyInAnyOrder(
                        "added " + deep + "new",
                        "changed " + deep + "leaf CONTENT 0 > 5",
                        "changed file CONTENT 4 > 5");
    }

    @Test
    void changesOfMoreFilesThanCanBeHeldAreNotReadToTheEnd() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.setLastModifiedTime(Files.createFile(root.resolve("more" + i)), FileTime.fromMillis(7));
        }
        TreeId after = trees.snapshot();

        try (FileHandle older = FileHandle.openDirectory(driver.path(before));
                FileHandle newer = FileHandle.openDirectory(driver.path(after))) {
            assertThat(TreeTouches.of(older, newer, 21)).isInstanceOf(Touched.Names.class);
            assertThat(TreeTouches.of(older, newer, 20))
                    .isEqualTo(new Touched.Everything("more than 20 files have changed"));
            assertThatExceptionOfType(TooManyChangesException.class)
                    .isThrownBy(() -> TreeComparison.run(older, newer, change -> {}, 20));
            assertThatExceptionOfType(TooManyChangesException.class)
                    .isThrownBy(() -> SubvolumePair.ofTrees(older, newer).scanned(20));
        }
    }

    @Test
    void namesThatComeAndGoAreHeldUpToALimitToo() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createLink(root.resolve("link" + i), root.resolve("file"));
        }
        TreeId after = trees.snapshot();

        try (FileHandle older = FileHandle.openDirectory(driver.path(before));
                FileHandle newer = FileHandle.openDirectory(driver.path(after))) {
            assertThat(TreeTouches.of(older, newer, 20)).isInstanceOf(Touched.Names.class);
            assertThat(TreeTouches.of(older, newer, 19))
                    .isEqualTo(new Touched.Everything("more than 19 names have changed"));
        }
    }

    @Test
    void allIsToBeLookedAtWhereTheKernelMayNotCompare() throws IOException {
        TreeId after = trees.snapshot();
        LoopFileSystem.run(
                List.of("btrfs", "property", "set", "-f", driver.path(before).toString(), "ro", "false"));

        assertThat(driver.touched(before, after)).isInstanceOf(Touched.Everything.class);
    }

    @Test
    void allIsToBeLookedAtWhereNamesLieTooDeepToBeTold() throws IOException {
        OddFiles.chain(root, "long".repeat(60), 1200);
        before = trees.snapshot();
        String append = "for d in $(seq 1200); do cd long*; done; echo more >> leaf";
        LoopFileSystem.run(List.of("bash", "-c", "cd \"$1\"; " + append, "append", root.toString()));

        assertThat(driver.touched(before, trees.snapshot())).isInstanceOf(Touched.Everything.class);
    }

    @Test
    void ofTreesThatAreNotThereNothingIsTold() {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> changes(before, trees.newId()));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> changes(trees.newId(), before));
    }

    @Test
    void whatTheReceiverThrowsEndsIt() throws IOException {
        OddFiles.makeIn(root);
        TreeId after = trees.snapshot();
        List<Change> told = new ArrayList<>();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> driver.changes(before, after, change -> {
                    told.add(change);
                    throw new IOException("enough");
                }))
                .withMessage("enough");

        assertThat(told).hasSize(1);
    }

    /** Compares with looking at every file of both trees, in both directions, also across branches. */
    @Test
    void randomChangesAreToldAsTheyAre() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<TreeId> snapshots = new ArrayList<>(List.of(before));
        for (int round = 0; round < ROUNDS; round++) {
            if (random.nextInt(4) == 0) {
                TreeId clone = trees.newId();
                TreeId origin = snapshots.get(random.nextInt(snapshots.size()));
                driver.clone(origin, clone, SpaceAccount.of(clone.id()), Optional.empty());
                trees.goOnWith(clone);
            }
            new RandomChanges(driver.path(trees.tree()), random).make(CHANGES);
            TreeId next = trees.snapshot();
            for (TreeId other : List.of(snapshots.getLast(), snapshots.get(random.nextInt(snapshots.size())))) {
                compare(seed, round, other, next);
                compare(seed, round, next, other);
            }
            snapshots.add(next);
        }
    }

    private void compare(long seed, int round, TreeId from, TreeId to) throws IOException {
        List<Change> changes = changes(from, to);
        try {
            TreeStates.of(driver.path(from)).assertLeadTo(TreeStates.of(driver.path(to)), changes);
            TouchedCheck.check(driver.path(from), driver.path(to), driver.touched(from, to));
            List<String> sent = outermost(from, to, ChangeTrackingTest::sent);
            assertThat(texts(changes)).containsAll(sent);
            assertThat(outermost(from, to, (older, newer) -> SubvolumeScan.touched(older, newer, Integer.MAX_VALUE)))
                    .isEqualTo(sent);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "repeat with -Dseed=" + seed + ": round " + round + ", " + from + " to " + to + ": "
                            + String.join("\n", texts(changes)),
                    e);
        }
    }

    private interface Search {
        SortedMap<Long, Boolean> touched(SubvolumeMetadata from, SubvolumeMetadata to) throws IOException;
    }

    /** What changed in the outermost subvolumes, if it is looked for in one of the two ways. */
    private List<String> outermost(TreeId from, TreeId to, Search search) throws IOException {
        List<Change> changes = new ArrayList<>();
        try (FileHandle older = FileHandle.openDirectory(driver.path(from));
                FileHandle newer = FileHandle.openDirectory(driver.path(to))) {
            SubvolumePair pair = SubvolumePair.ofTrees(older, newer);
            new SubvolumeComparison(pair, changes::add)
                    .compare(search.touched(pair.from().metadata(), pair.to().metadata()));
        }
        return texts(changes);
    }

    private static SortedMap<Long, Boolean> sent(SubvolumeMetadata from, SubvolumeMetadata to) throws IOException {
        TouchedFiles touched = new TouchedFiles(from);
        BtrfsSend.changes(to.fileSystem(), from.subvolume(), stream -> SendStream.read(stream, touched));
        return touched.touched();
    }
}
