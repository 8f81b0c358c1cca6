package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.http.Eventually;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.pool.TestingHost.Daemon;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolInFileTest extends PoolContract {
    PoolInFileTest() {
        super(LoopFileSystem.Kind.EXT4);
    }

    private Path poolFile() {
        return host().state().resolve(PoolFileMedium.FILE_NAME);
    }

    @Override
    String choice() {
        return "file";
    }

    @Override
    void takeAway() throws IOException {
        Files.move(poolFile(), disk().root().resolve("away"));
    }

    @Override
    void bringBack() throws IOException {
        Files.move(disk().root().resolve("away"), poolFile());
    }

    private List<String> loops() throws IOException {
        return LoopFileSystem.run(List.of(
                        "losetup",
                        "--noheadings",
                        "--output",
                        "NAME",
                        "--associated",
                        poolFile().toString()))
                .lines()
                .toList();
    }

    @Test
    void isChosenOnAnOrdinaryFileSystemAndCountsWhatVolumesTake() throws IOException {
        try (Daemon daemon = host().start("auto")) {
            assertThat(daemon.pool().description()).isEqualTo("file:" + poolFile());
            assertCount(true, daemon.pool());
        }
    }

    @Test
    void quotasAreNotTurnedOnWhereTheyAreNotWanted() throws IOException {
        try (Daemon daemon = host().with(QuotaPolicy.OFF).start(choice())) {
            assertCount(false, daemon.pool());
        }
    }

    @Test
    void everyBlockOfTheFileIsReserved() throws IOException {
        makePool();

        try (FileHandle handle = FileHandle.openRead(poolFile())) {
            assertThat(handle.allocatedBytes()).isGreaterThanOrEqualTo(handle.size());
        }
    }

    @Test
    void theLoopDeviceThatVolumesHoldIsUsedAgainAndNeverASecond() throws IOException {
        Path volume = Files.createDirectory(disk().beside("volume"));
        List<String> first;
        try (Daemon daemon = host().start(choice())) {
            Mounts.bind(makeTree(daemon).resolveSibling("."), volume);
            first = loops();
        }
        assertThat(first).hasSize(1);
        assertThat(loops()).isEqualTo(first);

        try (Daemon daemon = host().start(choice())) {
            assertThat(loops()).isEqualTo(first);
            assertThat(file(daemon)).hasContent("text");
        }
        Mounts.unmount(volume);
    }

    @Test
    void theMountOfADaemonThatWasKilledIsUsedAgain() throws IOException {
        makePool();
        LoopFileSystem.run(List.of(
                "mount", "-o", "loop", poolFile().toString(), host().poolMount().toString()));
        List<String> first = loops();

        try (Daemon daemon = host().start(choice())) {
            assertThat(loops()).isEqualTo(first);
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void theLoopDeviceGoesWithItsLastUser() throws Exception {
        makePool();

        Eventually.eventually("the loop device is detached", () -> loops().isEmpty());
    }

    @Test
    void holesInTheFileAreFilled() throws Exception {
        makePool();
        LoopFileSystem.run(List.of("fallocate", "--dig-holes", poolFile().toString()));
        assertThat(hasHoles()).isTrue();

        try (Daemon daemon = host().start(choice())) {
            Eventually.eventually("the holes are filled", () -> !hasHoles());
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void whatIsTrimmedIsReservedAgain() throws Exception {
        try (Daemon daemon = host().start(choice())) {
            LoopFileSystem.run(List.of("fstrim", daemon.pool().directory().toString()));

            Eventually.eventually("the holes are filled", () -> !hasHoles());
        }
    }

    private boolean hasHoles() throws IOException {
        try (FileHandle handle = FileHandle.openRead(poolFile())) {
            return handle.allocatedBytes() < handle.size();
        }
    }

    @Test
    void aHostDiskThatIsFullGetsNoPoolAndNothingIsLeft() throws IOException {
        LoopFileSystem.run(List.of(
                "fallocate", "-l", "2300M", disk().root().resolve("filler").toString()));

        assertRefused(host(), choice(), "make room");

        assertNothingWasMade();
    }

    @Test
    void aFailedMkfsLeavesNothing() throws IOException {
        assertRefused(
                host().with((command, limit) -> new CommandRunner.Result(1, "out of order")), choice(), "out of order");
        assertNothingWasMade();

        assertThatIOException()
                .isThrownBy(() -> host().with((command, limit) -> {
                            throw new IOException("no such program");
                        })
                        .start(choice()));
        assertNothingWasMade();
    }

    private void assertNothingWasMade() throws IOException {
        try (var entries = Files.list(host().state())) {
            assertThat(entries.map(Path::getFileName).map(Path::toString)).containsExactly("lock");
        }
    }

    @Test
    void aFileThatWasHalfMadeIsMadeAnew() throws IOException {
        Files.createDirectories(host().state());
        Files.writeString(host().state().resolve(PoolFileMedium.FILE_NAME + DurableFile.TEMPORARY_SUFFIX), "half");

        makePool();

        assertThat(host().state().resolve(PoolFileMedium.FILE_NAME + DurableFile.TEMPORARY_SUFFIX))
                .doesNotExist();
    }

    @Test
    void aPoolFileThatIsALinkIsRefusedAndKept() throws IOException {
        Files.createDirectories(host().state());
        Files.createSymbolicLink(poolFile(), Path.of("elsewhere"));

        assertRefused(host(), choice(), "symbolic link", "'state'");
        assertRefused(host(), "auto", "symbolic link");
        assertThat(poolFile()).isSymbolicLink();
        Files.delete(poolFile());

        makePool();
        takeAway();
        Files.createSymbolicLink(poolFile(), disk().root().resolve("away"));
        assertRefused(host(), choice(), "symbolic link");
        Files.delete(poolFile());
        Files.createDirectory(poolFile());
        assertRefused(host(), choice(), "no regular file");
    }

    @Test
    void aFileThatComesWhileOneIsMadeIsKept() throws IOException {
        TestingHost slow = host().with((command, limit) -> {
            Files.writeString(poolFile(), "precious");
            return TestingHost.run(command, limit);
        });

        assertThatIOException().isThrownBy(() -> slow.start(choice()).close());

        assertThat(poolFile()).hasContent("precious");
    }

    @Test
    void aSecondNameThatItsMakingLeftBehindGoes() throws IOException {
        makePool();
        Path second = poolFile().resolveSibling(PoolFileMedium.FILE_NAME + DurableFile.TEMPORARY_SUFFIX);
        Files.createLink(second, poolFile());

        try (Daemon daemon = host().start(choice())) {
            assertThat(second).doesNotExist();
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void aFileThatIsNoFileSystemIsRefusedAndKept() throws IOException {
        Files.createDirectories(host().state());
        Files.writeString(poolFile(), "precious");

        assertRefused(host(), choice(), "holds no btrfs");
        assertRefused(host(), "auto", "holds no btrfs");

        assertThat(poolFile()).hasContent("precious");
    }

    @Test
    void howLargeTheFileMayGrowCanBeChanged() throws IOException {
        makePool();

        host().start("file:2G").close();
        assertThat(Files.readString(host().state().resolve(PoolRecord.FILE_NAME)))
                .contains("file:2G");
        host().start("auto").close();
        assertThat(Files.readString(host().state().resolve(PoolRecord.FILE_NAME)))
                .contains("file:2G");
        host().start("file").close();
        assertThat(Files.readString(host().state().resolve(PoolRecord.FILE_NAME)))
                .doesNotContain("2G");
    }

    @Test
    void aSmallFileIsAsLargeAsItMayBe() throws IOException {
        host().start("file:300M").close();

        assertThat(Files.size(poolFile())).isEqualTo(ByteSize.ofMebibytes(256).bytes());
    }

    @Test
    void theStateDirectoryMayBeALinkBelowTheHostsRoot() throws IOException {
        Path root = Files.createDirectory(disk().root().resolve("host"));
        Files.createDirectories(root.resolve("var/lib"));
        Files.createDirectories(root.resolve("dev"));
        Files.createDirectories(root.resolve("mnt/disk/flockerj"));
        Files.createSymbolicLink(root.resolve("var/lib/flockerj"), Path.of("/mnt/disk/flockerj"));
        PoolHost own = host().host();
        PoolHost below = new PoolHost(
                new HostRoot(root),
                Path.of("/var/lib/flockerj"),
                own.poolMount(),
                own.proc(),
                own.sys(),
                own.commands(),
                own.quotas(),
                own.takeOver(),
                own.takingLasts(),
                own.ids());

        for (int start = 0; start < 2; start++) {
            try (PoolOpener opener = PoolOpener.take(below, PoolChoice.parse("auto"));
                    Pool pool = opener.open()) {
                assertThat(pool.description()).isEqualTo("file:/var/lib/flockerj/pool.btrfs");
            }
        }

        assertThat(root.resolve("mnt/disk/flockerj/pool.btrfs")).isRegularFile();
        assertThat(Files.isSymbolicLink(root.resolve("var/lib/flockerj"))).isTrue();
    }
}
