package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.http.Eventually;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccountingBtrfsDriverTest extends BtrfsDriverContract {
    private static final int MEBIBYTE = 1 << 20;
    private static final ByteSize LIMIT = ByteSize.ofMebibytes(16);

    AccountingBtrfsDriverTest() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 1024));
    }

    @Override
    protected void prepare(LoopFileSystem made) throws IOException {
        try (FileHandle top = FileHandle.openDirectory(made.root())) {
            Btrfs.enableSimpleQuota(top);
        }
        commitEverySecond();
    }

    /** The kernel cleans up after subvolumes when it commits. */
    private void commitEverySecond() throws IOException {
        LoopFileSystem.run(
                List.of("mount", "-o", "remount,commit=1", fileSystem().root().toString()));
    }

    @Override
    protected StorageDriver open(Path trees) {
        return new AccountingBtrfsDriver(trees);
    }

    private SizeLimited limited() {
        return (SizeLimited) driver();
    }

    private static TreeSpec limitedSpec(SpaceAccount account, Optional<ByteSize> limit) {
        return new TreeSpec(account, limit, Optional.empty(), true, 0, 0, 0755);
    }

    private Path createLimited(TreeId tree) throws IOException {
        driver().create(tree, limitedSpec(SpaceAccount.of(tree.id()), Optional.of(LIMIT)));
        return driver().path(tree);
    }

    @Test
    void writingBeyondTheLimitFails() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);

        write(root.resolve("within"), 12);
        assertBeyondLimit(root.resolve("beyond"), 8);

        assertThat(usedMebibytes(tree)).isBetween(12L, 16L);
    }

    @Test
    void smallFilesCountToo() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        limited().limit(SpaceAccount.of(tree.id()), Optional.of(ByteSize.ofMebibytes(2)));

        assertThatIOException()
                .isThrownBy(() -> {
                    for (int i = 0; i < 4_000; i++) {
                        Files.writeString(root.resolve("file-" + i), "x".repeat(1000));
                    }
                })
                .withMessageContaining("quota");
    }

    @Test
    void aTreeWithoutLimitIsNotLimitedByAnother() throws IOException {
        TreeId free = newTree();
        Path root = create(free);
        createLimited(newTree());

        write(root.resolve("file"), 24);

        assertThat(limited().limitOf(SpaceAccount.of(free.id()))).isEmpty();
        assertThat(usedMebibytes(free)).isEqualTo(24);
    }

    @Test
    void whatIsWrittenIntoNestedSubvolumesCounts() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        Path nested = makeSubvolume(makeSubvolume(root, "nested"), "deeper");

        write(nested.resolve("within"), 12);
        assertBeyondLimit(nested.resolve("beyond"), 8);
        assertBeyondLimit(root.resolve("beside"), 8);

        assertThat(usedMebibytes(tree)).isBetween(12L, 16L);
    }

    @Test
    void snapshotsInsideATreeDoNotEscapeItsLimit() throws IOException {
        Path root = createLimited(newTree());
        write(root.resolve("within"), 10);

        LoopFileSystem.run(List.of("btrfs", "subvolume", "snapshot", root.toString(), root + "/snapshot"));

        assertBeyondLimit(root.resolve("snapshot/beyond"), 8);
    }

    @Test
    void treesOfOneAccountShareItsLimit() throws IOException {
        TreeId first = newTree();
        TreeId second = newTree();
        SpaceAccount account = SpaceAccount.of(first.id());
        driver().create(first, limitedSpec(account, Optional.of(LIMIT)));
        driver().create(second, limitedSpec(account, Optional.of(LIMIT)));

        write(driver().path(first).resolve("within"), 10);
        assertBeyondLimit(driver().path(second).resolve("beyond"), 8);
    }

    @Test
    void aLimitCanGrowAndShrinkAndGo() throws IOException {
        TreeId tree = newTree();
        SpaceAccount account = SpaceAccount.of(tree.id());
        Path root = createLimited(tree);
        assertThat(limited().limitOf(account)).contains(LIMIT);

        limited().limit(account, Optional.of(ByteSize.ofMebibytes(64)));
        write(root.resolve("large"), 40);
        assertThat(limited().limitOf(account)).contains(ByteSize.ofMebibytes(64));

        limited().limit(account, Optional.of(LIMIT));
        assertBeyondLimit(root.resolve("beyond"), 1);
        assertThat(root.resolve("large")).hasSize(40L * MEBIBYTE);
        Files.delete(root.resolve("large"));
        sync(root);
        write(root.resolve("within"), 12);

        limited().limit(account, Optional.empty());
        write(root.resolve("large"), 40);
        assertThat(limited().limitOf(account)).isEmpty();
    }

    @Test
    void anAccountThatWasLostIsMadeAgainWithItsLimit() throws IOException {
        TreeId tree = newTree();
        createLimited(tree);
        SpaceAccount account = SpaceAccount.of(tree.id());
        assertThat(limited().repair(tree, account, Optional.of(LIMIT))).isFalse();
        turnQuotasOffAndOn();
        assertThat(limited().limitOf(account)).isEmpty();
        assertThat(driver().usedBytes(tree, account)).isEmpty();

        assertThat(limited().repair(tree, account, Optional.of(LIMIT))).isTrue();

        assertThat(limited().limitOf(account)).contains(LIMIT);
        assertBeyondLimit(driver().path(tree).resolve("file"), 32);
        assertThat(limited().repair(tree, account, Optional.empty())).isTrue();
        assertThat(limited().limitOf(account)).isEmpty();
    }

    @Test
    void whatWasHalfRepairedIsRepairedWithAllThatIsNested() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        SpaceAccount account = SpaceAccount.of(tree.id());
        try (FileHandle top = FileHandle.openDirectory(root)) {
            Btrfs.createSubvolume(top, "nested");
        }
        turnQuotasOffAndOn();
        try (FileHandle top = FileHandle.openDirectory(fileSystem().root())) {
            Btrfs.createGroup(top, Btrfs.groupId(1, account.number()));
        }

        assertThat(limited().repair(tree, account, Optional.of(LIMIT))).isTrue();
        assertThat(limited().repair(tree, account, Optional.of(LIMIT))).isFalse();

        write(root.resolve("nested/within"), 12);
        assertBeyondLimit(root.resolve("beyond"), 8);
    }

    private void turnQuotasOffAndOn() throws IOException {
        String root = fileSystem().root().toString();
        LoopFileSystem.run(List.of("btrfs", "quota", "disable", root));
        try (FileHandle top = FileHandle.openDirectory(fileSystem().root())) {
            Btrfs.enableSimpleQuota(top);
        }
    }

    @Test
    void limitsAndCountsSurviveAMount() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        write(root.resolve("within"), 12);

        fileSystem().unmount();
        fileSystem().mount();
        commitEverySecond();

        assertThat(limited().limitOf(SpaceAccount.of(tree.id()))).contains(LIMIT);
        assertThat(usedMebibytes(tree)).isEqualTo(12);
        assertBeyondLimit(root.resolve("beyond"), 8);
    }

    @Test
    void spaceOfDeletedFilesCanBeUsedAgain() throws IOException {
        TreeId tree = newTree();
        Path root = createLimited(tree);
        write(root.resolve("file"), 12);

        Files.delete(root.resolve("file"));
        sync(root);

        assertThat(usedMebibytes(tree)).isZero();
        write(root.resolve("again"), 12);
    }

    @Test
    void anAccountIsReleasedWhenItsTreesAreGoneForGood() throws Exception {
        TreeId tree = newTree();
        SpaceAccount account = SpaceAccount.of(tree.id());
        Path root = createLimited(tree);
        write(makeSubvolume(root, "nested").resolve("file"), 8);
        sync(root);
        assertThat(driver().release(account)).isFalse();

        driver().destroy(tree);

        Eventually.eventually("the account is released", () -> {
            sync(fileSystem().root());
            return driver().release(account);
        });
        assertThat(limited().limitOf(account)).isEmpty();
        assertThat(driver().usedBytes(tree, account)).isEmpty();
    }

    @Test
    void anAccountIsNotReleasedWhileAnotherTreeSharesItsBlocks() throws Exception {
        TreeId tree = newTree();
        TreeId other = newTree();
        SpaceAccount account = SpaceAccount.of(tree.id());
        Path file = write(createLimited(tree).resolve("file"), 4);
        Path copy = create(other).resolve("copy");
        LoopFileSystem.run(List.of("cp", "--reflink=always", file.toString(), copy.toString()));

        driver().destroy(tree);
        LoopFileSystem.run(
                List.of("btrfs", "subvolume", "sync", fileSystem().root().toString()));
        assertThat(driver().release(account)).isFalse();
        Files.delete(copy);

        Eventually.eventually("the account is released", () -> {
            sync(fileSystem().root());
            return driver().release(account);
        });
    }

    @Test
    void accountsWithTheLargestNumbersAreKeptApart() throws IOException {
        SpaceAccount largest = new SpaceAccount((1L << 48) - 1);
        SpaceAccount next = new SpaceAccount((1L << 48) - 2);

        driver().create(newTree(), limitedSpec(largest, Optional.of(LIMIT)));
        driver().create(newTree(), limitedSpec(next, Optional.empty()));

        assertThat(limited().limitOf(largest)).contains(LIMIT);
        assertThat(limited().limitOf(next)).isEmpty();
    }

    @Test
    void oneFileMayNotTakeMoreThanTheLimitByBeingReserved() throws IOException {
        Path root = createLimited(newTree());

        assertThatIOException()
                .isThrownBy(() -> LoopFileSystem.run(List.of("fallocate", "-l", "1G", root + "/file")))
                .withMessageContaining("quota");
    }

    private long usedMebibytes(TreeId tree) throws IOException {
        sync(driver().path(tree));
        long used = driver().usedBytes(tree, SpaceAccount.of(tree.id())).orElseThrow();
        return used / MEBIBYTE;
    }

    private static void assertBeyondLimit(Path file, int mebibytes) {
        assertThatIOException().isThrownBy(() -> write(file, mebibytes)).withMessageContaining("quota");
    }

    private static Path write(Path file, int mebibytes) throws IOException {
        byte[] block = new byte[MEBIBYTE];
        IntStream.range(0, block.length).forEach(i -> block[i] = (byte) i);
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                out.write(block);
            }
        }
        sync(file);
        return file;
    }

    private static void sync(Path path) throws IOException {
        LoopFileSystem.run(List.of("sync", "-f", path.toString()));
    }
}
