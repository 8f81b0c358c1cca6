package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.LoopFileSystem.Kind;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Plain directories on ext4, and subvolumes of a btrfs; other processes in mount namespaces of their own. */
@Tag("root")
@ParameterizedClass
@EnumSource(
        value = Kind.class,
        names = {"EXT4", "BTRFS"})
class MountTableUseCheckTest {
    private static final VolumeName DB = new VolumeName("db");

    @Parameter
    Kind kind = Kind.EXT4;

    private final List<OtherNamespace> others = new ArrayList<>();
    private LoopFileSystem fileSystem;
    private StorageDriver driver;
    private NarrowProc proc;
    private Path directory;
    private Path elsewhere;
    private BindMounts mounts;
    private UseCheck useCheck;
    private Path tree;

    @BeforeEach
    void setUp() throws IOException {
        fileSystem = LoopFileSystem.create(kind, 128);
        driver = kind == Kind.BTRFS ? new BtrfsDriver(fileSystem.root()) : new PlainDriver(fileSystem.root());
        proc = new NarrowProc(fileSystem.beside("proc"));
        directory = RealMounts.sharedDirectory(fileSystem.beside("mounts"));
        elsewhere = Files.createDirectory(fileSystem.beside("elsewhere"));
        mounts = new BindMounts(directory);
        useCheck = new MountTableUseCheck(proc.path(), directory);
        tree = tree(1);
    }

    @AfterEach
    void tearDown() throws IOException {
        for (OtherNamespace other : others) {
            other.close();
        }
        fileSystem.close();
    }

    private Path tree(int number) throws IOException {
        TreeId tree = new TreeId(new RandomId(String.format("%032x", number)));
        driver.create(tree, VolumeOptions.NONE.treeSpec(new SpaceAccount(number)));
        Files.writeString(driver.path(tree).resolve("file"), "tree " + number);
        Files.createDirectory(driver.path(tree).resolve("below"));
        return driver.path(tree);
    }

    private OtherNamespace other(String propagation) throws IOException {
        OtherNamespace other = new OtherNamespace(propagation);
        others.add(other);
        proc.show(other.pid());
        return other;
    }

    private List<String> others() throws IOException {
        return useCheck.otherUsers(DB, tree);
    }

    private static String user(OtherNamespace other, Path place) {
        return "sh (pid " + other.pid() + ") at " + place;
    }

    private static String self(Path place) {
        return "java (pid " + ProcessHandle.current().pid() + ") at " + place;
    }

    @Test
    void nobodyUsesWhatIsNotMounted() throws IOException {
        other("private");

        assertThat(useCheck.users(tree)).isEmpty();
        assertThat(others()).isEmpty();
    }

    @Test
    void theDaemonsOwnMountCountsOnlyWhenEverybodyIsAskedFor() throws IOException {
        Path point = mounts.attach(DB, tree);

        assertThat(useCheck.users(tree)).containsExactly(self(point));
        assertThat(others()).isEmpty();
        assertThat(useCheck.otherUsers(new VolumeName("web"), tree)).containsExactly(self(point));
    }

    @Test
    void aBindElsewhereInOurOwnNamespaceCounts() throws IOException {
        Path point = mounts.attach(DB, tree);
        Mounts.bind(point, elsewhere);

        assertThat(others()).containsExactly(self(elsewhere));

        Mounts.makePrivate(elsewhere);
        assertThat(others()).containsExactly(self(elsewhere));
        mounts.detach(DB);
        assertThat(others()).containsExactly(self(elsewhere));
    }

    @Test
    void aPrivateCopyInAnotherNamespaceCounts() throws IOException {
        Path point = mounts.attach(DB, tree);
        OtherNamespace other = other("private");

        assertThat(others()).containsExactly(user(other, point));

        mounts.detach(DB);
        other.close();
        assertThat(others()).isEmpty();
    }

    @Test
    void aCopyThatGoesWithOurMountDoesNotCount() throws IOException {
        OtherNamespace before = other("slave");
        Path point = mounts.attach(DB, tree);
        OtherNamespace after = other("slave");
        OtherNamespace peer = other("unchanged");
        for (OtherNamespace each : List.of(before, after, peer)) {
            assertThat(each.run("cat " + point + "/file")).isEqualTo("tree 1");
        }

        assertThat(others()).isEmpty();

        assertThat(mounts.detach(DB)).isTrue();
        assertThat(useCheck.users(tree)).isEmpty();
    }

    @Test
    void aCopyTwoStepsAwayDoesNotCount() throws IOException {
        OtherNamespace first = other("slave");
        first.run("mount --make-rshared /");
        String pid = first.run("unshare --mount --propagation slave sleep 1000 >/dev/null & echo $!");
        proc.show(Long.parseLong(pid));
        Path point = mounts.attach(DB, tree);
        assertThat(first.run("cat /proc/" + pid + "/root" + point + "/file")).isEqualTo("tree 1");

        List<String> users = others();
        boolean isUnmounted = mounts.detach(DB);
        List<String> left = useCheck.users(tree);
        first.run("kill " + pid);

        assertThat(users).isEmpty();
        assertThat(isUnmounted).isTrue();
        assertThat(left).isEmpty();
    }

