package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.OddFiles;
import io.flockerj.plugin.storage.Snapshotting.Consistency;
import io.flockerj.plugin.storage.SnapshottingContract;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeListing;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What snapshots and clones on btrfs promise beyond every driver's promises: all of it concerns what containers nest. */
abstract class BtrfsSnapshottingContract extends SnapshottingContract {
    BtrfsSnapshottingContract(LoopFileSystem fileSystem) {
        super(fileSystem);
    }

    /** Two levels, with odd names, a read-only one and some that lie where nothing must change. */
    private static void nest(Path root) throws IOException {
        Path outer = BtrfsDriverContract.makeSubvolume(root, "n".repeat(255));
        fill(outer);
        Path odd = Files.createDirectory(OddFiles.child(root, OddFiles.RAW_NAME));
        Path inner = BtrfsDriverContract.makeSubvolume(
                Files.createDirectory(OddFiles.child(outer.resolve("directory/..."), OddFiles.RAW_NAME)), "-");
        Files.writeString(inner.resolve("file"), "inner");
        Path raw = OddFiles.child(inner, OddFiles.RAW_NAME);
        Files.move(BtrfsDriverContract.makeSubvolume(inner, "renamed"), raw);
        Files.writeString(raw.resolve("file"), "innermost");
        Path locked = BtrfsDriverContract.makeSubvolume(root, "locked");
        Files.writeString(BtrfsDriverContract.makeSubvolume(locked, "in it").resolve("file"), "locked");
        Path immutable = Files.createDirectory(root.resolve("immutable"));
        Files.writeString(BtrfsDriverContract.makeSubvolume(immutable, "nested").resolve("file"), "immutable");
        Path append = Files.createDirectory(root.resolve("append-only"));
        BtrfsDriverContract.makeSubvolume(append, "nested");
        for (Path directory : List.of(root, odd, outer, inner, immutable, append)) {
            Files.setLastModifiedTime(directory, FileTime.fromMillis(1_000_000_000_007L));
        }
        run("chattr", "+i", immutable.toString());
        run("chattr", "+a", append.toString());
        run("btrfs", "property", "set", locked.toString(), "ro", "true");
    }

