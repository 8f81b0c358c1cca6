package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.OutOfSpace;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.VolumeName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said when a file system is full that something goes to. */
@Tag("root")
class FullPlacesTest {
    private static final int BYTES = 4 << 20;

    /** For records and names, which are not what does not fit. */
    private static final int LEFT = 1 << 20;

    @TempDir
    Path directory;

    private LoopFileSystem small;
    private TestingDaemon here;
    private Path nas;

    FullPlacesTest() throws IOException {
        small = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 64);
    }

    @BeforeEach
    void setUp() throws Exception {
        here = TestingDaemon.in(directory.resolve("here"));
        here.histories.create("db");
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(here.histories.tree("db").resolve("file"), bytes);
        nas = Files.createDirectory(directory.resolve("nas"));
    }

    @AfterEach
    void removeFileSystem() throws IOException {
        small.close();
    }

    private void fill() throws IOException {
        Path spare = small.root().resolve("spare");
        Files.write(spare, new byte[LEFT]);
        Throwable full = catchThrowable(() -> {
            try (OutputStream out = Files.newOutputStream(small.root().resolve("filler"))) {
                for (int i = 0; i < 100; i++) {
                    out.write(new byte[1 << 20]);
                }
            }
        });
        assertThat(full).hasMessageContaining("No space left on device");
        Files.delete(spare);
    }

    private static void assertThatNoRoomIsSaid(ThrowingCallable work, String remedy) {
        Throwable failure = catchThrowable(work);
        assertThat(failure).isNotNull();
        assertThat(OutOfSpace.message(failure).orElseThrow(() -> new AssertionError(failure)))
                .contains(remedy);
    }

    @Test
    void aPushToAFullDirectorySaysSoAndGoesOnWhenThereIsRoom() throws Exception {
        Path full = Files.createDirectory(small.root().resolve("nas"));
        here.add("full", full);
        fill();

        assertThatThrownBy(() -> here.push("db"))
                .hasMessageContaining("make room there")
                .isInstanceOfSatisfying(
                        RemoteException.class, e -> assertThat(e.reason()).isEqualTo(RemoteException.Reason.FULL));

        Files.delete(small.root().resolve("filler"));
        here.push("db");
        TestingDaemon there = TestingDaemon.in(directory.resolve("there"));
        there.add("nas", full);
        there.cloneOf("nas/db", "db");
        assertThat(there.histories.tree("db").resolve("file"))
                .hasSameBinaryContentAs(here.histories.tree("db").resolve("file"));
    }

    @Test
    void aRemoteThatHasNoRoomForItsBeginningIsRefusedAsThatAndAddedWhenThereIs() throws Exception {
        Path full = Files.createDirectory(small.root().resolve("nas"));
        fill();
        assertThat(catchThrowable(() -> Files.write(small.root().resolve("rest"), new byte[2 * LEFT])))
                .hasMessageContaining("No space left on device");

        assertThatThrownBy(() -> here.add("full", full))
                .hasMessageContaining("make room there")
                .isInstanceOfSatisfying(
                        RemoteException.class, e -> assertThat(e.reason()).isEqualTo(RemoteException.Reason.FULL));

        assertThat(here.remotes.list()).isEmpty();
        Files.delete(small.root().resolve("filler"));
        here.add("full", full);
    }

    @Test
    void aPushOfAVolumeOfAnotherDriverToAFullDirectorySaysSo() throws Exception {
        Path full = Files.createDirectory(small.root().resolve("nas"));
        here.add("full", full);
        Path data = Files.createDirectories(directory.resolve("volumes/pgdata/_data"));
        Files.copy(here.histories.tree("db").resolve("file"), data.resolve("file"));
        LocalVolumes.PushOrder order = new LocalVolumes.PushOrder(
                new LocalVolumes.Place("pgdata", "local", data, false, false),
                Optional.of("full"),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
        fill();

        assertThatThrownBy(() -> here.remotes.local().push(order, Progress.IGNORED))
                .hasMessageContaining("make room there")
                .isInstanceOfSatisfying(
                        RemoteException.class, e -> assertThat(e.reason()).isEqualTo(RemoteException.Reason.FULL));
    }

    @Test
    void aPullAndACloneIntoAFullPoolSaySo() throws Exception {
        TestingDaemon there = TestingDaemon.in(small.root().resolve("there"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.push("db");
        fill();

        assertThatNoRoomIsSaid(() -> there.cloneOf("nas/db", "db"), "make room");
    }

    @Test
    void aCopyAndAnImportIntoAFullPoolSaySo() throws Exception {
        TestingDaemon there = TestingDaemon.in(small.root().resolve("there"));
        there.histories.create("copy");
        there.histories.create("source");
        Files.copy(
                here.histories.tree("db").resolve("file"),
                there.histories.tree("source").resolve("file"));
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        files(here).tar("db@live", ZoneOffset.UTC, "").writeTo(tar, Progress.IGNORED);
        fill();

        assertThatNoRoomIsSaid(
                () -> files(there)
                        .copy("source@live", ZoneOffset.UTC, "file", new VolumeName("copy"), "", Progress.IGNORED),
                "fli trash empty");
        assertThatNoRoomIsSaid(
                () -> files(there)
                        .importTar(
                                new VolumeFiles.ImportOrder(
                                        new VolumeName("imported"), Map.of(), Optional.empty(), Optional.empty()),
                                new ByteArrayInputStream(tar.toByteArray()),
                                Progress.IGNORED),
                "fli trash empty");
    }

    private static VolumeFiles files(TestingDaemon daemon) {
        return daemon.histories.volumes().files();
    }
}
