package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class MountsTest {
    private LoopFileSystem fs;
    private Path source;
    private Path target;

    @BeforeEach
    void makeFileSystem() throws IOException {
        fs = LoopFileSystem.create(Kind.EXT4, 64);
        source = Files.createDirectory(fs.root().resolve("source"));
        Files.createFile(source.resolve("file"));
        target = Files.createDirectory(fs.beside("target"));
    }

    @AfterEach
    void removeFileSystem() throws IOException {
        fs.close();
    }

    private Mount atTarget() throws IOException {
        return MountTable.self().at(target).orElseThrow();
    }

    @Test
    void aBoundDirectoryAppearsAtBothPlaces() throws IOException {
        Mounts.bind(source, target);

        assertThat(target.resolve("file")).exists();
        assertThat(atTarget().root()).isEqualTo("/source");
        assertThat(atTarget().device())
                .isEqualTo(MountTable.self().at(fs.root()).orElseThrow().device());
    }

    @Test
    void mountsBelowTheSourceAreNotBound() throws IOException {
        Path below = Files.createDirectory(source.resolve("below"));
        Mounts.mount("none", below, "tmpfs", Set.of(), "");

        Mounts.bind(source, target);

        assertThat(MountTable.self().at(target.resolve("below"))).isEmpty();
    }

    @Test
    void aRemovedSourceIsMarkedInTheTable() throws IOException {
        Mounts.bind(source, target);
        Files.delete(source.resolve("file"));
        Files.delete(source);

        assertThat(atTarget().root()).isEqualTo("/source//deleted");
    }

    @Test
    void unmountingTakesTheTopmostOnly() throws IOException {
        Mounts.bind(source, target);
        Mounts.bind(fs.root(), target);

        Mounts.unmount(target);

        assertThat(atTarget().root()).isEqualTo("/source");
    }

    @Test
    void unmountingWhatIsInUseIsRefused() throws IOException {
        Mounts.bind(source, target);
        try (FileHandle file = FileHandle.openRead(target.resolve("file"))) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> Mounts.unmount(target))
                    .matches(e -> e.is(Errno.EBUSY));
            assertThat(file.size()).isZero();
        }
        Mounts.unmount(target);
        assertThat(MountTable.self().at(target)).isEmpty();
    }

    @Test
    void unmountingWhatIsNotMountedIsRefused() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Mounts.unmount(target))
                .withMessage("unmount " + target + ": Invalid argument (EINVAL)");
    }

    @Test
    void unmountingDoesNotFollowALink() throws IOException {
        Mounts.bind(source, target);
        Path link = Files.createSymbolicLink(fs.beside("link"), target);

        assertThatExceptionOfType(LinuxException.class).isThrownBy(() -> Mounts.unmount(link));
        assertThat(MountTable.self().at(target)).isPresent();
    }

    @Test
    void aPathThatIsNotTextIsMountedAndFound() throws IOException {
        byte[] name = {'/', 'n', (byte) 0xFF, ' ', '\\', '\n'};
        byte[] path = (target + new String(name, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        Path odd = Files.createDirectory(RawPath.of(path));
        Mounts.bind(source, odd);

        assertThat(MountTable.self().at(odd)).isPresent();
        assertThat(odd.resolve("file")).exists();

        Mounts.unmount(odd);
        assertThat(MountTable.self().at(odd)).isEmpty();
    }

    @Test
    void flagsAndOptionsReachTheKernel() throws IOException {
        Mounts.mount("made-up", target, "tmpfs", Set.of(MountFlag.NODEV, MountFlag.NOATIME), "size=64k,mode=700");

        assertThat(atTarget().source()).isEqualTo("made-up");
        assertThat(atTarget().superOptions()).contains("size=64k", "mode=700");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .containsPattern(" " + target + " rw,nodev,noatime ");
    }

    @Test
    void anUnknownKindOfFileSystemIsRefused() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Mounts.mount("none", target, "nonsense", Set.of(), ""))
                .withMessage("mount none on " + target + ": No such device (ENODEV)");
    }

    @Test
    void aReadOnlyBindKeepsItsOtherFlagsAndLeavesTheOriginalWritable() throws IOException {
        Mounts.mount("none", target, "tmpfs", Set.of(MountFlag.NODEV, MountFlag.NOSUID, MountFlag.NOEXEC), "");
        Path again = Files.createDirectory(fs.beside("again"));
        Mounts.bind(target, again);

        Mounts.remountReadOnlyBind(again);

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.createFile(again.resolve("x")))
                .withMessageContaining("Read-only");
        Files.createFile(target.resolve("x"));
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .containsPattern(" " + again + " ro,nosuid,nodev,noexec,relatime ");
    }

    @Test
    void mountsBelowASharedMountAreSharedAndBelowAPrivateOneAreNot() throws IOException {
        Mounts.bind(fs.root(), target);
        Path below = Files.createDirectory(target.resolve("below"));

        Mounts.makeShared(target);
        assertThat(atTarget().sharedGroup()).isPresent();
        Mounts.bind(source, below);
        assertThat(MountTable.self().at(below).orElseThrow().sharedGroup()).isPresent();
        Mounts.unmount(below);

        Path peer = Files.createDirectory(fs.beside("peer"));
        Mounts.bind(target, peer);
        Mounts.makePrivate(target);
        assertThat(atTarget().sharedGroup()).isEmpty();
        assertThat(atTarget().masterGroup()).isEmpty();
        Mounts.bind(source, below);
        assertThat(MountTable.self().at(below).orElseThrow().sharedGroup()).isEmpty();
    }
}