    private static int nestedIn(Path root) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(root)) {
            return Btrfs.nestedBelow(handle, Btrfs.subvolumeId(handle)).size();
        }
    }

    @Test
    void nestedSubvolumesAreInTheSnapshotAndCannotBeChangedThere() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        nest(root);
        TreeId snapshot = newTree();

        assertThat(snapshotting().snapshot(tree, snapshot)).isEqualTo(Consistency.NESTED);

        Path taken = driver().path(snapshot);
        assertThat(TreeListing.of(taken)).isEqualTo(TreeListing.of(root));
        assertThat(nestedIn(taken)).isEqualTo(nestedIn(root)).isEqualTo(7);
        assertThat(subvolumes(taken)).hasSize(8).allSatisfy(this::assertReadOnly);
    }

    @Test
    void nestedSubvolumesAreInACloneAndCanBeChangedThere() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        nest(root);
        TreeId snapshot = newTree();
        Path taken = snapshot(tree, snapshot);
        List<String> all = TreeListing.of(taken);

        Path clone = clone(snapshot, newTree());

        assertThat(TreeListing.of(clone)).isEqualTo(all);
        Files.writeString(clone.resolve("locked/in it/file"), "other");
        Files.writeString(clone.resolve("immutable/nested/file"), "other");
        assertThat(TreeListing.of(taken)).isEqualTo(all);
        assertThat(TreeListing.of(root)).isEqualTo(all);
    }

    @Test
    void aSnapshotOfASnapshotHasTheNestedOnesToo() throws IOException {
        TreeId tree = newTree();
        nest(create(tree));
        TreeId first = newTree();
        Path taken = snapshot(tree, first);

        Path second = snapshot(first, newTree());

        assertThat(TreeListing.of(second)).isEqualTo(TreeListing.of(taken));
        assertThat(nestedIn(second)).isEqualTo(7);
    }

    @Test
    void snapshotsAndClonesAreDestroyedWithWhatIsNestedInThem() throws IOException {
        TreeId tree = newTree();
        nest(create(tree));
        TreeId snapshot = newTree();
        TreeId clone = newTree();
        snapshot(tree, snapshot);
        clone(snapshot, clone);

        driver().destroy(snapshot);
        driver().destroy(clone);

        assertGone(driver().path(snapshot));
        assertGone(driver().path(clone));
        assertThat(BtrfsDriverContract.subvolumesIn(trees())).hasSize(8);
    }

    @Test
    void aHundredNestedSubvolumesBesideEachOtherAreTaken() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        for (int i = 0; i < 100; i++) {
            Files.writeString(
                    BtrfsDriverContract.makeSubvolume(root, "beside-" + i).resolve("file"), "text " + i);
        }

        Path taken = snapshot(tree, newTree());

        assertThat(nestedIn(taken)).isEqualTo(100);
        assertThat(TreeListing.of(taken)).isEqualTo(TreeListing.of(root));
    }

    @Test
    void nestedSubvolumesBeyondTheLongestPathAreTaken() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        OddFiles.chain(root, "long".repeat(60), 40, "btrfs", "subvolume", "create", "deep");
        Path outer = root;
        for (int i = 0; i < 10; i++) {
            outer = BtrfsDriverContract.makeSubvolume(outer, "in");
        }
        TreeId snapshot = newTree();

        Path taken = snapshot(tree, snapshot);
        Path clone = clone(snapshot, newTree());

        assertThat(nestedIn(taken)).isEqualTo(11);
        assertThat(nestedIn(clone)).isEqualTo(11);
        driver().destroy(snapshot);
        assertGone(taken);
    }

    /** What is named as a nested one was, but is none, is in the way of nothing. */
    @Test
    void whatIsNestedAndHowTheSourceChangedSinceDoNotMix() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Path nested = BtrfsDriverContract.makeSubvolume(root, "nested");
        Files.writeString(nested.resolve("file"), "text");
        TreeId first = newTree();
        snapshot(tree, first);
        run("btrfs", "subvolume", "delete", nested.toString());
        Files.createDirectory(nested);

        TreeId second = newTree();

        assertThat(snapshotting().snapshot(tree, second)).isEqualTo(Consistency.ATOMIC);
        assertThat(driver().path(second).resolve("nested")).isEmptyDirectory();
        assertThat(driver().path(first).resolve("nested/file")).hasContent("text");
    }

    @Test
    void whatIsMovedMadeAndRemovedMeanwhileDoesNotHinderOrLoseTheOthers() throws Exception {
        TreeId tree = newTree();
        Path root = create(tree);
        Path here = Files.createDirectories(root.resolve("a/b/here"));
        Path there = Files.createDirectories(root.resolve("c/there"));
        Path outer = BtrfsDriverContract.makeSubvolume(root, "outer");
        Files.writeString(BtrfsDriverContract.makeSubvolume(outer, "calm").resolve("calm-file"), "text");
        Files.writeString(BtrfsDriverContract.makeSubvolume(here, "moving").resolve("moving-file"), "text");
        AtomicBoolean stop = new AtomicBoolean();
        Thread mover = Thread.ofPlatform()
                .start(() -> assertThatCode(() -> {
                            while (!stop.get()) {
                                Files.move(here.resolve("moving"), there.resolve("moved"));
                                Files.move(root.resolve("c"), root.resolve("d"));
                                Files.move(root.resolve("d"), root.resolve("c"));
                                Files.move(there.resolve("moved"), here.resolve("moving"));
                                try (FileHandle parent = FileHandle.openDirectory(there)) {
                                    Btrfs.createSubvolume(parent, "passing");
                                    Btrfs.destroySubvolume(parent, "passing");
                                }
                                Files.move(root.resolve("outer"), root.resolve("a/outer"));
                                Files.move(root.resolve("a/outer"), root.resolve("outer"));
                            }
                        })
                        .doesNotThrowAnyException());
        int taken = 0;
        try {
            for (int i = 0; i < 25; i++) {
                TreeId snapshot = newTree();
                try {
                    snapshot(tree, snapshot);
                } catch (SubvolumeCopy.MovedException e) {
                    assertThat(driver().list()).doesNotContain(snapshot);
                    continue;
                }
                assertThat(files(driver().path(snapshot))).containsExactlyInAnyOrder("calm-file", "moving-file");
                assertReadOnly(driver().path(snapshot));
                taken++;
                driver().destroy(snapshot);
            }
        } finally {
            stop.set(true);
            mover.join();
        }
        assertThat(taken).isPositive();
        assertThat(here.resolve("moving/moving-file")).hasContent("text");
    }

    @Test
    void whatWasMadeSurvivesALossOfPowerWithoutASync() throws IOException {
        TreeId tree = newTree();
        nest(create(tree));
        TreeId snapshot = newTree();
        TreeId clone = newTree();
        Path taken = snapshot(tree, snapshot);
        List<String> all = TreeListing.of(taken);

        losePower();
        assertThat(TreeListing.of(taken)).isEqualTo(all);
        assertThat(subvolumes(taken)).hasSize(8).allSatisfy(this::assertReadOnly);

        Path cloned = clone(snapshot, clone);
        losePower();
        assertThat(TreeListing.of(cloned)).isEqualTo(all);
        assertCharged(cloned, clone);
    }

    @Test
    void whatHasNothingNestedSurvivesALossOfPowerToo() throws IOException {
        TreeId tree = newTree();
        Files.writeString(create(tree).resolve("file"), "not synced");
        TreeId snapshot = newTree();
        TreeId clone = newTree();
        Path taken = snapshot(tree, snapshot);

        losePower();
        assertThat(taken.resolve("file")).hasContent("not synced");
        assertReadOnly(taken);

        Path cloned = clone(snapshot, clone);
        losePower();
        assertThat(cloned.resolve("file")).hasContent("not synced");
        assertCharged(cloned, clone);
    }

    /** What the file system has written until now is all that is there afterwards. */
    private void losePower() throws IOException {
        String copy = fileSystem().beside("copy").toString();
        run("cp", "--sparse=always", fileSystem().image().toString(), copy);
        fileSystem().unmount();
        run("mv", copy, fileSystem().image().toString());
        fileSystem().mount();
    }

    /** That the clone, and all that is nested in it, is charged to the account that has its name. */
    protected void assertCharged(Path root, TreeId clone) throws IOException {}

    @Test
    void aCloneStoresNewFilesAsItsSourceDid() throws IOException {
        TreeId compressed = newTree();
        TreeId inPlace = newTree();
        SpaceAccount account = SpaceAccount.of(compressed.id());
        TreeSpec spec = new TreeSpec(account, Optional.empty(), Optional.of(Compression.ZSTD), true, 0, 0, 0755);
        driver().create(compressed, spec);
        driver().create(inPlace, new TreeSpec(account, Optional.empty(), Optional.empty(), false, 0, 0, 0755));
        TreeId first = newTree();
        TreeId second = newTree();
        snapshot(compressed, first);
        snapshot(inPlace, second);

        Path firstFile = Files.createFile(clone(first, newTree()).resolve("file"));
        Path secondFile = Files.createFile(clone(second, newTree()).resolve("file"));

        assertThat(Inodes.xattr(firstFile, "btrfs.compression")).contains("zstd".getBytes(StandardCharsets.US_ASCII));
        assertThat(Inodes.noCow(firstFile)).isFalse();
        assertThat(Inodes.noCow(secondFile)).isTrue();
    }

    private static List<Path> subvolumes(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(BtrfsSnapshottingContract::isSubvolume).toList();
        }
    }

    private static boolean isSubvolume(Path path) {
        try {
            return Btrfs.isSubvolumeRoot(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }
}
