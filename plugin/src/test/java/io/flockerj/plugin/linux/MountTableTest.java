package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
    @TempDir
    Path directory;

    private MountTable table(String... lines) throws IOException {
        Path file = directory.resolve("mountinfo");
        Files.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        return MountTable.of(file);
    }

    private Mount only(String line) throws IOException {
        return table(line).mounts().getFirst();
    }

    private static int idAt(MountTable table, String path) {
        return table.at(Path.of(path)).map(Mount::id).orElse(0);
    }

    private static int idContaining(MountTable table, String path) {
        return table.containing(Path.of(path)).map(Mount::id).orElse(0);
    }

    @Test
    void readsAllOfALine() throws IOException {
        assertThat(only("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"))
                .isEqualTo(new Mount(
                        36,
                        35,
                        "98:0",
                        "/mnt1",
                        Path.of("/mnt2"),
                        OptionalInt.empty(),
                        OptionalInt.of(1),
                        "ext3",
                        "/dev/root",
                        List.of("rw", "errors=continue")));
    }

    @Test
    void readsALineWithoutTags() throws IOException {
        Mount mount = only("24 1 8:1 / / rw,relatime - btrfs /dev/sda1 rw,subvolid=256,subvol=/@");

        assertThat(mount.sharedGroup()).isEmpty();
        assertThat(mount.masterGroup()).isEmpty();
        assertThat(mount.superOptions()).containsExactly("rw", "subvolid=256", "subvol=/@");
    }

    @Test
    void readsSeveralTags() throws IOException {
        Mount mount = only("24 1 8:1 / /a rw shared:12 master:3 propagate_from:7 unbindable - ext4 /dev/sda1 rw");

        assertThat(mount.sharedGroup()).hasValue(12);
        assertThat(mount.masterGroup()).hasValue(3);
    }

    @Test
    void decodesOctalEscapesAndNothingElse() throws IOException {
        Mount mount = only("24 1 8:1 /a\\040b /c\\011d\\134e\\012f\\0989\\01 rw - ext4 /dev/x\\043y rw,dir=/a\\040b");

        assertThat(mount.root()).isEqualTo("/a b");
        assertThat(mount.mountPoint()).isEqualTo(Path.of("/c\td\\e\nf\\0989\\01"));
        assertThat(mount.source()).isEqualTo("/dev/x#y");
        assertThat(mount.superOptions()).containsExactly("rw", "dir=/a b");
    }

    @Test
    void keepsNamesThatAreNotText() throws IOException {
        Mount mount = only("24 1 8:1 / /a\u00FFb rw - ext4 /dev/sda1 rw");

        assertThat(RawPath.bytes(mount.mountPoint())).isEqualTo(new byte[] {'/', 'a', (byte) 0xFF, 'b'});
    }

    @Test
    void readsAnEmptySource() throws IOException {
        Mount mount = only("24 1 0:9 / /a rw - tmpfs  rw,size=1k");

        assertThat(mount.source()).isEmpty();
        assertThat(mount.superOptions()).containsExactly("rw", "size=1k");
    }

    @Test
    void keepsTheMarkOfARemovedRoot() throws IOException {
        assertThat(only("24 1 0:9 /volumes/a//deleted /a rw - btrfs /dev/loop0 rw")
                        .root())
                .isEqualTo("/volumes/a//deleted");
    }

    @Test
    void refusesALineThatItDoesNotUnderstand() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> table("24 1 8:1 / /ok rw - ext4 /dev/sda1 rw", "25 24 8:1 / /cut rw"))
                .withMessageContaining("'25 24 8:1 / /cut rw'")
                .withMessageContaining("mountinfo");
        assertThatIOException().isThrownBy(() -> table("x 1 8:1 / /ok rw - ext4 /dev/sda1 rw"));
        assertThatIOException().isThrownBy(() -> table("24 1 8:1 / relative rw - ext4 /dev/sda1 rw"));
    }

    @Test
    void findsTheTopmostOfStackedMounts() throws IOException {
        MountTable table = table(
                "24 1 8:1 / / rw - ext4 /dev/sda1 rw",
                "40 31 0:7 / /data rw - tmpfs third rw",
                "30 24 0:5 / /data rw - tmpfs first rw",
                "31 30 0:6 / /data rw - tmpfs second rw");

        assertThat(idAt(table, "/data")).isEqualTo(40);
        assertThat(idContaining(table, "/data/x")).isEqualTo(40);
    }

    @Test
    void aMountHiddenByAnotherIsNotFound() throws IOException {
        MountTable table = table(
                "24 1 8:1 / / rw - ext4 /dev/sda1 rw",
                "30 24 0:5 / /a rw - tmpfs hidden rw",
                "31 30 0:6 / /a/b rw - tmpfs hidden rw",
                "32 30 0:7 / /a rw - tmpfs over rw");

        assertThat(table.at(Path.of("/a/b"))).isEmpty();
        assertThat(idContaining(table, "/a/b/c")).isEqualTo(32);
        assertThat(table.mounts()).hasSize(4);
    }

    @Test
    void aPathInsideAMountIsNotAMountPoint() throws IOException {
        MountTable table = table(
                "24 24 8:1 / / rw - ext4 /dev/sda1 rw",
                "30 24 0:5 / /a rw - tmpfs x rw",
                "31 24 0:6 / /ab rw - tmpfs x rw");

        assertThat(table.at(Path.of("/a/b"))).isEmpty();
        assertThat(idContaining(table, "/ab/../a/./b")).isEqualTo(30);
        assertThat(idContaining(table, "/abc")).isEqualTo(24);
        assertThat(idAt(table, "/")).isEqualTo(24);
    }

    @Test
    void theRootMountThatCoversAnotherIsFound() throws IOException {
        MountTable table = table("1 1 0:2 / / rw - rootfs rootfs rw", "24 1 8:1 / / rw - ext4 /dev/sda1 rw");

        assertThat(idContaining(table, "/etc")).isEqualTo(24);
    }

    @Test
    void aTableWithoutItsRootMountStillKnowsWhatIsBelow() throws IOException {
        MountTable table = table("30 24 0:5 / /proc rw - proc proc rw", "31 30 0:5 / /proc/x rw - tmpfs x rw");

        assertThat(table.containing(Path.of("/etc"))).isEmpty();
        assertThat(idContaining(table, "/proc/1")).isEqualTo(30);
        assertThat(idAt(table, "/proc/x")).isEqualTo(31);
    }

    @Test
    void readsThatOfThisProcess() throws IOException {
        MountTable table = MountTable.self();

        assertThat(table.at(Path.of("/proc")))
                .hasValueSatisfying(mount -> assertThat(mount.fsType()).isEqualTo("proc"));
        assertThat(table.containing(Path.of("/proc/self"))).isEqualTo(table.at(Path.of("/proc")));
    }
}
