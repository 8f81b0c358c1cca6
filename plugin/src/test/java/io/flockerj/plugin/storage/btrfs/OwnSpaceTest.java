package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
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

    private final LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 1024);
    private final BtrfsDriver driver;
    private int numbers;
    private TreeId tree = newTree();
    private Path root = Path.of("");

    OwnSpaceTest() throws IOException {
        driver = new BtrfsDriver(Files.createDirectory(fileSystem.root().resolve("trees")));
    }

    @AfterAll
    void removeFileSystem() throws IOException {
        fileSystem.close();
    }

    @BeforeEach
    void makeTree() throws IOException {
        tree = newTree();
        SpaceAccount account = SpaceAccount.of(tree.id());
        driver.create(tree, new TreeSpec(account, Optional.empty(), Optional.empty(), true, 0, 0, 0755));
        root = driver.path(tree);
        write("steady", 3);
        write("data", 10);
    }

    private TreeId newTree() {
        return new TreeId(new RandomId(String.format("%012x", ++numbers) + "d".repeat(20)));
    }

    private TreeId snapshot() throws IOException {
        TreeId snapshot = newTree();
        driver.snapshot(tree, snapshot);
        return snapshot;
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
        TreeId first = snapshot();
        assertThat(own(first, Optional.empty())).isZero();
        write("data", 7);
        TreeId second = snapshot();
        assertThat(own(second, Optional.of(first))).isZero();
        assertThat(own(first, Optional.of(second))).isEqualTo(10L * MIB);
        Files.delete(root.resolve("data"));

        for (TreeId near : List.of(first, snapshot())) {
            assertThat(own(second, Optional.of(near))).isEqualTo(7L * MIB);
            assertThat(own(second, Optional.of(near), tree)).isEqualTo(7L * MIB);
        }
        assertThat(own(second, Optional.empty())).isEqualTo(7L * MIB);
        assertThat(own(second, Optional.empty(), tree, first)).isEqualTo(7L * MIB);
        assertThat(own(first, Optional.of(second), tree)).isEqualTo(10L * MIB);
    }

    @Test
    void whatTwoSnapshotsHoldIsTheOwnOfTheOneThatIsLeft() throws IOException {
        TreeId first = snapshot();
        TreeId second = snapshot();
        write("data", 1);
        TreeId third = snapshot();
        assertThat(own(first, Optional.of(second))).isZero();
        assertThat(own(second, Optional.of(third))).isZero();

        driver.destroy(first);

        assertThat(own(second, Optional.of(third))).isEqualTo(10L * MIB);
    }

    @Test
    void whatACloneOrAnotherFileHasIsNoSnapshotsOwn() throws IOException {
        TreeId first = snapshot();
        TreeId clone = newTree();
        driver.clone(first, clone, SpaceAccount.of(clone.id()), Optional.empty());
        LoopFileSystem.run(List.of(
                "cp",
                "--reflink=always",
                root.resolve("steady").toString(),
                root.resolve("same").toString()));
        TreeId second = snapshot();
        Files.delete(root.resolve("data"));
        Files.delete(root.resolve("steady"));
        TreeId third = snapshot();

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
        TreeId first = snapshot();
        Files.delete(data);
        Files.delete(root.resolve("twin"));

        assertThat(own(first, Optional.of(snapshot()))).isEqualTo(10L * MIB);
    }

    @Test
    void whatWasRenamedIsStillShared() throws IOException {
        TreeId first = snapshot();
        Files.createDirectory(root.resolve("directory"));
        Files.move(root.resolve("data"), root.resolve("directory/data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(own(first, Optional.of(snapshot()))).isZero();
    }

    @Test
    void whatANestedSubvolumeHoldsCountsToo() throws IOException {
        try (FileHandle top = FileHandle.openDirectory(root)) {
            Btrfs.createSubvolume(top, "nested");
        }
        write("nested/deep", 5);
        TreeId first = snapshot();
        assertThat(own(first, Optional.empty())).isZero();
        write("nested/deep", 1);

        assertThat(own(first, Optional.of(snapshot()))).isEqualTo(5L * MIB);
    }
}