    @Test
    void whatAContainerMadeOfItsCopyCountsThoughItReceivesFromOurs() throws IOException {
        OtherNamespace container = other("slave");
        Path point = mounts.attach(DB, tree);
        container.run("mount --bind " + point + " " + elsewhere);

        assertThat(others()).containsExactly(user(container, elsewhere));

        assertThat(mounts.detach(DB)).isTrue();
        assertThat(others()).containsExactly(user(container, elsewhere));
        container.run("umount " + elsewhere);
        assertThat(others()).isEmpty();
    }

    @Test
    void aDirectoryOrAFileOfTheTreeCounts() throws IOException {
        Path point = mounts.attach(DB, tree);
        OtherNamespace container = other("slave");
        container.run("mount --bind " + point + "/below " + elsewhere);
        assertThat(others()).containsExactly(user(container, elsewhere));
        container.run("umount " + elsewhere);

        Path file = Files.createFile(fileSystem.beside("a-file"));
        container.run("mount --bind " + point + "/file " + file);
        assertThat(others()).containsExactly(user(container, file));
    }

    @Test
    void otherTreesAndThePoolAroundThemDoNotCount() throws IOException {
        OtherNamespace container = other("private");
        Path second = tree(2);
        Path longer = Files.createDirectory(fileSystem.root().resolve(tree.getFileName() + "0"));
        for (Path place : List.of(second, longer, fileSystem.root())) {
            container.run("mount --bind " + place + " " + elsewhere);
        }

        assertThat(useCheck.users(tree)).isEmpty();
        assertThat(useCheck.users(second)).containsExactly(user(container, elsewhere));
    }

    @Test
    void aTreeThatWasDeletedUnderAMountIsStillUsed() throws IOException {
        OtherNamespace container = other("private");
        container.run("mount --bind " + tree + " " + elsewhere);
        driver.destroy(new TreeId(new RandomId(tree.getFileName().toString())));

        assertThat(useCheck.users(tree)).containsExactly(user(container, elsewhere));
    }

    @Test
    void theDirectoryOfMountsMayBeGivenBySymbolicLink() throws IOException {
        Path link = Files.createSymbolicLink(fileSystem.beside("link"), directory);
        BindMounts throughLink = new BindMounts(link);
        throughLink.attach(DB, tree);

        assertThat(new MountTableUseCheck(proc.path(), link).otherUsers(DB, tree))
                .isEmpty();
        assertThat(throughLink.detach(DB)).isTrue();
    }

    @Test
    void ourMountUnderAnotherIsStillOurs() throws IOException {
        Path point = mounts.attach(DB, tree);
        Mounts.bind(tree, point);

        assertThat(others()).isEmpty();
    }

    @Test
    void aMountThatTookThePlaceOfOursIsNoUseOfTheVolume() throws IOException {
        Path point = mounts.attach(DB, tree);
        OtherNamespace container = other("private");
        Path second = tree(2);
        Mounts.unmount(point);
        Mounts.bind(second, point);

        assertThat(others()).containsExactly(user(container, point));
        container.run("umount " + point);
        assertThat(others()).isEmpty();
        assertThat(useCheck.users(tree)).isEmpty();
        assertThat(useCheck.users(second)).containsExactly(self(point));
    }

    @Test
    void theSamePathOnAnotherFileSystemDoesNotCount() throws IOException {
        try (LoopFileSystem another = LoopFileSystem.create(kind, 128)) {
            Path same = Files.createDirectory(another.root().resolve(tree.getFileName()));
            Mounts.bind(same, elsewhere);

            assertThat(useCheck.users(tree)).isEmpty();
            assertThat(useCheck.users(same)).containsExactly(self(elsewhere));
            Mounts.unmount(elsewhere);
        }
    }

    @Test
    void copiesOfADirectoryThatIsNotSharedCount() throws IOException {
        Path unshared = Files.createDirectory(fileSystem.beside("unshared"));
        BindMounts there = new BindMounts(unshared);
        useCheck = new MountTableUseCheck(proc.path(), unshared);
        Path point = there.attach(DB, tree);
        assertThat(others()).isEmpty();

        OtherNamespace container = other("slave");
        assertThat(others()).containsExactly(user(container, point));
        // The copy is not told of the unmount, but goes with the directory that it is on.
        assertThat(there.detach(DB)).isTrue();
        assertThat(others()).isEmpty();
    }

    @Test
    void whatSomebodyElseMountsInTheSharedDirectoryCounts() throws IOException {
        Path point = mounts.attach(DB, tree);
        Path foreign = Files.createDirectory(directory.resolve("foreign"));
        Mounts.bind(tree, foreign);
        assertThat(others()).containsExactly(self(foreign));
        Mounts.unmount(foreign);

        OtherNamespace container = other("slave");
        container.run("mount --bind " + tree + " " + foreign);
        assertThat(others()).containsExactly(user(container, foreign));
        container.run("umount " + foreign);
        assertThat(others()).isEmpty();

        container.run("mount --bind " + tree + " " + point);
        assertThat(others()).containsExactly(user(container, point));
    }

    @Test
    void everyProcessOfTheHostIsAsked() throws IOException {
        OtherNamespace container = new OtherNamespace("private");
        others.add(container);
        container.run("mount --bind " + tree + " " + elsewhere);

        assertThat(new MountTableUseCheck(Path.of("/proc"), directory).users(tree))
                .containsExactly(user(container, elsewhere));
    }
}
