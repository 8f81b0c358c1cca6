package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rig itself: it loses what nobody synced, and nothing else. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class PowerLossRigTest {
    private static final long SIZE = 512L << 20;
    private static final int BLOCK = 64 << 10;

    @TempDir
    Path temporary;

    private Path mounted;
    private RecordingDisk disk;

    @BeforeEach
    void makeDisk() throws IOException {
        Path mountPoint = Files.createDirectory(temporary.resolve("fuse"));
        mounted = Files.createDirectory(temporary.resolve("mounted"));
        disk = new RecordingDisk(mountPoint, Files.createDirectory(temporary.resolve("disk")), SIZE);
    }

    @AfterEach
    void takeDiskAway() throws IOException {
        disk.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void whatWasSyncedIsThereAndWhatWasNotMayBeLost(String type) throws IOException {
        Recorded recorded = writeSyncedAndUnsynced(type);
        PowerLoss loss = new PowerLoss(disk.log(), SIZE, temporary);

        assertThat(after(loss, Cut.lost(recorded.end()), type)).isEqualTo(new Seen(true, false));
        assertThat(after(loss, Cut.kept(recorded.end()), type).synced()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void whatWasSyncedSurvivesEveryCutAndEverySeed(String type) throws IOException {
        Recorded recorded = writeSyncedAndUnsynced(type);
        PowerLoss loss = new PowerLoss(disk.log(), SIZE, temporary);

        for (int position = recorded.synced(); position <= recorded.end(); position++) {
            for (long seed = 1; seed <= 3; seed++) {
                Cut cut = Cut.scrambled(position, seed);
                assertThat(after(loss, cut, type).synced()).as("%s", cut).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void whatWasSyncedIsLostWhenItsSyncsAreNotBelieved(String type) throws IOException {
        Recorded recorded = writeSyncedAndUnsynced(type);
        IntPredicate notThese = sync -> sync < recorded.start() || sync >= recorded.synced();
        PowerLoss loss = new PowerLoss(disk.log(), SIZE, temporary, notThese);

        assertThat(after(loss, Cut.lost(recorded.synced()), type).synced()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void writesInPlaceAreTornAtSectors(String type) throws IOException {
        makeFileSystem(type);
        int end;
        try (FileChannel channel =
                FileChannel.open(mounted.resolve("torn"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Images.write(channel, 0, filled('a'));
            channel.force(true);
            Images.write(channel, 0, filled('b'));
            channel.force(false);
            end = disk.mark();
        }
        Commands.here().run("umount", mounted.toString()).ok();
        int lastSync = disk.log().syncs(0, end).getLast();
        PowerLoss loss = new PowerLoss(disk.log(), SIZE, temporary);

        boolean torn = false;
        for (long seed = 1; seed <= 8; seed++) {
            byte[] found = onRebuilt(
                    loss, Cut.scrambled(lastSync, seed), type, root -> Files.readAllBytes(root.resolve("torn")));
            assertThat(found.length).isEqualTo(BLOCK);
            torn |= isTornAtSectors(found);
        }
        assertThat(torn).isTrue();
    }

    private record Recorded(int start, int synced, int end) {}

    private record Seen(boolean synced, boolean unsynced) {}

    /** Two files, one of them synced; the end is where the disk has both but promises only the one. */
    private Recorded writeSyncedAndUnsynced(String type) throws IOException {
        makeFileSystem(type);
        int start = disk.mark();
        write("synced", true);
        int synced = disk.mark();
        write("unsynced", false);
        int end = disk.mark();
        Commands.here().run("umount", mounted.toString()).ok();
        return new Recorded(start, synced, disk.log().syncs(end, disk.mark()).getFirst());
    }

    private void makeFileSystem(String type) throws IOException {
        Commands.here().run("mkfs." + type, "-q", disk.file().toString()).ok();
        Commands.here()
                .run("mount", "-o", "loop", disk.file().toString(), mounted.toString())
                .ok();
        Commands.here().run("sync", "-f", mounted.toString()).ok();
    }

    private void write(String name, boolean sync) throws IOException {
        try (FileChannel channel =
                FileChannel.open(mounted.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Images.write(channel, 0, filled('a'));
            if (sync) {
                channel.force(true);
            }
        }
        if (sync) {
            try (FileChannel directory = FileChannel.open(mounted)) {
                directory.force(true);
            }
        }
    }

    private Seen after(PowerLoss loss, Cut cut, String type) throws IOException {
        return onRebuilt(loss, cut, type, root -> new Seen(isComplete(root, "synced"), isComplete(root, "unsynced")));
    }

    private <T> T onRebuilt(PowerLoss loss, Cut cut, String type, Look<T> look) throws IOException {
        Path image = temporary.resolve("rebuilt.img");
        loss.rebuild(cut, image);
        Commands.here()
                .run("mount", "-t", type, "-o", "loop", image.toString(), mounted.toString())
                .ok();
        try {
            return look.at(mounted);
        } finally {
            Commands.here().run("umount", mounted.toString()).ok();
        }
    }

    private interface Look<T> {
        T at(Path root) throws IOException;
    }

    private static boolean isComplete(Path root, String name) throws IOException {
        Path file = root.resolve(name);
        return Files.exists(file)
                && Arrays.equals(Files.readAllBytes(file), filled('a').array());
    }

    private static boolean isTornAtSectors(byte[] content) {
        boolean torn = false;
        for (int at = 0; at < content.length; at += PowerLoss.SECTOR) {
            for (int i = at + 1; i < at + PowerLoss.SECTOR; i++) {
                assertThat(content[i])
                        .as("byte %s, in one sector with %s", i, at)
                        .isEqualTo(content[at]);
            }
            torn |= at % (8 * PowerLoss.SECTOR) != 0 && content[at] != content[at - 1];
        }
        return torn;
    }

    private static ByteBuffer filled(char with) {
        byte[] bytes = new byte[BLOCK];
        Arrays.fill(bytes, (byte) with);
        return ByteBuffer.wrap(bytes);
    }
}
