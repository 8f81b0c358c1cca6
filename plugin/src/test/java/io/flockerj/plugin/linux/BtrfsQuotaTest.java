package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.linux.Btrfs.QuotaMode;
import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What this package says of simple quotas is what the kernel does. */
@Tag("root")
class BtrfsQuotaTest {
    private static final Path SYS = Path.of("/sys");
    private static final int MEGABYTE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long GROUP = Btrfs.groupId(1, 1000);
    private static final long OTHER_GROUP = Btrfs.groupId(1, 2000);

    private LoopFileSystem fs;
    private FileHandle root;

    @BeforeEach
    void makeFileSystem() throws IOException {
        fs = LoopFileSystem.create(Kind.BTRFS, 512);
        fs.unmount();
        // The cleaner runs after a commit.
        fs.mount("commit=1");
        root = FileHandle.openDirectory(fs.root());
    }

    @AfterEach
    void removeFileSystem() throws IOException {
        root.close();
        fs.close();
    }

    private Path at(String name) {
        return fs.root().resolve(name);
    }

    private long idOf(String name) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(at(name))) {
            return Btrfs.subvolumeId(handle);
        }
    }

    private void write(String name, int megabytes) throws IOException {
        byte[] content = new byte[megabytes * MEGABYTE];
        new Random(megabytes).nextBytes(content);
        Files.write(at(name), content);
        try (FileHandle file = FileHandle.openReadWrite(at(name))) {
            file.sync();
        }
    }

    private long used(long group) throws IOException {
        Btrfs.commit(root);
        return Btrfs.groupUsage(root, group).orElseThrow().referenced();
    }

    private void enableWithGroups() throws IOException {
        Btrfs.enableSimpleQuota(root);
        Btrfs.createGroup(root, GROUP);
        Btrfs.createGroup(root, OTHER_GROUP);
    }

    private void createIn(String parent, String name) throws IOException {
        try (FileHandle directory = FileHandle.openDirectory(at(parent))) {
            Btrfs.createSubvolume(directory, name);
        }
    }

    /** Waits until the cleaner has come by and this holds. */
    private void eventually(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Files.writeString(at("tick"), Long.toString(System.nanoTime()));
            Btrfs.commit(root);
        }
    }

    @Test
    void withoutQuotasThereAreNoGroups() throws IOException {
        assertThat(Btrfs.quotaMode(SYS, Btrfs.info(root).fsid())).isEqualTo(QuotaMode.OFF);
        assertThat(Btrfs.groups(root, 0)).isEmpty();
        assertThat(Btrfs.members(root, GROUP)).isEmpty();
        assertThat(Btrfs.groupUsage(root, GROUP)).isEmpty();
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.createGroup(root, GROUP))
                .matches(e -> e.is(Errno.ENOTCONN))
                .withMessageContaining("create the quota group 1/1000 of " + fs.root());
    }

    @Test
    void simpleQuotasAreToldFromFullOnes() throws IOException {
        Btrfs.enableSimpleQuota(root);
        assertThat(Btrfs.quotaMode(SYS, Btrfs.info(root).fsid())).isEqualTo(QuotaMode.SIMPLE);
        Btrfs.enableSimpleQuota(root); // once more does nothing

        LoopFileSystem.run(List.of("btrfs", "quota", "disable", fs.root().toString()));
        LoopFileSystem.run(List.of("btrfs", "quota", "enable", fs.root().toString()));

        assertThat(Btrfs.quotaMode(SYS, Btrfs.info(root).fsid())).isEqualTo(QuotaMode.FULL);
        Btrfs.enableSimpleQuota(root);
        assertThat(Btrfs.quotaMode(SYS, Btrfs.info(root).fsid())).isEqualTo(QuotaMode.FULL);
    }

    @Test
    void groupsAreListedByLevel() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one");
        Btrfs.createGroup(root, Btrfs.groupId(2, 1));

        assertThat(Btrfs.groups(root, 0)).containsExactly(5L, idOf("one"));
        assertThat(Btrfs.groups(root, 1)).containsExactly(GROUP, OTHER_GROUP);
        assertThat(Btrfs.groups(root, 2)).containsExactly(Btrfs.groupId(2, 1));
        Btrfs.removeGroup(root, OTHER_GROUP);
        assertThat(Btrfs.groups(root, 1)).containsExactly(GROUP);
    }

    @Test
    void groupsThatAreThereOrAreNotAreToldApart() throws IOException {
        enableWithGroups();

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.createGroup(root, GROUP))
                .matches(e -> e.is(Errno.EEXIST));
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.removeGroup(root, Btrfs.groupId(1, 3000)))
                .matches(e -> e.is(Errno.ENOENT));
        assertThat(Btrfs.groupUsage(root, Btrfs.groupId(1, 3000))).isEmpty();
        Btrfs.createSubvolume(root, "one", GROUP);
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.assign(root, idOf("one"), GROUP))
                .matches(e -> e.is(Errno.EEXIST));
    }

    @Test
    void aSubvolumeMadeInAGroupIsCountedThere() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);

        write("one/file", 10);

        assertThat(Btrfs.members(root, GROUP)).containsExactly(idOf("one"));
        assertThat(used(GROUP)).isBetween(10L * MEGABYTE, 11L * MEGABYTE);
        assertThat(used(idOf("one"))).isEqualTo(used(GROUP));
        assertThat(used(OTHER_GROUP)).isZero();
    }

    @Test
    void nestedSubvolumesCountIntoTheGroupAndItsLimitHoldsForThem() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        Btrfs.limitGroup(root, GROUP, OptionalLong.of(32L * MEGABYTE));
        createIn("one", "inner");
        createIn("one/inner", "innermost");

        write("one/file", 10);
        write("one/inner/innermost/file", 10);

        assertThat(Btrfs.members(root, GROUP))
                .containsExactlyInAnyOrder(idOf("one"), idOf("one/inner"), idOf("one/inner/innermost"));
        assertThat(used(GROUP)).isBetween(20L * MEGABYTE, 21L * MEGABYTE);
        assertThatIOException()
                .isThrownBy(() -> write("one/inner/innermost/more", 20))
                .withMessageContaining("Disk quota exceeded");
        assertThat(used(GROUP)).isLessThanOrEqualTo(32L * MEGABYTE);
    }

    @Test
    void allocatingBeyondTheLimitIsRefusedWithItsOwnError() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        Btrfs.limitGroup(root, GROUP, OptionalLong.of(16L * MEGABYTE));

        try (FileHandle file = FileHandle.openOrCreate(at("one/file"), 0600)) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> file.allocate(0, 64L * MEGABYTE))
                    .matches(e -> e.is(Errno.EDQUOT))
                    .withMessageContaining("Disk quota exceeded (EDQUOT)");
        }
    }

    @Test
    void aLimitCanBeRaisedLoweredBelowTheUseAndTaken() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        assertThat(Btrfs.groupUsage(root, GROUP).orElseThrow().maxReferenced()).isEmpty();
        Btrfs.limitGroup(root, GROUP, OptionalLong.of(16L * MEGABYTE));
        assertThat(Btrfs.groupUsage(root, GROUP).orElseThrow().maxReferenced()).hasValue(16L * MEGABYTE);
        assertThatIOException().isThrownBy(() -> write("one/file", 20));

        Btrfs.limitGroup(root, GROUP, OptionalLong.of(64L * MEGABYTE));
        write("one/file", 20);

        Btrfs.limitGroup(root, GROUP, OptionalLong.of(MEGABYTE));
        assertThatIOException().isThrownBy(() -> write("one/more", 1));
        Files.delete(at("one/file"));
        assertThat(used(GROUP)).isLessThan(MEGABYTE);

        Btrfs.limitGroup(root, GROUP, OptionalLong.empty());
        write("one/more", 20);
        assertThat(Btrfs.groupUsage(root, GROUP).orElseThrow().maxReferenced()).isEmpty();
    }

    @Test
    void assigningLaterCountsWhatIsThere() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one");
        write("one/file", 10);

        Btrfs.assign(root, idOf("one"), GROUP);

        assertThat(used(GROUP)).isBetween(10L * MEGABYTE, 11L * MEGABYTE);
        write("one/more", 5);
        assertThat(used(GROUP)).isBetween(15L * MEGABYTE, 16L * MEGABYTE);
    }

    @Test
    void aNestedSubvolumeThatNamesAnotherGroupEscapesUntilItIsAssigned() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        Btrfs.limitGroup(root, GROUP, OptionalLong.of(16L * MEGABYTE));
        try (FileHandle one = FileHandle.openDirectory(at("one"))) {
            Btrfs.createSubvolume(one, "escaped", OTHER_GROUP);
        }

        write("one/escaped/file", 30);
        assertThat(used(GROUP)).isLessThan(MEGABYTE);
        Btrfs.assign(root, idOf("one/escaped"), GROUP);

        assertThat(used(GROUP)).isGreaterThanOrEqualTo(30L * MEGABYTE);
        assertThatIOException().isThrownBy(() -> write("one/more", 1));
    }

    @Test
    void whatWasWrittenBeforeIsNotCounted() throws IOException {
        Btrfs.createSubvolume(root, "one");
        write("one/file", 10);
        enableWithGroups();

        Btrfs.assign(root, idOf("one"), GROUP);
        write("one/more", 5);

        assertThat(used(GROUP)).isBetween(5L * MEGABYTE, 6L * MEGABYTE);
    }

    @Test
    void aSnapshotStartsAtNothingAndInNoGroup() throws IOException {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        write("one/file", 10);
        try (FileHandle one = FileHandle.openDirectory(at("one"))) {
            Btrfs.snapshot(one, root, "kept", true);
        }

        assertThat(used(idOf("kept"))).isLessThan(MEGABYTE);
        assertThat(used(GROUP)).isBetween(10L * MEGABYTE, 11L * MEGABYTE);
        assertThat(Btrfs.members(root, GROUP)).containsExactly(idOf("one"));
    }

    @Test
    void aGroupCanBeRemovedWhenTheCleanerHasGoneOverItsSubvolume() throws Exception {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        write("one/file", 10);
        long id = idOf("one");
        Btrfs.destroySubvolume(root, "one");

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.removeGroup(root, GROUP))
                .matches(e -> e.is(Errno.EBUSY));
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.removeGroup(root, id))
                .matches(e -> e.is(Errno.EBUSY));
        eventually(() -> used(GROUP) == 0);
        for (long member : Btrfs.members(root, GROUP)) {
            Btrfs.removeGroup(root, member); // Linux before 6.11 leaves it
        }
        Btrfs.removeGroup(root, GROUP);

        assertThat(Btrfs.groups(root, 1)).containsExactly(OTHER_GROUP);
        assertThat(Btrfs.groups(root, 0)).doesNotContain(id);
    }

    @Test
    void theGroupOfARemovedSubvolumeStaysWhileASnapshotSharesWhatItWrote() throws Exception {
        enableWithGroups();
        Btrfs.createSubvolume(root, "one", GROUP);
        write("one/file", 10);
        long id = idOf("one");
        try (FileHandle one = FileHandle.openDirectory(at("one"))) {
            Btrfs.snapshot(one, root, "kept", true);
        }
        Btrfs.destroySubvolume(root, "one");
        LoopFileSystem.run(List.of("btrfs", "subvolume", "sync", fs.root().toString()));

        assertThat(used(GROUP)).isGreaterThanOrEqualTo(10L * MEGABYTE);
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.removeGroup(root, id))
                .matches(e -> e.is(Errno.EBUSY));

        Btrfs.destroySubvolume(root, "kept");
        eventually(() -> used(GROUP) == 0);
        assertThat(Btrfs.members(root, GROUP)).containsExactly(id);
        Btrfs.removeGroup(root, id);
        Btrfs.removeGroup(root, GROUP);
        assertThat(Btrfs.groups(root, 1)).containsExactly(OTHER_GROUP);
    }
}
