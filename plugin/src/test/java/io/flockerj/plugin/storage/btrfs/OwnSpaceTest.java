package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What destroying a snapshot would free, on a real btrfs. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnSpaceTest {
    private static final int MIB = 1 << 20;

    private final TreesOnBtrfs trees;
    private final BtrfsDriver driver;
    private int numbers;
    private Path root = Path.of("");

    OwnSpaceTest() throws IOException {
        trees = new TreesOnBtrfs(1024);
        driver = trees.driver();
    }

    @AfterAll
    void removeFileSystem() throws IOException {
        trees.close();
    }

    @BeforeEach
    void makeTree() throws IOException {
        root = trees.begin();
        write("steady", 3);
        write("data", 10);
    }

    /** Random bytes, which nothing compresses, in a file that is new. */
    private void write(String name, int mib) throws IOException {
        byte[] bytes = new byte[mib * MIB];
        new Random(numbers++).nextBytes(bytes);
        Files.deleteIfExists(root.resolve(name));
        Files.write(root.resolve(name), bytes);
    }

    private long own(TreeId snapshot, Optional<TreeId> near, TreeId... others) throws IOException {
        return driver.ownBytes(snapshot, near, List.of(others)).orElseThrow();
    }

    @Test
    void whatWasOverwrittenOrRemovedSinceIsTheSnapshotsOwn() throws IOException {
        TreeId first = trees.snapshot();
        assertThat(own(first, Optional.empty())).isZero();
        write("data", 7);
        TreeId second = trees.snapshot();
        assertThat(own(second, Optional.of(first))).isZero();
        assertThat(own(first, Optional.of(second))).isEqualTo(10L * MIB);
        Files.delete(root.resolve("data"));

        for (TreeId near : List.of(first, trees.snapshot())) {
            assertThat(own(second, Optional.of(near))).isEqualTo(7L * MIB);
            assertThat(own(second, Optional.of(near), trees.tree())).isEqualTo(7L * MIB);
        }
        assertThat(own(second, Optional.empty())).isEqualTo(7L * MIB);
        assertThat(own(second, Optional.empty(), trees.tree(), first)).isEqualTo(7L * MIB);
        assertThat(own(first, Optional.of(second), trees.tree())).isEqualTo(10L * MIB);
    }

    @Test
    void whatTwoSnapshotsHoldIsTheOwnOfTheOneThatIsLeft() throws IOException {
        TreeId first = trees.snapshot();
        TreeId second = trees.snapshot();
        write("data", 1);
        TreeId third = trees.snapshot();
        assertThat(own(first, Optional.of(second))).isZero();
        assertThat(own(second, Optional.of(third))).isZero();

        driver.destroy(first);

        assertThat(own(second, Optional.of(third))).isEqualTo(10L * MIB);
    }

    @Test
    void whatACloneOrAnotherFileHasIsNoSnapshotsOwn() throws IOException {
        TreeId first = trees.snapshot();
        TreeId clone = trees.newId();
        driver.clone(first, clone, SpaceAccount.of(clone.id()), Optional.empty());
        LoopFileSystem.run(List.of(
                "cp",
                "--reflink=always",
                root.resolve("steady").toString(),
                root.resolve("same").toString()));
        TreeId second = trees.snapshot();
        Files.delete(root.resolve("data"));
        Files.delete(root.resolve("steady"));
        TreeId third = trees.snapshot();

        assertThat(own(first, Optional.of(third))).isZero();
        assertThat(own(second, Optional.of(third))).isZero();
        driver.destroy(first);
        driver.destroy(clone);
        assertThat(own(second, Optional.of(third))).isEqualTo(10L * MIB);
    }

    @Test
    void whatASnapshotHoldsTwiceIsCountedOnce() throws IOException {
        Path data = root.resolve("data");
        LoopFileSystem.run(List.of(
                "cp", "--reflink=always", data.toString(), root.resolve("twin").toString()));
        TreeId first = trees.snapshot();
        Files.delete(data);
        Files.delete(root.resolve("twin"));

        assertThat(own(first, Optional.of(trees.snapshot()))).isEqualTo(10L * MIB);
    }

    @Test
    void whatWasRenamedIsStillShared() throws IOException {
        TreeId first = trees.snapshot();
        Files.createDirectory(root.resolve("directory"));
        Files.move(root.resolve("data"), root.resolve("directory/data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(own(first, Optional.of(trees.snapshot()))).isZero();
    }

    @Test
    void whatANestedSubvolumeHoldsCountsToo() throws IOException {
        try (FileHandle top = FileHandle.openDirectory(root)) {
            Btrfs.createSubvolume(top, "nested");
        }
        write("nested/deep", 5);
        TreeId first = trees.snapshot();
        assertThat(own(first, Optional.empty())).isZero();
        write("nested/deep", 1);

        assertThat(own(first, Optional.of(trees.snapshot()))).isEqualTo(5L * MIB);
    }
}
