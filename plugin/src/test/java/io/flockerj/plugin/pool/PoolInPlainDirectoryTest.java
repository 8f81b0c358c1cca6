package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.pool.TestingHost.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolInPlainDirectoryTest extends PoolContract {
    PoolInPlainDirectoryTest() {
        super(LoopFileSystem.Kind.EXT4);
    }

    private Path place() {
        return disk().root().resolve("srv/pool");
    }

    @Override
    String choice() {
        return "plain:" + place();
    }

    @Override
    void takeAway() throws IOException {
        Files.move(place(), disk().root().resolve("away"));
    }

    @Override
    void bringBack() throws IOException {
        Files.move(disk().root().resolve("away"), place());
    }

    @Test
    void anEmptyMountPointInThePoolsPlaceIsRefused() throws IOException {
        makePool();
        takeAway();
        Files.createDirectory(place());

        assertRefused(host(), choice(), "does not hold the pool", "mounted");

        assertThat(place()).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatHoldsSomethingElseIsRefused() throws IOException {
        Files.createDirectories(place());
        Files.writeString(place().resolve("precious"), "text");

        assertRefused(host(), choice(), "precious");

        assertThat(place().resolve("precious")).hasContent("text");
        assertThat(place().resolve(PoolRecord.FILE_NAME)).doesNotExist();
        assertThat(host().state().resolve(PoolRecord.FILE_NAME)).doesNotExist();
    }

    @Test
    void aSecondDaemonOnThePoolIsRefused() throws IOException {
        try (Daemon daemon = host().start(choice())) {
            assertRefused(host().another(), choice(), "another state directory");
            assertThat(daemon.pool().directory()).isDirectory();
        }
    }

    @Test
    void theStateDirectoryItselfIsRefused() {
        assertRefused(host(), "plain:" + host().state(), "state directory itself");
    }

    @Test
    void aKernelWithoutBtrfsGetsPlainDirectoriesAndNoPoolFile() throws IOException {
        Files.createDirectories(host().state());
        HostMedia media =
                new HostMedia(host().host(), new LoopDevices(Path.of("/dev"), Path.of("/sys")), proc -> false);

        assertThat(media.best())
                .isEqualTo(PoolChoice.parse("plain:" + host().state().resolve("pool")));
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> media.open(new PoolChoice.PoolFile(Optional.empty()), true, directory -> {}))
                .withMessageContaining("the kernel has no btrfs");
        assertThat(host().state()).isEmptyDirectory();
    }

    @Test
    void aHostFileSystemThatCannotReserveSpaceGetsPlainDirectories() throws IOException {
        Path old = Files.createDirectories(host().state());
        Path image = disk().root().resolve("image");
        LoopFileSystem.run(List.of("truncate", "-s", "64M", image.toString()));
        LoopFileSystem.run(List.of("mkfs.ext4", "-q", "-O", "^extents,^64bit", image.toString()));
        LoopFileSystem.run(List.of("mount", "-o", "loop", image.toString(), old.toString()));

        try (Daemon daemon = host().start("auto")) {
            assertThat(daemon.pool().driver().name()).isEqualTo("plain");
            assertThat(daemon.pool().directory()).isEqualTo(host().state().resolve("pool"));
        }

        assertThat(host().state().resolve(PoolFileMedium.FILE_NAME)).doesNotExist();
        LoopFileSystem.run(List.of("umount", old.toString()));
    }

    @Test
    void thePlainPoolThatWasChosenAutomaticallyIsAdoptedBeforeAFileIsMade() throws IOException {
        String automatic = "plain:" + host().state().resolve("pool");
        try (Daemon daemon = host().start(automatic)) {
            makeTree(daemon);
        }
        Files.delete(host().state().resolve(PoolRecord.FILE_NAME));

        try (Daemon daemon = host().start("auto")) {
            assertThat(file(daemon)).hasContent("text");
        }
        assertThat(host().state().resolve(PoolFileMedium.FILE_NAME)).doesNotExist();
    }

    @Test
    void sizesCannotBeLimited() throws IOException {
        try (Daemon daemon = host().start(choice())) {
            assertCount(false, daemon.pool());
        }
    }
}
