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
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool knows of remotes. */
class PoolRemotesTest {
    // Of an envelope (format.md section 2.1).
    private static final int VERSION = 8;
    private static final int READ_FEATURES = 12;
    private static final int WRITE_FEATURES = 16;
    private static final int BODY_LENGTH = 20;
    private static final int BODY = 24;

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
    void whatTheBeginningOfARemoteLeftThatFailedIsInNobodysWay() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        Path left = Files.createDirectory(nas.resolve("tmp"));
        Files.createFile(left.resolve("a".repeat(32)));
        Path others = Files.createFile(left.resolve("theirs"));
        PoolRemotes remotes = load();

        assertThatThrownBy(() -> remotes.add("nas", "file://" + nas, Map.of(), Optional.empty()))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("is no remote, and not empty");
        assertThat(nas.toFile().list()).containsExactly("tmp");

        Files.delete(others);
        remotes.add("nas", "file://" + nas, Map.of(), Optional.empty());
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
        there.cloneOf("nas/db", "newest");
        assertThat(there.pull("newest@{" + first.time() + "}").snapshot())
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

    @Test
    void aTimeIsReckonedFromWhenItWasAskedFor() throws Exception {
        TestingDaemon here = TestingDaemon.in(directory.resolve("here"));
        TestingDaemon there = new TestingDaemon(histories);
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        here.histories.write("db", "file", "one");
        Snapshot first = here.histories.snapshot("db");
        here.histories.pass(Duration.ofHours(3));
        here.histories.write("db", "file", "two");
        Snapshot second = here.histories.snapshot("db");
        Instant asked = second.time().plusSeconds(60);
        Instant later = second.time().plus(Duration.ofHours(9));

        assertThat(here.push("db@{2 hours ago}", asked).branches().getFirst().snapshot())
                .isEqualTo(first.id().hex());
        assertThat(here.push("db@{2 hours ago}", later).branches().getFirst().snapshot())
                .isEqualTo(second.id().hex());
        there.cloneOf("nas/db", "db");
        assertThat(there.pull("db@{2 hours ago}", asked).snapshot())
                .isEqualTo(first.id().hex());
        assertThat(there.pull("db@{2 hours ago}", later).snapshot())
                .isEqualTo(second.id().hex());
        assertThat(there.cloneOf("nas/db@{2 hours ago}", "then", asked).snapshot())
                .isEqualTo(first.id().hex());
    }

    @Test
    void aTimeOnABranchThatIsNotThereIsNotLookedForOnAnother() throws Exception {
        TestingDaemon here = TestingDaemon.in(directory.resolve("here"));
        TestingDaemon there = new TestingDaemon(histories);
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        here.histories.write("db", "file", "one");
        Snapshot first = here.histories.snapshot("db");
        here.histories.pass(Duration.ofHours(1));
        here.histories.write("db", "file", "two");
        here.push("db");
        there.cloneOf(nasAsOf(first.time()), "exp");

        assertThatThrownBy(() -> there.cloneOnBranch(nasAsOf(first.time()), "copy", "relase"))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("there is no branch 'relase' in nas/db");
        assertThatThrownBy(() -> there.pull("exp@{" + first.time() + "}"))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("there is no branch 'exp' in nas/db");

        assertThat(there.cloneOnBranch(nasAsOf(first.time()), "copy", "main").snapshot())
                .isEqualTo(first.id().hex());
        String tried = there.push("exp").branches().getFirst().snapshot();
        assertThat(there.pull("exp@{" + first.time() + "}").snapshot()).isEqualTo(tried);
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

    @Test
    void aRemoteOfANewerVersionIsNotAdded() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        TestingDaemon daemon = new TestingDaemon(histories);
        daemon.add("old", nas);
        histories.create("db");
        change(nas.resolve("flockerj"), object -> object.put(VERSION, (byte) 2));

        assertThatThrownBy(() -> daemon.add("nas", nas))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("version 2 of the format")
                .hasMessageContaining("use a newer flockerj");
        assertThatThrownBy(() -> daemon.push("db"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("version 2 of the format");
        assertThat(daemon.remotes.list()).hasSize(1);
    }

    @Test
    void aRepositoryThatNeedsWhatThisProgramDoesNotKnowIsLeftAlone() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        TestingDaemon daemon = new TestingDaemon(histories);
        daemon.add("nas", nas);
        histories.create("db");
        daemon.push("db");
        Path config = config(nas);
        Files.write(config, withOldestProgram(Files.readAllBytes(config), "flockerj 3.1"));
        change(config, object -> object.put(READ_FEATURES, (byte) 0x20));
        histories.write("db", "file", "content");
        Set<Path> before = files(nas);

        for (ThrowingCallable wanted : List.<ThrowingCallable>of(
                () -> daemon.push("db"), () -> daemon.pull("db"), () -> daemon.cloneOf("nas/db", "copy"))) {
            assertThatThrownBy(wanted)
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("config")
                    .hasMessageContaining("read features 0x20")
                    .hasMessageContaining("use flockerj 3.1 or newer");
        }
        assertThat(files(nas)).isEqualTo(before);
        assertThat(histories.volumes().list()).hasSize(1);
    }

    @Test
    void aRepositoryThatOnlyANewerProgramMayWriteIntoIsRead() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        TestingDaemon daemon = new TestingDaemon(histories);
        daemon.add("nas", nas);
        histories.create("db");
        histories.write("db", "file", "content");
        daemon.push("db");
        change(config(nas), object -> object.put(WRITE_FEATURES, (byte) 1));
        histories.write("db", "file", "other content");
        Set<Path> before = files(nas);

        assertThatThrownBy(() -> daemon.push("db"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("write features 0x1")
                .hasMessageContaining("use a newer flockerj");
        assertThat(packs(before)).isEqualTo(packs(files(nas)));
        TestingDaemon other = TestingDaemon.in(directory.resolve("other"));
        other.add("nas", nas);
        assertThat(other.cloneOf("nas/db", "copy").snapshots()).hasSize(1);
    }

    private static Path config(Path remote) throws IOException {
        return files(remote).stream()
                .filter(file -> file.endsWith("config"))
                .findFirst()
                .orElseThrow();
    }

    private static Set<Path> files(Path remote) throws IOException {
        try (Stream<Path> files = Files.walk(remote)) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }

    private static Set<Path> packs(Set<Path> files) {
        return files.stream()
                .filter(file -> file.toString().contains("/packs/"))
                .collect(Collectors.toSet());
    }

    /** Changes an object, whose hash stays right (format.md section 2.1). */
    private static void change(Path file, Consumer<ByteBuffer> change) throws IOException {
        byte[] object = Files.readAllBytes(file);
        change.accept(ByteBuffer.wrap(object));
        Files.write(file, withHash(object));
    }

    private static byte[] withHash(byte[] object) {
        int length = object.length - Hash.LENGTH;
        Sha256.of(Arrays.copyOf(object, length)).put(object, length);
        return object;
    }

    /** Field 5 goes behind the two ids. */
    private static byte[] withOldestProgram(byte[] config, String program) {
        byte[] text = program.getBytes(StandardCharsets.US_ASCII);
        int at = BODY + 2 * (2 + Id.LENGTH);
        ByteBuffer changed =
                ByteBuffer.allocate(config.length + 3 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        changed.put(config, 0, at);
        changed.put((byte) 5)
                .put((byte) (text.length + 1))
                .put((byte) text.length)
                .put(text);
        changed.put(config, at, config.length - at);
        changed.putInt(BODY_LENGTH, changed.capacity() - BODY - Hash.LENGTH);
        return withHash(changed.array());
    }
}
