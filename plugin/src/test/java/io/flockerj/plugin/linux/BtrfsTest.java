package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flockerj.plugin.linux.Btrfs.NestedSubvolume;
import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("root")
class BtrfsTest {
    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys");
    private static final long MEGABYTE = 1 << 20;
    private static final long TOP_LEVEL = 5;

    private static final String DEEP_NAME = "d".repeat(255);

    private LoopFileSystem fs;
    private FileHandle root;

    @BeforeEach
    void makeFileSystem() throws IOException {
        fs = LoopFileSystem.create(Kind.BTRFS, 256);
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

    private static void createIn(Path parent, String name) throws IOException {
        try (FileHandle directory = FileHandle.openDirectory(parent)) {
            Btrfs.createSubvolume(directory, name);
        }
    }

    private static long idOf(Path path) throws IOException {
        try (FileHandle handle = FileHandle.openRead(path)) {
            return Btrfs.subvolumeId(handle);
        }
    }

    private void snapshot(String source, String name, boolean readOnly) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(at(source))) {
            Btrfs.snapshot(handle, root, name, readOnly);
        }
    }

    private String superBlock(String field) throws IOException {
        String dump = LoopFileSystem.run(
                List.of("btrfs", "inspect-internal", "dump-super", fs.device().toString()));
        Matcher matcher =
                Pattern.compile("^" + field + "\\s+(\\S+)", Pattern.MULTILINE).matcher(dump);
        assertThat(matcher.find()).as(dump).isTrue();
        return matcher.group(1);
    }

    /** Of the last transaction that is on the disk: struct btrfs_super_block, at 64 KiB. */
    private long generationOnDisk() throws IOException {
        try (SeekableByteChannel device = Files.newByteChannel(fs.device())) {
            ByteBuffer generation = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            device.position(0x10000 + 0x48);
            device.read(generation);
            return generation.getLong(0);
        }
    }

    @Test
    void theKernelThatRunsTheseTestsSupportsIt() throws IOException {
        assertThat(Btrfs.supportedByKernel(PROC)).isTrue();
        Path bare = Files.createDirectory(fs.beside("proc"));
        Files.createFile(bare.resolve("filesystems"));
        assertThat(Btrfs.supportedByKernel(bare, "btrfs"))
                .as("asked of the kernel")
                .isTrue();
    }

    @Test
    void aSubvolumeIsRootOfItsOwnInodes() throws IOException {
        Btrfs.createSubvolume(root, "one");
        Files.createDirectory(at("one/directory"));
        Files.createFile(at("one/file"));
        Files.createSymbolicLink(at("link"), at("one"));

        assertThat(Btrfs.isSubvolumeRoot(at("one"))).isTrue();
        assertThat(Btrfs.isSubvolumeRoot(fs.root())).isTrue();
        assertThat(Btrfs.isSubvolumeRoot(at("one/directory"))).isFalse();
        assertThat(Btrfs.isSubvolumeRoot(at("link"))).isFalse();
        assertThat(idOf(fs.root())).isEqualTo(TOP_LEVEL);
        assertThat(idOf(at("one"))).isGreaterThanOrEqualTo(256);
        assertThat(idOf(at("one/file"))).isEqualTo(idOf(at("one/directory"))).isEqualTo(idOf(at("one")));
    }

    @Test
    void inode256OfAnotherFileSystemIsNoSubvolume() throws IOException {
        Path mount = Files.createDirectory(fs.beside("tmpfs"));
        Mounts.mount("none", mount, "tmpfs", Set.of(), "");
        Path found = mount;
        for (int i = 0; Inodes.identity(found).inode() != 256; i++) {
            assertThat(i).as("inodes tried").isLessThan(1000);
            found = Files.createDirectory(mount.resolve("d" + i));
        }

        assertThat(Btrfs.isSubvolumeRoot(found)).isFalse();
    }

    @Test
    void aLinkOfInode256ToASubvolumeIsNone() throws IOException {
        Path mount = Files.createDirectory(fs.beside("tmpfs"));
        Mounts.mount("none", mount, "tmpfs", Set.of(), "");
        Path link = Files.createSymbolicLink(mount.resolve("link"), fs.root());
        for (int i = 0; Statx.ofLink(link).inode() != 256; i++) {
            assertThat(i).as("inodes tried").isLessThan(1000);
            link = Files.createSymbolicLink(mount.resolve("link" + i), fs.root());
        }

        assertThat(Btrfs.isSubvolumeRoot(link)).isFalse();
    }

    @Test
    void aNameThatIsTakenIsRefused() throws IOException {
        Btrfs.createSubvolume(root, "one");

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.createSubvolume(root, "one"))
                .withMessage("create the subvolume " + fs.root() + "/one: File exists (EEXIST)");
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> snapshot("one", "one", false))
                .matches(e -> !e.is(Errno.EINVAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a\0b"})
    void onlySingleNamesAreTaken(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.createSubvolume(root, name));
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.snapshot(root, root, name, true));
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.destroySubvolume(root, name));
    }

    @Test
    void aNameOf255BytesIsTheLongest() throws IOException {
        Btrfs.createSubvolume(root, "é".repeat(127) + "x");

        assertThat(at("é".repeat(127) + "x")).isDirectory();
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.createSubvolume(root, "é".repeat(128)));
    }

    @Test
    void aSnapshotHoldsWhatWasThereAndNotWhatCameLater() throws IOException {
        Btrfs.createSubvolume(root, "one");
        Files.writeString(at("one/file"), "before");

        snapshot("one", "kept", true);
        snapshot("one", "clone", false);
        Files.writeString(at("one/file"), "after");
        Files.writeString(at("clone/new"), "written");

        assertThat(at("kept/file")).hasContent("before");
        assertThat(at("clone/file")).hasContent("before");
        assertThat(at("one/new")).doesNotExist();
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> FileHandle.openOrCreate(at("kept/new"), 0600))
                .matches(e -> e.is(Errno.EROFS));
    }

    @Test
    void removingASubvolumeTakesItsFiles() throws IOException {
        Btrfs.createSubvolume(root, "one");
        Files.createFile(at("one/file"));

        Btrfs.destroySubvolume(root, "one");

        assertThat(at("one")).doesNotExist();
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.destroySubvolume(root, "one"))
                .matches(e -> e.is(Errno.ENOENT));
    }

    @Test
    void aSubvolumeThatHoldsAnotherIsNotRemoved() throws IOException {
        Btrfs.createSubvolume(root, "one");
        createIn(at("one"), "inner");

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.destroySubvolume(root, "one"))
                .matches(e -> e.is(Errno.ENOTEMPTY));
    }

    @Test
    void anOrdinaryDirectoryIsNotRemovedAsASubvolume() throws IOException {
        Files.createDirectory(at("directory"));

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.destroySubvolume(root, "directory"))
                .matches(e -> e.is(Errno.EINVAL));
        assertThat(at("directory")).exists();
    }

    @Test
    void nestedSubvolumesAreFoundAndCanBeRemovedInTheirOrder() throws IOException {
        Btrfs.createSubvolume(root, "beside");
        createIn(at("beside"), "not this");
        Btrfs.createSubvolume(root, "one");
        Files.createDirectories(at("one/a/b"));
        createIn(at("one"), "x");
        createIn(at("one/a/b"), "y");
        Files.createDirectories(at("one/a/b/y/c"));
        createIn(at("one/a/b/y/c"), "z");
        createIn(at("one/a/b/y"), "w");

        List<NestedSubvolume> nested = Btrfs.nestedBelow(root, idOf(at("one")));

        assertThat(nested.stream().map(n -> RawPath.display(n.path())))
                .containsExactlyInAnyOrder("x", "a/b/y", "a/b/y/c/z", "a/b/y/w");
        for (NestedSubvolume one : nested) {
            Path path = at("one").resolve(RawPath.display(one.path()));
            assertThat(one.id()).isEqualTo(idOf(path));
            assertThat(one.parentId()).isEqualTo(idOf(path.resolve("..")));
        }
        for (NestedSubvolume one : nested) {
            Btrfs.destroySubvolume(root, one.id());
        }
        Btrfs.destroySubvolume(root, "one");
        assertThat(at("beside/not this")).exists();
        assertThat(at("one")).doesNotExist();
    }

    @Test
    void aSubvolumeWithoutOthersHasNothingBelow() throws IOException {
        Btrfs.createSubvolume(root, "one");

        assertThat(Btrfs.nestedBelow(root, idOf(at("one")))).isEmpty();
    }

    @Test
    void moreNestedSubvolumesThanFitIntoOneAnswerAreAllFound() throws IOException {
        Btrfs.createSubvolume(root, "one");
        int many = 700;
        try (FileHandle one = FileHandle.openDirectory(at("one"))) {
            for (int i = 0; i < many; i++) {
                Btrfs.createSubvolume(one, "a-name-that-takes-some-room-in-the-answer".repeat(3) + i);
            }
        }

        assertThat(Btrfs.nestedBelow(root, idOf(at("one"))).stream()
                        .map(NestedSubvolume::id)
                        .distinct())
                .hasSize(many);
    }

    @Test
    void aNestedSubvolumeBelowNamesThatAreNotTextHasTheirBytes() throws IOException {
        byte[] name = {'n', (byte) 0xFF};
        byte[] path = (fs.root() + "/n\u00FF").getBytes(StandardCharsets.ISO_8859_1);
        Path odd = Files.createDirectory(RawPath.of(path));
        createIn(odd, "x");

        assertThat(Btrfs.nestedBelow(root, TOP_LEVEL))
                .singleElement()
                .satisfies(one -> assertThat(one.path()).startsWith(name).endsWith('/', 'x'));
    }

    /** Makes directories of the longest names within each other, and answers the innermost. */
    private static FileHandle deepDirectory(Path start, int depth) throws IOException {
        FileHandle directory = FileHandle.openDirectory(start);
        for (int i = 0; i < depth; i++) {
            Files.createDirectory(Path.of("/proc/self/fd/" + directory.fd(), DEEP_NAME));
            FileHandle next = directory.openDirectoryAt(DEEP_NAME.getBytes(StandardCharsets.US_ASCII));
            directory.close();
            directory = next;
        }
        return directory;
    }

    @Test
    void nestedSubvolumesDeeperThanPathsCanTellAreFoundAndRemoved() throws IOException {
        Btrfs.createSubvolume(root, "one");
        try (FileHandle directory = deepDirectory(at("one"), 18)) {
            Btrfs.createSubvolume(directory, "deep");
            try (FileHandle deep = directory.openDirectoryAt(new byte[] {'d', 'e', 'e', 'p'})) {
                Btrfs.createSubvolume(deep, "inner");
            }
        }

        List<NestedSubvolume> nested = Btrfs.nestedBelow(root, idOf(at("one")));

        assertThat(nested.stream().map(n -> RawPath.display(n.path())))
                .containsExactly((DEEP_NAME + "/").repeat(18) + "deep/inner", (DEEP_NAME + "/").repeat(18) + "deep");
        try (FileHandle one = FileHandle.openDirectory(at("one"))) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(
                            () -> Btrfs.destroySubvolume(one, nested.getFirst().id()))
                    .matches(e -> e.is(Errno.ENAMETOOLONG));
            for (NestedSubvolume each : nested) {
                Btrfs.destroyNested(one, each);
            }
        }
        assertThat(Btrfs.nestedBelow(root, TOP_LEVEL)).hasSize(1);
        Btrfs.destroySubvolume(root, "one");
    }

    @Test
    void aNestedSubvolumeThatTookAnothersPlaceIsNotRemovedForIt() throws IOException {
        try (FileHandle directory = deepDirectory(fs.root(), 18)) {
            Btrfs.createSubvolume(directory, "deep");
            NestedSubvolume found = Btrfs.nestedBelow(root, TOP_LEVEL).getFirst();
            Path place = Path.of("/proc/self/fd/" + directory.fd());
            Files.move(place.resolve("deep"), place.resolve("moved"));
            Btrfs.createSubvolume(directory, "deep");

            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> Btrfs.destroyNested(root, found))
                    .matches(e -> e.is(Errno.ESTALE));
        }
        assertThat(Btrfs.nestedBelow(root, TOP_LEVEL)).hasSize(2);
    }

    @Test
    void anOrdinaryNestedSubvolumeIsRemoved() throws IOException {
        Btrfs.createSubvolume(root, "one");

        Btrfs.destroyNested(root, Btrfs.nestedBelow(root, TOP_LEVEL).getFirst());

        assertThat(at("one")).doesNotExist();
    }

    @Test
    void infoIsThatOfTheSuperBlock() throws IOException {
        Btrfs.FsInfo info = Btrfs.info(root);

        assertThat(info.fsid()).hasToString(superBlock("fsid"));
        assertThat(info.deviceCount()).isEqualTo(1);
        assertThat(info.nodeSize()).isEqualTo(Integer.parseInt(superBlock("nodesize")));
        assertThat(info.sectorSize()).isEqualTo(Integer.parseInt(superBlock("sectorsize")));
        assertThat(generationOnDisk()).isEqualTo(Long.parseLong(superBlock("generation")));
        assertThat(info.generation()).isGreaterThanOrEqualTo(generationOnDisk());
    }

    @Test
    void aSubvolumeIsOnTheDiskAfterACommit() throws IOException {
        for (int i = 0; i < 20; i++) {
            Btrfs.commit(root);
            long before = generationOnDisk();

            Btrfs.createSubvolume(root, "one" + i);
            Btrfs.commit(root);

            assertThat(generationOnDisk()).isGreaterThan(before);
        }
        Btrfs.commit(root); // with nothing to do
    }

    @Test
    void commitsBesideOtherCommitsAndSyncsComeToAnEnd() throws Exception {
        List<Callable<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            String name = "caller" + caller;
            callers.add(() -> {
                for (int i = 0; i < 60; i++) {
                    Btrfs.createSubvolume(root, name + "-" + i);
                    try (FileHandle subvolume = FileHandle.openDirectory(at(name + "-" + i))) {
                        Btrfs.commit(subvolume);
                    }
                    Files.writeString(at(name + ".new"), "written");
                    try (FileHandle file = FileHandle.openReadWrite(at(name + ".new"))) {
                        file.sync();
                    }
                    Files.move(at(name + ".new"), at(name), StandardCopyOption.REPLACE_EXISTING);
                    root.sync();
                }
                return null;
            });
        }
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (Future<Void> done : threads.invokeAll(callers, 20, TimeUnit.SECONDS)) {
                assertThat(done.isCancelled()).as("late").isFalse();
                done.get();
            }
        }
    }

    @Test
    void aSubvolumeAndItsRemovalAreOnTheDiskAfterASyncOfTheParent() throws IOException {
        Btrfs.commit(root);
        long start = generationOnDisk();

        Btrfs.createSubvolume(root, "one");
        root.sync();
        long created = generationOnDisk();
        Btrfs.destroySubvolume(root, "one");
        root.sync();

        assertThat(created).isGreaterThan(start);
        assertThat(generationOnDisk()).isGreaterThan(created);
    }

    @Test
    void aSnapshotIsOnTheDiskWhenItIsThere() throws IOException {
        Btrfs.createSubvolume(root, "one");
        Btrfs.commit(root);
        long before = generationOnDisk();

        snapshot("one", "kept", true);

        assertThat(generationOnDisk()).isGreaterThan(before);
    }

    @Test
    void growsAndShrinks() throws IOException {
        try (FileHandle image = FileHandle.openReadWrite(fs.image())) {
            image.truncate(512 * MEGABYTE);
        }
        new LoopDevices(Path.of("/dev"), SYS).refreshCapacity(fs.device());

        Btrfs.resize(root, 1, 512 * MEGABYTE);
        assertThat(FileSystemStat.of(fs.root()).totalBytes()).isEqualTo(512 * MEGABYTE);

        Btrfs.resize(root, 1, 300 * MEGABYTE + 1);
        assertThat(FileSystemStat.of(fs.root()).totalBytes()).isEqualTo(300 * MEGABYTE);

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Btrfs.resize(root, 1, 600 * MEGABYTE))
                .matches(e -> e.is(Errno.EFBIG));
    }

    @Test
    void spaceIsToldByKindAndAgreesWithTheCounters() throws IOException {
        Files.write(at("file"), new byte[4 << 20]);
        LoopFileSystem.run(List.of("sync", "-f", fs.root().toString()));

        List<Btrfs.SpaceInfo> spaces = Btrfs.spaceInfo(root);
        Btrfs.Allocation data = Btrfs.allocation(SYS, Btrfs.info(root).fsid(), "data");
        Btrfs.Allocation metadata = Btrfs.allocation(SYS, Btrfs.info(root).fsid(), "metadata");

        assertThat(spaces).filteredOn(Btrfs.SpaceInfo::isData).singleElement().satisfies(space -> {
            assertThat(space.used()).isEqualTo(4 << 20).isEqualTo(data.used());
            assertThat(space.total()).isEqualTo(data.total());
        });
        assertThat(spaces)
                .filteredOn(Btrfs.SpaceInfo::isMetadata)
                .singleElement()
                .satisfies(space -> assertThat(space.total()).isEqualTo(metadata.total()));
        assertThat(metadata.diskTotal()).as("duplicated").isEqualTo(2 * metadata.total());
    }
}
