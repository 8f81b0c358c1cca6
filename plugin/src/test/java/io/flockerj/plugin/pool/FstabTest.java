package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class FstabTest {
    private LoopFileSystem disk;
    private Path root;

    @BeforeEach
    void makeHost() throws IOException {
        disk = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 1024);
        root = Files.createDirectories(disk.beside("host"));
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("dev"));
        Files.createDirectories(root.resolve("srv/my disk"));
        Files.writeString(root.resolve("etc/fstab"), """
                # a comment /srv
                UUID=1 / ext4 defaults 0 1
                UUID=2 none swap sw 0 0

                UUID=3\t/srv/my\\040disk  ext4 defaults,nofail 0 2
                UUID=4 /srvice ext4 defaults 0 2
                """);
    }

    @AfterEach
    void removeHost() throws IOException {
        disk.close();
    }

    private PoolOpener take(String state, String choice) throws IOException {
        PoolHost own = new TestingHost(disk).host();
        PoolHost below = new PoolHost(
                new HostRoot(root),
                Path.of(state),
                own.poolMount(),
                own.proc(),
                own.sys(),
                own.commands(),
                own.quotas(),
                own.takeOver(),
                own.takingLasts(),
                own.ids());
        return PoolOpener.take(below, PoolChoice.parse(choice));
    }

    @Test
    void noPoolIsMadeInAStateDirectoryWhoseDiskIsAbsent() throws IOException {
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> take("/srv/my disk/flockerj", "auto").close())
                .withMessageContaining("/srv/my disk is not mounted")
                .withMessageContaining("mount it, then disable the plugin with -f and enable it again");
        Files.createSymbolicLink(root.resolve("state"), Path.of("/srv/my disk"));
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> take("/state", "auto").close());
        assertThat(root.resolve("srv/my disk")).isEmptyDirectory();

        Mounts.bind(disk.root(), root.resolve("srv/my disk"));
        try (PoolOpener opener = take("/state", "auto");
                Pool pool = opener.open()) {
            assertThat(pool.description()).isEqualTo("file:/state/pool.btrfs");
        }
        Mounts.unmount(root.resolve("srv/my disk"));
    }

    @Test
    void noPoolIsMadeInADirectoryWhoseDiskIsAbsent() throws IOException {
        try (PoolOpener opener = take("/srv", "plain:/srv/my disk/pool")) {
            assertThatExceptionOfType(PoolException.class)
                    .isThrownBy(() -> opener.open().close())
                    .withMessageContaining("/etc/fstab");
        }
        assertThat(root.resolve("srv/my disk")).isEmptyDirectory();
    }

    @Test
    void otherMountPointsDoNotMatter() throws IOException {
        try (PoolOpener opener = take("/srv", "plain:/pool");
                Pool pool = opener.open()) {
            assertThat(pool.description()).isEqualTo("plain:/pool");
        }
        Files.writeString(root.resolve("etc/fstab"), "UUID=3 /srv ext4 defaults 0 2\n");

        take("/srv", "auto").close();
    }

    @Test
    void aMountPointElsewhereThatCannotBeLookedAtDoesNotMatter() throws IOException {
        Files.createSymbolicLink(root.resolve("loop"), Path.of("/loop"));
        Files.writeString(root.resolve("etc/fstab"), "server:/ /loop/disk nfs defaults 0 0\n");

        take("/srv", "auto").close();

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> take("/loop/disk/flockerj", "auto").close())
                .withMessageContaining("/loop/disk/flockerj of the host cannot be followed");
    }

    @Test
    void aMountPointMayBeWrittenByWayOfALink() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/srv"));
        Files.writeString(root.resolve("etc/fstab"), "UUID=3 /link/my\\040disk ext4 defaults 0 2\n");
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> take("/link/my disk/flockerj", "auto").close())
                .withMessageContaining("/link/my disk is not mounted");

        Mounts.bind(disk.root(), root.resolve("srv/my disk"));
        take("/link/my disk/flockerj", "auto").close();
        Mounts.unmount(root.resolve("srv/my disk"));
    }

    @Test
    void whoMountsAPoolsDirectoryIsToldToEnableThePluginAgain() throws IOException {
        Path directory = root.resolve("srv/pool");
        try (PoolOpener opener = take("/state", "plain:/srv/pool")) {
            opener.open().close();
            Files.move(directory, root.resolve("srv/away"));
            assertThatExceptionOfType(PoolException.class)
                    .isThrownBy(() -> opener.open().close())
                    .withMessageEndingWith("mount it, then disable the plugin with -f and enable it again");

            Files.createDirectory(directory);
            assertThatExceptionOfType(PoolException.class)
                    .isThrownBy(() -> opener.open().close())
                    .withMessageEndingWith("mount it, then disable the plugin with -f and enable it again");
        }
        assertThat(new HostRoot(Path.of("/")).afterMounting()).isEmpty();
    }
}
