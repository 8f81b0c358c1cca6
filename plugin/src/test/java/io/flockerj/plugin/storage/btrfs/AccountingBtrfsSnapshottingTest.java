package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountingBtrfsSnapshottingTest extends BtrfsSnapshottingContract {
    private static final int MEBIBYTE = 1 << 20;
    private static final ByteSize LIMIT = ByteSize.ofMebibytes(16);

    AccountingBtrfsSnapshottingTest() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 1024));
    }

    @Override
    protected void prepare(LoopFileSystem made) throws IOException {
        try (FileHandle top = FileHandle.openDirectory(made.root())) {
            Btrfs.enableSimpleQuota(top);
        }
    }

    @Override
    protected StorageDriver open(Path trees) {
        return new AccountingBtrfsDriver(trees);
    }

    @Override
    protected void assertCharged(Path root, TreeId clone) throws IOException {
        List<Long> groups = new ArrayList<>();
        try (FileHandle handle = FileHandle.openDirectory(root)) {
            long id = Btrfs.subvolumeId(handle);
            groups.add(Btrfs.groupId(0, id));
            Btrfs.nestedBelow(handle, id).forEach(nested -> groups.add(Btrfs.groupId(0, nested.id())));
            long account = Btrfs.groupId(1, SpaceAccount.of(clone.id()).number());
            assertThat(Btrfs.members(handle, account)).containsExactlyInAnyOrderElementsOf(groups);
        }
    }

    private Path createLimited(TreeId tree) throws IOException {
        SpaceAccount account = SpaceAccount.of(tree.id());
        driver().create(tree, new TreeSpec(account, Optional.of(LIMIT), Optional.empty(), true, 0, 0, 0755));
        return driver().path(tree);
    }

    private Path cloneLimited(TreeId snapshot, TreeId clone) throws IOException {
        snapshotting().clone(snapshot, clone, SpaceAccount.of(clone.id()), Optional.of(LIMIT));
        return driver().path(clone);
    }

    private TreeId snapshotOf(TreeId tree) throws IOException {
        TreeId snapshot = newTree();
        snapshotting().snapshot(tree, snapshot);
        return snapshot;
    }

    @Test
    void aCloneIsLimitedInWhatItWritesAndNotInWhatItShares() throws IOException {
        TreeId tree = newTree();
        write(create(tree).resolve("shared"), 40);
        TreeId clone = newTree();

        Path root = cloneLimited(snapshotOf(tree), clone);

        assertThat(usedMebibytes(clone)).isZero();
        assertThat(((SizeLimited) driver()).limitOf(SpaceAccount.of(clone.id())))
                .contains(LIMIT);
        write(root.resolve("within"), 12);
        assertBeyondLimit(root.resolve("beyond"), 8);
        assertThat(usedMebibytes(clone)).isBetween(12L, 16L);
    }

    @Test
    void whatIsWrittenIntoNestedSubvolumesOfACloneCounts() throws IOException {
        TreeId tree = newTree();
        Path nested = BtrfsDriverContract.makeSubvolume(create(tree), "nested");
        write(BtrfsDriverContract.makeSubvolume(nested, "deeper").resolve("shared"), 20);
        TreeId clone = newTree();

        Path root = cloneLimited(snapshotOf(tree), clone);

        assertThat(usedMebibytes(clone)).isZero();
        write(root.resolve("nested/deeper/within"), 12);
        assertBeyondLimit(root.resolve("nested/beyond"), 8);
        assertBeyondLimit(root.resolve("beyond"), 8);
    }

    @Test
    void aSnapshotBelongsToNoAccount() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        BtrfsDriverContract.makeSubvolume(root, "nested");
        write(root.resolve("file"), 8);
        long used = usedMebibytes(tree);

        snapshotOf(tree);

        assertThat(usedMebibytes(tree)).isEqualTo(used);
        try (FileHandle top = FileHandle.openDirectory(trees())) {
            long group = Btrfs.groupId(1, SpaceAccount.of(tree.id()).number());
            assertThat(Btrfs.members(top, group)).hasSize(2);
        }
    }

    @Test
    void aCloneIsMadeForAnAccountThatIsFullAlready() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        BtrfsDriverContract.makeSubvolume(BtrfsDriverContract.makeSubvolume(root, "nested"), "deeper");
        write(root.resolve("file"), 12);
        assertBeyondLimit(root.resolve("beyond"), 8);
        TreeId snapshot = snapshotOf(tree);
        TreeId clone = newTree();

        snapshotting().clone(snapshot, clone, SpaceAccount.of(tree.id()), Optional.of(LIMIT));

        assertBeyondLimit(driver().path(clone).resolve("nested/deeper/beyond"), 8);
        assertThat(driver().path(clone).resolve("file")).hasSize(12L * MEBIBYTE);
    }

    @Test
    void aLimitOfACloneNeedsNoRepairAndSurvivesAMount() throws IOException {
        TreeId tree = newTree();
        create(tree);
        TreeId clone = newTree();
        Path root = cloneLimited(snapshotOf(tree), clone);

        fileSystem().unmount();
        fileSystem().mount();

        assertThat(((SizeLimited) driver()).repair(clone, SpaceAccount.of(clone.id()), Optional.of(LIMIT)))
                .isFalse();
        assertBeyondLimit(root.resolve("beyond"), 20);
    }

    private long usedMebibytes(TreeId tree) throws IOException {
        sync(driver().path(tree));
        return driver().usedBytes(tree, SpaceAccount.of(tree.id())).orElseThrow() / MEBIBYTE;
    }

    private static void assertBeyondLimit(Path file, int mebibytes) {
        assertThatIOException().isThrownBy(() -> write(file, mebibytes)).withMessageContaining("quota");
    }

    private static Path write(Path file, int mebibytes) throws IOException {
        Files.write(file, new byte[mebibytes * MEBIBYTE]);
        sync(file);
        return file;
    }

    private static void sync(Path path) throws IOException {
        LoopFileSystem.run(List.of("sync", "-f", path.toString()));
    }
}
