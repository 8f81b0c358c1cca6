package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.btrfs.BtrfsDriver;
import io.flockerj.plugin.storage.plain.PlainDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Plain directories on ext4, and subvolumes of a btrfs. */
@Tag("root")
@ParameterizedClass
@EnumSource(
        value = Kind.class,
        names = {"EXT4", "BTRFS"})
class BindMountsTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final int ROUNDS = 500;

    @Parameter
    Kind kind = Kind.EXT4;

    private LoopFileSystem fileSystem;
    private StorageDriver driver;
    private Path directory;
    private Path shown;
    private Path point;
    private BindMounts mounts;
    private Path tree;
    private Path other;

    @BeforeEach
    void setUp() throws IOException {
        fileSystem = LoopFileSystem.create(kind, 128);
        driver = kind == Kind.BTRFS ? new BtrfsDriver(fileSystem.root()) : new PlainDriver(fileSystem.root());
        directory = Files.createDirectory(fileSystem.beside("mounts"));
        mounts = new BindMounts(directory);
        tree = tree(1);
        shown = directory.resolve("db");
        point = shown.resolve(tree.getFileName());
        other = tree(2);
    }

    @AfterEach
    void tearDown() throws IOException {
        fileSystem.close();
    }

    private Path tree(int number) throws IOException {
        TreeId tree = new TreeId(new RandomId(String.format("%032x", number)));
        driver.create(tree, VolumeOptions.NONE.treeSpec(new SpaceAccount(number)));
        Files.writeString(driver.path(tree).resolve("file"), "tree " + number);
        return driver.path(tree);
    }

    private long mountsAt(Path place) throws IOException {
        return MountTable.self().mounts().stream()
                .filter(mount -> mount.mountPoint().equals(place))
                .count();
    }

    @Test
    void aTreeIsSeenAtItsPointUntilItIsUnmounted() throws IOException {
        assertThat(mounts.attach(DB, tree)).isEqualTo(point);
        assertThat(point.resolve("file")).hasContent("tree 1");
        assertThat(mounts.point(DB, tree)).contains(point);
        assertThat(mounts.point(DB, other)).isEmpty();

        assertThat(mounts.detach(DB)).isTrue();
        assertThat(mounts.point(DB, tree)).isEmpty();
        assertThat(directory).isEmptyDirectory();
        assertThat(tree.resolve("file")).hasContent("tree 1");
        assertThat(mounts.detach(DB)).isTrue();
    }

    @Test
    void aTreeIsNeverStackedAlsoNotByTheNextDaemon() throws IOException {
        mounts.attach(DB, tree);
        mounts.attach(DB, tree);
        BindMounts next = new BindMounts(directory);
        assertThat(next.point(DB, tree)).contains(point);
        next.attach(DB, tree);

        assertThat(mountsAt(point)).isEqualTo(1);
    }

    @Test
    void whatElseIsMountedOnThePointIsUnmountedFirst() throws IOException {
        Path before = mounts.attach(DB, other);
        Mounts.bind(directory, before);
        Mounts.bind(tree(3), shown);

        mounts.attach(DB, tree);
        assertThat(before).doesNotExist();
        assertThat(mountsAt(shown)).isZero();

        assertThat(point.resolve("file")).hasContent("tree 1");
        assertThat(mountsAt(point)).isEqualTo(1);
        assertThat(other.resolve("file")).hasContent("tree 2");
    }

    @Test
    void whatElseIsMountedOnThePointStaysWhileSomethingWorksInIt() throws IOException {
        Path before = mounts.attach(DB, other);
        try (FileHandle open = FileHandle.openDirectory(before)) {
            assertThatThrownBy(() -> mounts.attach(DB, tree))
                    .isInstanceOfSatisfying(
                            LinuxException.class,
                            e -> assertThat(e.is(Errno.EBUSY)).isTrue());
            assertThat(open.names()).isNotEmpty();
        }
        assertThat(before.resolve("file")).hasContent("tree 2");
        assertThat(mountsAt(before)).isEqualTo(1);
        assertThat(point).doesNotExist();
    }

    @Test
    void aTreeInWhichSomethingWorksStaysMounted() throws IOException {
        mounts.attach(DB, tree);
        try (FileHandle open = FileHandle.openRead(point.resolve("file"))) {
            assertThat(mounts.detach(DB)).isFalse();
            assertThat(open.size()).isPositive();
        }
        assertThat(point.resolve("file")).hasContent("tree 1");

        assertThat(mounts.detach(DB)).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aTreeInWhichSomethingIsMountedStaysMounted() throws IOException {
        mounts.attach(DB, tree);
        Path below = Files.createDirectory(point.resolve("below"));
        Mounts.bind(other, below);

        assertThat(mounts.detach(DB)).isFalse();
        assertThat(below.resolve("file")).hasContent("tree 2");

        Mounts.unmount(below);
        assertThat(mounts.detach(DB)).isTrue();
    }

    @Test
    void whateverIsStackedOnATreeGoesWithIt() throws IOException {
        mounts.attach(DB, tree);
        Mounts.bind(other, point);
        Mounts.bind(tree, point);

        assertThat(mounts.detach(DB)).isTrue();

        assertThat(mountsAt(point)).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void filesBesideAVolumeAreNeverDeleted() throws IOException {
        Path first = Files.createDirectories(point).resolve("written");
        Files.writeString(first, "by somebody");
        mounts.attach(DB, tree);
        assertThat(point.resolve("file")).hasContent("tree 1");
        assertThat(mounts.detach(DB)).isTrue();

        Files.createDirectory(shown);
        Files.writeString(shown.resolve("written"), "again");
        mounts.removeBarePoint(DB);

        assertThat(directory.resolve("_db").resolve(point.getFileName()).resolve("written"))
                .hasContent("by somebody");
        assertThat(directory.resolve("_db.2/written")).hasContent("again");
        assertThat(shown).doesNotExist();
    }

    @Test
    void aBarePointIsRemovedAndOneThatIsMountedOnIsNot() throws IOException {
        Files.createDirectories(point);
        mounts.removeBarePoint(DB);
        assertThat(directory).isEmptyDirectory();
        mounts.removeBarePoint(DB);

        Path mounted = mounts.attach(DB, other);
        mounts.removeBarePoint(DB);
        assertThat(mounted.resolve("file")).hasContent("tree 2");
    }

    @Test
    void aSymbolicLinkInPlaceOfThePointIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(fileSystem.beside("elsewhere"));
        Files.createSymbolicLink(shown, elsewhere);

        assertThatIOException()
                .isThrownBy(() -> mounts.attach(DB, tree))
                .withMessage(shown + " is in the way of a volume's mount point; remove it");
        assertThat(mountsAt(elsewhere)).isZero();

        Files.delete(shown);
        Files.createSymbolicLink(shown, tree);
        assertThat(mounts.point(DB, tree)).isEmpty();
        assertThat(mounts.detach(DB)).isTrue();
        assertThat(tree.resolve("file")).hasContent("tree 1");
    }

    @Test
    void aFailedMountLeavesNoPoint() {
        Path missing = fileSystem.root().resolve("missing");

        assertThatThrownBy(() -> mounts.attach(DB, missing))
                .isInstanceOfSatisfying(
                        LinuxException.class,
                        e -> assertThat(e.is(Errno.ENOENT)).isTrue());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void eachTreeOfAVolumeHasAPathOfItsOwn() throws IOException {
        Path before = mounts.attach(DB, other);
        mounts.detach(DB);

        assertThat(mounts.attach(DB, tree)).isNotEqualTo(before);
        assertThat(before).doesNotExist();
        mounts.detach(DB);
        assertThat(mounts.attach(DB, other)).isEqualTo(before);
    }

    @Test
    void whatAnEarlierVersionHasMountedIsUsedWhereItIs() throws IOException {
        Mounts.bind(tree, Files.createDirectory(shown));

        assertThat(mounts.point(DB, tree)).contains(shown);
        assertThat(mounts.point(DB, other)).isEmpty();
        mounts.removeBarePoint(DB);
        assertThat(mounts.attach(DB, tree)).isEqualTo(shown);
        assertThat(mountsAt(shown)).isEqualTo(1);
        try (FileHandle open = FileHandle.openRead(shown.resolve("file"))) {
            assertThat(mounts.detach(DB)).isFalse();
            assertThat(open.size()).isPositive();
        }

        assertThat(mounts.detach(DB)).isTrue();
        assertThat(directory).isEmptyDirectory();
        assertThat(mounts.attach(DB, tree)).isEqualTo(point);
    }

    @Test
    void whatAnInterruptionLeftHalfMountedOrHalfUnmountedGoes() throws IOException {
        Path hidden = directory.resolve(".db");
        Mounts.bind(other, Files.createDirectories(hidden.resolve(other.getFileName())));
        mounts.removeBarePoint(DB);
        assertThat(directory).isEmptyDirectory();

        mounts.attach(DB, tree);
        Files.move(shown, hidden);
        assertThat(mounts.point(DB, tree)).isEmpty();
        assertThat(mounts.attach(DB, tree)).isEqualTo(point);
        assertThat(point.resolve("file")).hasContent("tree 1");
        assertThat(hidden).doesNotExist();

        Files.createDirectories(hidden.resolve("anything"));
        assertThat(mounts.detach(DB)).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    /** An engine binds what a Mount was answered with whenever it comes to it, also while somebody unmounts and mounts the volume. */
    @Test
    void nobodyEverFindsThePointWithNothingMountedOnIt() throws Exception {
        Path answered = mounts.attach(DB, tree);
        Inodes.Identity whole = Inodes.identity(tree);
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger bare = new AtomicInteger();
        AtomicInteger absent = new AtomicInteger();
        Thread engine = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                try {
                    if (!Inodes.identity(answered).equals(whole)) {
                        bare.incrementAndGet();
                    }
                } catch (IOException noSuchFile) {
                    absent.incrementAndGet();
                }
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            // Whoever looks at this moment makes it busy.
            while (!mounts.detach(DB)) {
                Thread.onSpinWait();
            }
            mounts.attach(DB, tree);
        }
        isOver.set(true);
        engine.join();

        assertThat(bare).hasValue(0);
        assertThat(absent).hasPositiveValue();
    }

    @Test
    void aTreeThatWasDeletedUnderItsMountCanBeUnmounted() throws IOException {
        mounts.attach(DB, tree);
        driver.destroy(new TreeId(new RandomId(tree.getFileName().toString())));

        assertThat(mounts.point(DB, tree)).isEmpty();
        assertThat(mounts.detach(DB)).isTrue();
        assertThat(directory).isEmptyDirectory();
    }
}
