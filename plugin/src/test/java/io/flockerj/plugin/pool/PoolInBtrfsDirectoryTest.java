package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.pool.TestingHost.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolInBtrfsDirectoryTest extends PoolContract {
    PoolInBtrfsDirectoryTest() {
        super(LoopFileSystem.Kind.BTRFS);
    }

    private Path place() {
        return disk().root().resolve("srv/pool");
    }

    @Override
    String choice() {
        return "btrfs:" + place();
    }

    @Override
    void takeAway() throws IOException {
        Files.move(place(), disk().root().resolve("away"));
    }

    @Override
    void bringBack() throws IOException {
        Files.move(disk().root().resolve("away"), place());
    }

    private Btrfs.QuotaMode mode() throws IOException {
        try (FileHandle top = FileHandle.openDirectory(disk().root())) {
            return Btrfs.quotaMode(Path.of("/sys"), Btrfs.info(top).fsid());
        }
    }

    @Test
    void isChosenWhereTheStateDirectoryIsOnBtrfs() throws IOException {
        try (Daemon daemon = host().start("auto")) {
            assertThat(daemon.pool().driver().name()).isEqualTo("btrfs");
            assertThat(daemon.pool().directory()).isEqualTo(host().state().resolve("pool"));
        }
    }

    @Test
    void aPoolFileOfWhichTheRecordWasLostIsAdoptedBeforeADirectoryIsMade() throws IOException {
        try (Daemon daemon = host().start("file:256M")) {
            makeTree(daemon);
        }
        Files.delete(host().state().resolve(PoolRecord.FILE_NAME));

        try (Daemon daemon = host().start("auto")) {
            assertThat(file(daemon)).hasContent("text");
        }
        assertThat(host().state().resolve("pool")).doesNotExist();
    }

    @Test
    void aPoolFileOnBtrfsIsOverwrittenInPlace() throws IOException {
        host().start("file:256M").close();

        assertThat(LoopFileSystem.run(List.of(
                        "lsattr",
                        host().state().resolve(PoolFileMedium.FILE_NAME).toString())))
                .startsWith("-")
                .containsPattern("^\\S*C");
    }

    @Test
    void theQuotasOfTheHostsFileSystemStayAsTheyAre() throws IOException {
        try (Daemon daemon = host().start(choice())) {
            assertCount(false, daemon.pool());
        }
        assertThat(mode()).isEqualTo(Btrfs.QuotaMode.OFF);

        try (Daemon daemon = host().with(QuotaPolicy.ON).start(choice())) {
            assertCount(true, daemon.pool());
        }
        assertThat(mode()).isEqualTo(Btrfs.QuotaMode.SIMPLE);

        try (Daemon daemon = host().with(QuotaPolicy.OFF).start(choice())) {
            assertCount(true, daemon.pool());
        }
        assertThat(mode()).isEqualTo(Btrfs.QuotaMode.SIMPLE);
    }

    @Test
    void fullQuotasAreLeftAloneAndRefusedWhereQuotasAreAskedFor() throws IOException {
        LoopFileSystem.run(List.of("btrfs", "quota", "enable", disk().root().toString()));

        try (Daemon daemon = host().start(choice())) {
            assertCount(false, daemon.pool());
        }
        assertRefused(host().with(QuotaPolicy.ON), choice(), "full quotas", "btrfs quota disable");
        assertThat(mode()).isEqualTo(Btrfs.QuotaMode.FULL);
    }

    @Test
    void quotasOfAFileSystemWhosePoolIsRefusedStayOff() throws IOException {
        Files.createDirectories(place());
        Files.writeString(place().resolve("precious"), "text");

        assertRefused(host().with(QuotaPolicy.ON), choice(), "precious");

        assertThat(mode()).isEqualTo(Btrfs.QuotaMode.OFF);
    }

    @Test
    void aDirectoryThatIsNotOnBtrfsIsRefusedAndNotMade() throws IOException {
        try (LoopFileSystem other = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 64)) {
            assertRefused(host(), "btrfs:" + other.root().resolve("deep/pool"), "not on btrfs", "mounted");

            assertThat(other.root().resolve("deep")).doesNotExist();
        }
    }

    @Test
    void aSecondDaemonOnThePoolIsRefused() throws IOException {
        try (Daemon daemon = host().start(choice())) {
            assertRefused(host().another(), choice(), "another state directory");
            assertThat(daemon.pool().directory()).isDirectory();
        }
    }
}
