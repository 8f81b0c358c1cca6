package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
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

    @Parameter
    Kind kind = Kind.EXT4;

    private LoopFileSystem fileSystem;
    private StorageDriver driver;
    private Path directory;
    private Path point;
    private BindMounts mounts;
    private Path tree;
    private Path other;

    @BeforeEach
    void setUp() throws IOException {
        fileSystem = LoopFileSystem.create(kind, 128);
        driver = kind == Kind.BTRFS ? new BtrfsDriver(fileSystem.root()) : new PlainDriver(fileSystem.root());
        directory = Files.createDirectory(fileSystem.beside("mounts"));
        point = directory.resolve("db");
        mounts = new BindMounts(directory);
        tree = tree(1);
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
        assertThat(mounts.isMounted(DB, tree)).isTrue();
        assertThat(mounts.isMounted(DB, other)).isFalse();

        assertThat(mounts.detach(DB)).isTrue();
        assertThat(mounts.isMounted(DB, tree)).isFalse();
        assertThat(point).doesNotExist();
        assertThat(tree.resolve("file")).hasContent("tree 1");
        assertThat(mounts.detach(DB)).isTrue();
    }

    @Test
    void aTreeIsNeverStackedAlsoNotByTheNextDaemon() throws IOException {
        mounts.attach(DB, tree);
        mounts.attach(DB, tree);
        BindMounts next = new BindMounts(directory);
        assertThat(next.isMounted(DB, tree)).isTrue();
        next.attach(DB, tree);

        assertThat(mountsAt(point)).isEqualTo(1);
    }

    @Test
    void whatElseIsMountedOnThePointIsUnmountedFirst() throws IOException {
        mounts.attach(DB, other);
        Mounts.bind(directory, point);

        mounts.attach(DB, tree);

        assertThat(point.resolve("file")).hasContent("tree 1");
        assertThat(mountsAt(point)).isEqualTo(1);
        assertThat(other.resolve("file")).hasContent("tree 2");
    }

    @Test
    void whatElseIsMountedOnThePointStaysWhileSomethingWorksInIt() throws IOException {
        mounts.attach(DB, other);
        try (FileHandle open = FileHandle.openDirectory(point)) {
            assertThatThrownBy(() -> mounts.attach(DB, tree))
                    .isInstanceOfSatisfying(
                            LinuxException.class,
                            e -> assertThat(e.is(Errno.EBUSY)).isTrue());
            assertThat(open.names()).isNotEmpty();
        }
        assertThat(point.resolve("file")).hasContent("tree 2");
        assertThat(mountsAt(point)).isEqualTo(1);
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
        assertThat(point).doesNotExist();
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
        assertThat(point).doesNotExist();
    }

    @Test
    void filesInABarePointAreNeverDeleted() throws IOException {
        Files.createDirectory(point);
        Files.writeString(point.resolve("written"), "by somebody");

        mounts.removeBarePoint(DB);
        mounts.attach(DB, tree);
        assertThat(point.resolve("file")).hasContent("tree 1");
        assertThat(mounts.detach(DB)).isTrue();

        assertThat(point.resolve("written")).hasContent("by somebody");
    }

    @Test
    void aBarePointIsRemovedAndOneThatIsMountedOnIsNot() throws IOException {
        Files.createDirectory(point);
        mounts.removeBarePoint(DB);
        assertThat(point).doesNotExist();
        mounts.removeBarePoint(DB);

        mounts.attach(DB, other);
        mounts.removeBarePoint(DB);
        assertThat(point.resolve("file")).hasContent("tree 2");
    }

    @Test
    void aSymbolicLinkInPlaceOfThePointIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(fileSystem.beside("elsewhere"));
        Files.createSymbolicLink(point, elsewhere);

        assertThatIOException()
                .isThrownBy(() -> mounts.attach(DB, tree))
                .withMessage(point + " is in the way of a volume's mount point; remove it");
        assertThat(mountsAt(elsewhere)).isZero();

        Files.delete(point);
        Files.createSymbolicLink(point, tree);
        assertThat(mounts.isMounted(DB, tree)).isFalse();
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
        assertThat(point).doesNotExist();
    }

    @Test
    void aTreeThatWasDeletedUnderItsMountCanBeUnmounted() throws IOException {
        mounts.attach(DB, tree);
        driver.destroy(new TreeId(new RandomId(tree.getFileName().toString())));

        assertThat(mounts.isMounted(DB, tree)).isFalse();
        assertThat(mounts.detach(DB)).isTrue();
        assertThat(point).doesNotExist();
    }
}
