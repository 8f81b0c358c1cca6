package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.MoreExecutors;
import io.flockerj.plugin.history.InvalidRefException;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.InvalidOptionException;
import io.flockerj.plugin.volume.PoolRefusalException;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.TestingHistories;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool knows of remotes. */
class PoolRemotesTest {
    @TempDir
    Path directory;

    private TestingHistories histories;

    @BeforeEach
    void setUp() throws Exception {
        histories = TestingHistories.in(Files.createDirectory(directory.resolve("pool")));
    }

    @Test
    void aPoolWithoutRemotesGetsNoDirectoriesForThem() throws Exception {
        PoolRemotes remotes = load();

        assertThat(remotes.list()).isEmpty();
        assertThat(histories.directory().resolve("remotes")).doesNotExist();
        assertThat(histories.directory().resolve("tracking")).doesNotExist();
    }

    @Test
    void aRemoteIsRememberedByTheNextDaemon() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        load().add("nas", "file://" + nas, Map.of(), Optional.empty());

        assertThat(load().list())
                .singleElement()
                .satisfies(remote -> assertThat(remote.name()).isEqualTo("nas"));
    }

    @Test
    void whatIsOnlyRememberedForSpeedKeepsNoPoolFromOpening() throws Exception {
        Files.deleteIfExists(histories.directory().resolve("cache"));
        Files.writeString(histories.directory().resolve("cache"), "no directory");

        assertThat(load().list()).isEmpty();
    }

    @Test
    void whatAPushHasToSayOfItsSnapshotsIsTold() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        TestingDaemon daemon = new TestingDaemon(histories);
        daemon.add("nas", nas);
        histories.create("db");
        String first = histories.snapshot("db").id().abbreviated();
        histories.write("db", "file", "content");
        String second = histories.snapshot("db").id().abbreviated();

        Remotes.Pushed pushed = daemon.push("db@" + second);

        assertThat(pushed.remarks())
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith(second + ": Everything was read")
                .doesNotContain(first);
    }

    @Test
    void whatThePoolHasNoRoomForIsRefusedBeforeItIsBrought() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        TestingDaemon here = TestingDaemon.in(directory.resolve("here"));
        TestingDaemon there = new TestingDaemon(histories);
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        here.histories.write("db", "large", "x".repeat(1_000_000));
        here.push("db");
        histories.room(1_000_000);

        assertThatThrownBy(() -> there.cloneOf("nas/db", "db"))
                .isInstanceOf(PoolRefusalException.class)
                .hasMessageContaining("from nas needs")
                .hasMessageContaining("has room for")
                .hasMessageContaining("fli trash empty");
        assertThat(histories.volumes().list()).isEmpty();
        assertThat(histories.trees()).isZero();

        histories.room(1_010_000);
        there.cloneOf("nas/db", "db");
        here.histories.write("db", "small", "y");
        here.push("db");
        histories.room(10_000);
        assertThat(there.pull("db").snapshots()).as("an increment").hasSize(1);
    }

    @Test
    void aVolumeTellsWhereItCameFromAndGoesWhereItWasToGo() throws Exception {
        TestingDaemon here = TestingDaemon.in(directory.resolve("here"));
        TestingDaemon there = new TestingDaemon(histories);
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("other", Files.createDirectory(directory.resolve("other")));
        there.add("nas", nas);
        here.histories.create("db");
        here.push("db");

        there.cloneOf("nas/db", "copy", Map.of("remote", "other"));

        assertThat(histories.volumes().get(new VolumeName("copy")).orElseThrow().options())
                .isEqualTo(Map.of("from", "nas/db", "remote", "other"));
        assertThat(histories.volumes().get(new VolumeName("copy")).orElseThrow().status())
                .containsEntry("from", "nas/db")
                .containsEntry("remote", "other");
        assertThat(there.push("copy").remote()).isEqualTo("other");
        assertThatThrownBy(() -> there.cloneOf("nas/db", "third", Map.of("remote", "otter")))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("there is no remote otter");
        assertThatThrownBy(() -> there.cloneOf("nas/db", "third", Map.of("uid", "7")))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void aPushThatReadsEverythingForSomethingThereIsLostSaysSo() throws Exception {
        TestingDaemon here = new TestingDaemon(histories);
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        histories.create("db");
        histories.write("db", "large", "x".repeat(100_000));
        assertThat(here.push("db").remarks()).isEmpty();
        List<Path> packs;
        try (Stream<Path> files = Files.walk(nas)) {
            packs = files.filter(
                            file -> Files.isRegularFile(file) && file.toString().contains("/packs/"))
                    .toList();
        }
        assertThat(packs).isNotEmpty();
        for (Path pack : packs) {
            Files.delete(pack);
        }
        histories.write("db", "small", "y");

        Remotes.Pushed pushed = here.push("db");

        assertThat(pushed.remarks()).singleElement().asString().contains("all of it was read", "fli check");
    }

    @Test
    void aCloneThatIsBegunAgainIsDoneIfItsVolumeIsThere() throws Exception {
        TestingDaemon here = TestingDaemon.in(directory.resolve("here"));
        TestingDaemon there = new TestingDaemon(histories);
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        here.push("db");
        Remotes.Pulled first = there.cloneOf("nas/db", "copy", Map.of("remote", "nas"));

        Remotes.Pulled again = there.cloneAgain("nas/db", "copy", Map.of("remote", "nas"));

        assertThat(again.snapshot()).isEqualTo(first.snapshot());
        assertThat(again.volumeset()).isEqualTo(first.volumeset());
        assertThat(again.volume()).contains("copy");
        assertThatThrownBy(() -> there.cloneAgain("nas/db@main", "copy", Map.of()))
                .isInstanceOf(VolumeConflictException.class);
        assertThatThrownBy(() -> there.cloneOf("nas/db", "copy", Map.of("remote", "nas")))
                .isInstanceOf(VolumeConflictException.class);
        assertThat(there.cloneAgain("nas/db", "other", Map.of()).volume()).contains("other");
    }

    @Test
    void aTimeNamesTheNewestSnapshotThereThatIsNotYounger() throws Exception {
        TestingDaemon here = TestingDaemon.in(directory.resolve("here"));
        TestingDaemon there = new TestingDaemon(histories);
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        List<Snapshot> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            here.histories.write("db", "file", "content " + i);
            taken.add(here.histories.snapshot("db"));
        }
        here.push("db@" + taken.get(1).id().hex());
        Snapshot first = taken.getFirst();
        Snapshot second = taken.get(1);

        assertThat(there.cloneOf(nasAsOf(second.time().minusMillis(1)), "before")
                        .snapshot())
                .isEqualTo(first.id().hex());
        assertThat(there.cloneOf(nasAsOf(second.time()), "then").snapshot())
                .isEqualTo(second.id().hex());
        assertThat(there.pull("before@{" + first.time() + "}").snapshot())
                .isEqualTo(first.id().hex());
        assertThat(there.cloneOf("nas/db@{2100-01-01}", "later").snapshot())
                .as("the third is not there")
                .isEqualTo(second.id().hex());
        assertThatThrownBy(() -> there.cloneOf(nasAsOf(first.time().minusMillis(1)), "never"))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("the branch main of nas/db has no snapshot of")
                .hasMessageContaining("its first one there, " + first.id().abbreviated());
        assertThatThrownBy(() -> there.cloneOf("nas/db@{teusday}", "never")).isInstanceOf(InvalidRefException.class);
    }

    private static String nasAsOf(Instant when) {
        return "nas/db@{" + when + "}";
    }

    @Test
    void aCheckLeavesNothingOnTheHost() throws Exception {
        TestingDaemon here = new TestingDaemon(histories);
        here.add("nas", Files.createDirectory(directory.resolve("nas")));
        here.histories.create("db");
        here.histories.write("db", "file", "x".repeat(100_000));
        here.push("db");
        Path remembered = histories.directory().resolve("cache/packs");
        assertThat(remembered).isDirectoryContaining("glob:**");
        List<Path> before = listed(remembered);

        Remotes.Checked checked = here.remotes.check("nas/db", 100, Progress.IGNORED);

        assertThat(checked.hurt()).isEmpty();
        assertThat(checked.snapshots()).isEqualTo(1);
        assertThat(listed(remembered)).isEqualTo(before);
    }

    @Test
    void aPushIsComparedWithASnapshotInTheTrash() throws Exception {
        TestingDaemon here = new TestingDaemon(histories);
        here.add("nas", Files.createDirectory(directory.resolve("nas")));
        here.histories.create("db");
        String first = here.push("db").snapshots().getFirst();
        here.histories.write("db", "file", "more");
        histories.volumes().history().removeSnapshot(first);

        Remotes.Pushed pushed = here.push("db");

        assertThat(pushed.remarks()).as("it tried").anyMatch(remark -> remark.contains("Everything was read"));
        histories.volumes().history().removeSnapshot(pushed.snapshots().getFirst());
        histories.volumes().history().emptyTrash();
        here.histories.write("db", "file", "even more");
        assertThat(here.push("db").remarks()).as("nothing to compare with").isEmpty();
    }

    private static List<Path> listed(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    private PoolRemotes load() throws IOException {
        return PoolRemotes.load(
                histories.exchange(),
                RecordFiles.durable(),
                new PoolRemotes.Setting(
                        path -> path,
                        histories.clock(),
                        histories::nextId,
                        MoreExecutors.directExecutor(),
                        time -> {},
                        new Random(1),
                        "host",
                        new EngineView(
                                Path.of("/proc"), () -> ProcessHandle.current().pid()),
                        directory.resolve("tokens")));
    }
}
