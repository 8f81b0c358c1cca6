package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.LocalVolumes.Place;
import io.flockerj.plugin.volume.LocalVolumes.PulledBack;
import io.flockerj.plugin.volume.PoolRefusalException;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeBusyException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of other drivers, pushed from where they lie, and pulled back there. */
class LocalTransfersTest {
    private static final int LARGE = 3_000_000;
    /** Of orders without a time in them. */
    private static final Instant NOW = Instant.parse("2026-11-03T23:32:00Z");

    @TempDir
    Path directory;

    private TestingDaemon here;
    private TestingDaemon there;
    private Place place;
    private Path data;

    @BeforeEach
    void setUp() throws Exception {
        here = TestingDaemon.in(directory.resolve("here"));
        there = TestingDaemon.in(directory.resolve("there"));
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("nas", nas);
        place = volume("pgdata");
        data = place.mountPoint();
        write("file", "one");
    }

    private Place volume(String name) throws IOException {
        Path made = Files.createDirectories(directory.resolve("docker/volumes/" + name + "/_data"));
        return new Place(name, "local", made, false, false);
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(data.resolve(file), content);
    }

    private static Remotes.Pushed push(TestingDaemon daemon, LocalVolumes.PushOrder order)
            throws RefusedException, IOException {
        daemon.histories.pass(Duration.ofMinutes(1));
        return daemon.remotes.local().push(order, Progress.IGNORED);
    }

    private Remotes.Pushed push() throws RefusedException, IOException {
        return push(here, order(place));
    }

    private static LocalVolumes.PushOrder order(Place place) {
        return order(place, "nas", Optional.empty(), false);
    }

    private static LocalVolumes.PushOrder order(Place place, String remote, Optional<String> branch, boolean force) {
        return new LocalVolumes.PushOrder(
                place, Optional.of(remote), Optional.empty(), branch, force, Optional.of("ada"));
    }

    private static LocalVolumes.PullOrder pullOrder(Place place, boolean force) {
        return new LocalVolumes.PullOrder(
                place, Optional.of("nas"), Optional.of("pgdata"), Optional.empty(), ZoneOffset.UTC, NOW, force);
    }

    private LocalVolumes.PullOrder pullOrder(Optional<String> ref) {
        return new LocalVolumes.PullOrder(
                place, Optional.of("nas"), Optional.of("pgdata"), ref, ZoneOffset.UTC, NOW, false);
    }

    private static PulledBack pull(TestingDaemon daemon, Place place, boolean force)
            throws RefusedException, IOException {
        return daemon.remotes.local().pull(pullOrder(place, force), Progress.IGNORED);
    }

    private String cloned(String name) throws RefusedException, IOException {
        there.cloneOf("nas/pgdata", name);
        return Files.readString(there.histories.tree(name).resolve("file"));
    }

    private List<String> beside() throws IOException {
        return beside(data);
    }

    private static List<String> beside(Path data) throws IOException {
        try (Stream<Path> names = Files.list(data.getParent())) {
            return names.map(name -> name.getFileName().toString())
                    .filter(name -> !name.equals("_data"))
                    .toList();
        }
    }

    private static Snapshot record(TestingDaemon daemon, String snapshot) throws IOException {
        return daemon.histories.find(new RandomId(snapshot)).orElseThrow();
    }

    @Test
    void whatLiesThereIsASnapshotOnTheRemoteAndOnlyARecordHere() throws Exception {
        Remotes.Pushed pushed = push();

        assertThat(pushed.snapshots()).hasSize(1);
        Snapshot known = record(here, pushed.snapshots().getFirst());
        assertThat(known.isElsewhere()).isTrue();
        assertThat(known.taking().volume()).isEqualTo("local:pgdata");
        assertThat(known.taking().author()).contains("ada");
        assertThat(known.taking().atomic()).isFalse();
        assertThat(here.remotes.local().find("pgdata").orElseThrow().newest()).contains(known.id());
        assertThat(here.histories.trees()).as("trees in the pool").isZero();
        assertThat(cloned("copy")).isEqualTo("one");
    }

    @Test
    void theNextPushSendsWhatChangedAndGoesOnWithTheBranch() throws Exception {
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        Files.write(data.resolve("large"), large);
        Remotes.Pushed first = push();
        write("file", "two");

        Remotes.Pushed second = push();

        assertThat(first.bytesSent()).isGreaterThan(LARGE);
        assertThat(second.bytesSent()).isPositive().isLessThan(20_000);
        assertThat(record(here, second.snapshots().getFirst()).parent())
                .contains(new RandomId(first.snapshots().getFirst()));
        assertThat(second.branches().getFirst().before())
                .contains(first.snapshots().getFirst());
        assertThat(cloned("copy")).isEqualTo("two");
    }

    @Test
    void whatHasNotChangedIsNotReadAgainAndMakesNoSnapshot() throws Exception {
        Files.setLastModifiedTime(data, FileTime.from(Instant.EPOCH));
        Remotes.Pushed first = push();

        Remotes.Pushed again = push();

        assertThat(again.snapshots()).isEmpty();
        assertThat(again.bytesSent()).isZero();
        assertThat(again.branches().getFirst().snapshot())
                .isEqualTo(first.snapshots().getFirst());
        assertThat(walks()).as("what is remembered of it").hasSize(1);
    }

    private List<Path> walks() throws IOException {
        try (Stream<Path> files = Files.list(here.histories.directory().resolve("cache/walks"))) {
            return files.toList();
        }
    }

    @Test
    void theNextDaemonGoesOnWithTheSameHistory() throws Exception {
        Remotes.Pushed first = push();
        write("file", "two");

        here.histories.restart();
        Remotes.Pushed second = push(new TestingDaemon(here.histories), order(place));

        assertThat(second.volumeset()).isEqualTo(first.volumeset());
        assertThat(second.branches().getFirst().before())
                .contains(first.snapshots().getFirst());
    }

    @Test
    void aPushThatWasCutOffGoesOnInTheSameRepository() throws Exception {
        AtomicLong names = new AtomicLong();
        assertThatThrownBy(() -> here.remotes.local().push(order(place), until(names, 1)))
                .isInstanceOf(CancelledException.class);

        here.histories.restart();
        Remotes.Pushed pushed = push(new TestingDaemon(here.histories), order(place));

        assertThat(pushed.snapshots()).hasSize(1);
        assertThat(walks()).hasSize(1);
    }

    /** Ends the work when so much of it was told. */
    private static Progress until(AtomicLong told, long most) {
        return new Progress() {
            @Override
            public void phase(String word) {}

            @Override
            public void expect(long bytes, long entries) {}

            @Override
            public void add(long bytes, long entries) throws CancelledException {
                if (told.addAndGet(bytes + entries) >= most) {
                    throw new CancelledException();
                }
            }
        };
    }

    @Test
    void theSameContentIsTheSameSnapshotOnAnotherRemote() throws Exception {
        here.add("usb", Files.createDirectory(directory.resolve("usb")));
        Remotes.Pushed first = push();

        Remotes.Pushed second = push(here, order(place, "usb", Optional.empty(), false));

        assertThat(second.snapshots()).isEqualTo(first.snapshots());
        assertThat(record(here, first.snapshots().getFirst()).sharing().remotes())
                .hasSize(2);
        there.add("usb", directory.resolve("usb"));
        there.cloneOf("usb/pgdata", "copy");
        assertThat(there.histories.tree("copy").resolve("file")).hasContent("one");
    }

    @Test
    void aBranchThatHasGoneOnIsRefusedBeforeAnythingIsRead() throws Exception {
        push();
        there.cloneOf("nas/pgdata", "pgdata");
        there.histories.write("pgdata", "file", "theirs");
        there.push("pgdata");
        write("file", "mine");

        assertThatThrownBy(this::push)
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("fli push local:pgdata nas --to OTHER")
                .hasMessageContaining("fli pull local:pgdata nas");
        Remotes.Pushed other = push(here, order(place, "nas", Optional.of("mine"), false));
        Remotes.Pushed forced = push(here, order(place, "nas", Optional.empty(), true));

        assertThat(other.branches().getFirst().before()).isEmpty();
        assertThat(forced.snapshots()).as("it was sent already").isEmpty();
        assertThat(here.remotes.volumesets("nas").getFirst().tags()).hasSize(1);
        assertThat(cloned("copy")).isEqualTo("mine");
    }

    @Test
    void whatIsNotThereOrNotMountedIsRefusedWithTheRemedy() throws IOException {
        Place gone = new Place("gone", "local", directory.resolve("volumes/gone/_data"), false, false);
        Place unmounted = new Place("nfs", "local", data, true, true);

        assertThatThrownBy(() -> push(here, order(gone)))
                .isInstanceOf(UnknownVolumeException.class)
                .hasMessageContaining("docker volume create gone");
        assertThatThrownBy(() -> push(here, order(unmounted)))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining("start a container with it");
        assertThat(here.remotes.local().find("gone")).isEmpty();
    }

    @Test
    void aVolumeOfThatNameOfAnotherEngineHasAnotherHistory() throws Exception {
        push();
        Path other = Files.createDirectories(directory.resolve("rootless/volumes/pgdata/_data"));
        Files.writeString(other.resolve("file"), "other");

        assertThatThrownBy(() -> push(here, order(new Place("pgdata", "local", other, false, false))))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("another volumeset")
                .hasMessageContaining("--as OTHER");
    }

    @Test
    void aVolumeThatWasMovedKeepsItsHistory() throws Exception {
        Remotes.Pushed first = push();
        Path moved = directory.resolve("docker2");
        Files.move(directory.resolve("docker"), moved);
        Place now = new Place("pgdata", "local", moved.resolve("volumes/pgdata/_data"), false, false);

        assertThat(push(here, order(now)).volumeset()).isEqualTo(first.volumeset());
    }

    @Test
    void aPullIntoAnEmptyVolumeLeavesNothingBesideIt() throws Exception {
        push();
        Place empty = volume("empty");

        PulledBack pulled = pull(here, empty, false);

        assertThat(empty.mountPoint().resolve("file")).hasContent("one");
        assertThat(Files.getLastModifiedTime(empty.mountPoint())).isEqualTo(Files.getLastModifiedTime(data));
        assertThat(pulled.kept()).isEmpty();
        assertThat(beside(empty.mountPoint())).isEmpty();
        assertThat(here.remotes
                        .local()
                        .find("empty")
                        .orElseThrow()
                        .newest()
                        .orElseThrow()
                        .hex())
                .isEqualTo(pulled.pulled().snapshot());
    }

    @Test
    void whatWasPulledGoesOnOnItsBranch() throws Exception {
        push();
        there.cloneOf("nas/pgdata", "pgdata");
        there.histories.write("pgdata", "file", "theirs");
        String theirs = there.push("pgdata").snapshots().getFirst();

        PulledBack pulled = pull(here, place, false);
        assertThat(data.resolve("file")).hasContent("theirs");
        write("file", "and mine");
        Remotes.Pushed pushed = push();

        assertThat(pulled.pulled().snapshot()).isEqualTo(theirs);
        assertThat(pushed.branches().getFirst().name()).isEqualTo("main");
        assertThat(pushed.branches().getFirst().before()).contains(theirs);
        assertThat(cloned("copy")).isEqualTo("and mine");
    }

    @Test
    void aPullThatIsBegunAgainAfterTheExchangeFindsTheSameSnapshotForItsTime() throws Exception {
        push();
        here.histories.pass(Duration.ofHours(1));
        write("file", "two");
        push();
        here.histories.pass(Duration.ofMinutes(1));
        String first = first();
        LocalVolumes.PullOrder back = new LocalVolumes.PullOrder(
                place,
                Optional.of("nas"),
                Optional.empty(),
                Optional.of("{30 minutes ago}"),
                ZoneOffset.UTC,
                here.histories.clock().instant(),
                false);
        here.remotes.local().pull(back, Progress.IGNORED);
        assertThat(data.resolve("file")).hasContent("one");
        here.histories.pass(Duration.ofHours(2));

        PulledBack again = here.remotes.local().pull(back, Progress.IGNORED);

        assertThat(data.resolve("file")).hasContent("one");
        assertThat(again.pulled().snapshot()).isEqualTo(first);
        assertThat(again.kept()).isEmpty();
    }

    @Test
    void aBranchThatIsNotThereIsNotTakenForAnother() throws Exception {
        push();
        there.cloneOf("nas/pgdata", "pgdata");
        there.cloneOf("nas/pgdata", "exp");
        there.histories.write("exp", "file", "tried");
        String tried = there.pushTo("main", "exp").snapshots().getFirst();
        here.remotes.local().pull(pullOrder(Optional.of(tried)), Progress.IGNORED);

        for (Optional<String> ref : List.of(Optional.<String>empty(), Optional.of("{now}"))) {
            assertThatThrownBy(() -> here.remotes.local().pull(pullOrder(ref), Progress.IGNORED))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageContaining("there is no branch 'exp' in nas/pgdata");
        }

        assertThat(data.resolve("file")).hasContent("tried");
        here.remotes.local().pull(pullOrder(Optional.of("main")), Progress.IGNORED);
        PulledBack onMain = here.remotes.local().pull(pullOrder(Optional.empty()), Progress.IGNORED);
        assertThat(onMain.pulled().snapshot()).isEqualTo(tried);
    }

    @Test
    void aVolumeThatHoldsWhatATimeMeantGoesOnOnTheBranchItWasLookedForOn() throws Exception {
        push();
        there.cloneOf("nas/pgdata", "pgdata");
        there.cloneOf("nas/pgdata", "exp");
        there.histories.pass(Duration.ofHours(1));
        there.histories.write("exp", "file", "tried");
        there.pushTo("main", "exp");
        LocalVolumes.PullOrder newest = new LocalVolumes.PullOrder(
                place,
                Optional.of("nas"),
                Optional.of("pgdata"),
                Optional.of("{now}"),
                ZoneOffset.UTC,
                there.histories.clock().instant(),
                false);

        here.remotes.local().pull(newest, Progress.IGNORED);

        assertThat(data.resolve("file")).hasContent("tried");
        write("file", "and more");
        assertThat(push().branches().getFirst().name()).isEqualTo("main");
    }

    @Test
    void whatAVolumeHeldIsKeptBesideItUntilAPersonDeletesIt() throws Exception {
        push();
        write("file", "two");
        push();
        LocalVolumes.PullOrder back = new LocalVolumes.PullOrder(
                place, Optional.of("nas"), Optional.empty(), Optional.of(first()), ZoneOffset.UTC, NOW, false);

        PulledBack pulled = here.remotes.local().pull(back, Progress.IGNORED);

        assertThat(data.resolve("file")).hasContent("one");
        Path kept = pulled.kept().orElseThrow();
        assertThat(kept.resolve("file")).hasContent("two");
        here.histories.pass(Duration.ofDays(300));
        here.remotes.local().tidy();
        assertThat(kept.resolve("file")).hasContent("two");
        assertThat(data.resolve("file")).hasContent("one");
    }

    private String first() throws RefusedException, IOException {
        RandomId newest =
                here.remotes.local().find("pgdata").orElseThrow().newest().orElseThrow();
        return record(here, newest.hex()).parent().orElseThrow().hex();
    }

    @Test
    void whatIsOnNoRemoteIsReplacedByForceOnlyAndKept() throws Exception {
        push();
        write("file", "work of a week");

        assertThatThrownBy(() -> pull(here, place, false))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining("holds what is on no remote")
                .hasMessageContaining("fli push local:pgdata nas")
                .hasMessageContaining("--force");
        assertThat(data.resolve("file")).hasContent("work of a week");
        PulledBack pulled = pull(here, place, true);

        assertThat(data.resolve("file")).hasContent("one");
        assertThat(pulled.kept().orElseThrow().resolve("file")).hasContent("work of a week");
    }

    @Test
    void anotherVolumesContentIsNotTakenForWhatIsOnARemote() throws Exception {
        push();
        Place other = volume("other");
        Files.writeString(other.mountPoint().resolve("file"), "never pushed");

        assertThatThrownBy(() -> pull(here, other, false)).isInstanceOf(VolumeConflictException.class);
        assertThat(other.mountPoint().resolve("file")).hasContent("never pushed");
        assertThat(beside(other.mountPoint())).isEmpty();
    }

    @Test
    void whatIsMoreThanADirectoryIsRefused() throws Exception {
        push();
        for (Place odd : List.of(
                new Place("pgdata", "local", data, true, false),
                new Place("pgdata", "local", data, true, true),
                new Place("pgdata", "nfs", data, false, false),
                new Place("other", "local", data, false, false))) {
            assertThatThrownBy(() -> pull(here, odd, true))
                    .as(odd.toString())
                    .isInstanceOf(VolumeConflictException.class)
                    .hasMessageContaining("fli clone");
        }
        Place gone = new Place("gone", "local", directory.resolve("volumes/gone/_data"), false, false);
        assertThatThrownBy(() -> pull(here, gone, true))
                .isInstanceOf(UnknownVolumeException.class)
                .hasMessageContaining("docker volume create gone");
    }

    @Test
    void aPullThatIsCutOffChangesNothingAndTheNextTakesWhatItHasBrought() throws Exception {
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        Files.write(data.resolve("a-large-file"), large);
        push();
        Place other = volume("other");
        Path file = Files.writeString(other.mountPoint().resolve("file"), "as it was");
        there.remotes.local();

        assertThatThrownBy(() -> there.remotes.local().pull(pullOrder(other, true), until(new AtomicLong(), LARGE + 2)))
                .isInstanceOf(CancelledException.class);
        assertThat(file).hasContent("as it was");
        assertThat(beside(other.mountPoint())).singleElement().asString().startsWith(".flockerj-incoming-");
        there.histories.restart();
        PulledBack pulled = pull(new TestingDaemon(there.histories), other, true);

        assertThat(pulled.pulled().bytesReceived()).isLessThan(LARGE / 10);
        assertThat(other.mountPoint().resolve("a-large-file")).hasBinaryContent(large);
        assertThat(beside(other.mountPoint()))
                .singleElement()
                .asString()
                .isEqualTo(pulled.kept().orElseThrow().getFileName().toString());
    }

    @Test
    void whatACrashHasLeftOfAPullIsDeletedInTime() throws Exception {
        push();
        long now = here.histories.clock().millis();
        Path incoming = Files.createDirectory(data.resolveSibling(".flockerj-incoming-" + now));
        Files.writeString(incoming.resolve("part"), "of something");
        Path kept = Files.createDirectory(data.resolveSibling(".flockerj-kept-" + now));
        Files.writeString(kept.resolve("file"), "precious");

        here.histories.pass(Duration.ofHours(12));
        here.remotes.local().tidy();
        assertThat(beside()).hasSize(2);
        here.histories.pass(Duration.ofDays(4));
        here.remotes.local().tidy();

        assertThat(incoming).doesNotExist();
        assertThat(kept.resolve("file")).hasContent("precious");
        assertThat(data.resolve("file")).hasContent("one");
    }

    @Test
    void aPullThatIsBegunAgainAfterTheExchangeIsDone() throws Exception {
        push();
        Place other = volume("other");
        Files.writeString(other.mountPoint().resolve("file"), "before");
        pull(there, other, true);
        List<String> kept = beside(other.mountPoint());

        // What it was to remember last is gone with the daemon.
        try (Stream<Path> records = Files.list(there.histories.directory().resolve("local"))) {
            Files.delete(records.findFirst().orElseThrow());
        }
        there.histories.restart();
        PulledBack again = pull(new TestingDaemon(there.histories), other, false);

        assertThat(again.pulled().bytesWritten()).isZero();
        assertThat(again.kept()).isEmpty();
        assertThat(beside(other.mountPoint())).isEqualTo(kept);
        assertThat(other.mountPoint().resolve("file")).hasContent("one");
    }

    @Test
    @Tag("root")
    void whatIsMountedSomewhereIsNotReplaced() throws Exception {
        push();
        write("file", "two");
        push();
        Path container = Files.createDirectory(directory.resolve("container"));
        Mounts.bind(data, container);
        try {
            assertThatThrownBy(() -> pull(here, place, true))
                    .isInstanceOf(VolumeInUseException.class)
                    .hasMessageContaining(container.toString());
        } finally {
            Mounts.unmount(container);
        }
        Path inside = Files.createDirectory(data.resolve("inside"));
        Mounts.bind(container, inside);
        try {
            assertThatThrownBy(() -> pull(here, place, true))
                    .isInstanceOf(VolumeInUseException.class)
                    .hasMessageContaining("a mount on");
        } finally {
            Mounts.unmount(inside);
        }
    }

    @Test
    @Tag("root")
    void whatIsMountedOnDemandIsPushedWhileItIs() throws Exception {
        Mounts.mount("none", data, "tmpfs", Set.of(), "");
        try {
            write("file", "in memory");
            push(here, order(new Place("pgdata", "local", data, true, true)));
        } finally {
            Mounts.unmount(data);
        }

        assertThat(cloned("copy")).isEqualTo("in memory");
        assertThat(data.resolve("file")).hasContent("one");
    }

    @Test
    @Tag("root")
    void whatThereIsNoRoomForIsRefusedAndNothingIsTouched() throws Exception {
        Files.write(data.resolve("large"), new byte[LARGE]);
        Files.writeString(data.resolve("more"), "x".repeat(LARGE));
        push();
        Path small = Files.createDirectory(directory.resolve("small"));
        Mounts.mount("none", small, "tmpfs", Set.of(), "size=1m");
        try {
            Path other = Files.createDirectories(small.resolve("volumes/other/_data"));
            assertThatThrownBy(() -> pull(here, new Place("other", "local", other, false, false), false))
                    .isInstanceOf(PoolRefusalException.class)
                    .hasMessageContaining("has room for")
                    .hasMessageContaining("fli clone nas/pgdata NEW");
            assertThat(other).isEmptyDirectory();
            assertThat(beside(other)).isEmpty();
        } finally {
            Mounts.unmount(small);
        }
    }

    /** Does something each time that the work comes to this phase. */
    private record AtPhase(String phase, Callable<?> work) implements Progress {
        @Override
        public void phase(String word) {
            try {
                if (word.equals(phase)) {
                    work.call();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {}
    }

    @Test
    void aFailureAfterTheExchangeTellsWhereTheOldContentIs() throws Exception {
        push();
        write("file", "two");
        push();
        Path records = here.histories.directory().resolve("local");
        Path aside = here.histories.directory().resolve("aside");
        Progress breaking = new AtPhase("exchanging", () -> {
            Files.move(records, aside);
            return Files.createFile(records);
        });
        LocalVolumes.PullOrder back = new LocalVolumes.PullOrder(
                place, Optional.of("nas"), Optional.empty(), Optional.of(first()), ZoneOffset.UTC, NOW, false);

        assertThatThrownBy(() -> here.remotes.local().pull(back, breaking))
                .hasMessageContaining("local:pgdata holds " + first().substring(0, 12) + " now")
                .hasMessageContaining("what it held before is in " + data.resolveSibling(beside().getFirst()));

        assertThat(data.resolve("file")).hasContent("one");
        assertThat(data.resolveSibling(beside().getFirst()).resolve("file")).hasContent("two");
        Files.delete(records);
        Files.move(aside, records);
        assertThat(here.remotes.local().pull(back, Progress.IGNORED).kept()).isEmpty();
    }

    @Test
    void whatIsWrittenWhileAPullFetchesIsNotReplaced() throws Exception {
        push();
        write("file", "two");
        push();
        LocalVolumes.PullOrder back = new LocalVolumes.PullOrder(
                place, Optional.of("nas"), Optional.empty(), Optional.of(first()), ZoneOffset.UTC, NOW, false);
        Progress writing = new AtPhase("fetching " + first().substring(0, 12), () -> {
            write("file", "work of an hour");
            return data;
        });

        assertThatThrownBy(() -> here.remotes.local().pull(back, writing))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining("holds what is on no remote");

        assertThat(data.resolve("file")).hasContent("work of an hour");
    }

    @Test
    void whatIsOnARemoteThatWasForgottenIsOnNone() throws Exception {
        here.add("usb", Files.createDirectory(directory.resolve("usb")));
        push();
        write("file", "two");
        push(here, order(place, "usb", Optional.empty(), false));
        here.remotes.remove("usb");

        assertThatThrownBy(() -> pull(here, place, false))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining("holds what is on no remote");

        assertThat(data.resolve("file")).hasContent("two");
    }

    @Test
    void twoSpellingsOfAVolumeAreOne() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("docker"));
        Place other = new Place("pgdata", "local", link.resolve("volumes/pgdata/_data"), true, false);
        AtomicInteger refused = new AtomicInteger();
        Progress again = new AtPhase("sending local:pgdata", () -> {
            assertThatThrownBy(() -> push(here, order(other))).isInstanceOf(VolumeBusyException.class);
            return refused.incrementAndGet();
        });

        here.remotes.local().push(order(place), again);

        assertThat(refused).hasValue(1);
    }

    @Test
    void neverIsMoreDoneThanThereIsToDo() throws Exception {
        push();
        write("file", "two");
        push();
        Never more = new Never();
        LocalVolumes.PullOrder back = new LocalVolumes.PullOrder(
                place, Optional.of("nas"), Optional.empty(), Optional.of(first()), ZoneOffset.UTC, NOW, false);

        here.remotes.local().pull(back, more);
        write("file", "three");
        here.remotes.local().push(order(place, "nas", Optional.empty(), true), more.anew());

        assertThat(more.told).isPositive();
    }

    /** Fails when more was done than there is to do. */
    private static final class Never implements Progress {
        private long bytes;
        private long entries;
        private long allBytes = UNKNOWN;
        private long allEntries = UNKNOWN;
        private long told;

        Never anew() {
            bytes = 0;
            entries = 0;
            allBytes = UNKNOWN;
            allEntries = UNKNOWN;
            return this;
        }

        @Override
        public void phase(String word) {}

        @Override
        public void expect(long ofBytes, long ofEntries) {
            allBytes = ofBytes;
            allEntries = ofEntries;
        }

        @Override
        public void add(long moreBytes, long moreEntries) {
            bytes += moreBytes;
            entries += moreEntries;
            told++;
            assertThat(allBytes == UNKNOWN || bytes <= allBytes)
                    .as("%d of %d bytes", bytes, allBytes)
                    .isTrue();
            assertThat(allEntries == UNKNOWN || entries <= allEntries)
                    .as("%d of %d entries", entries, allEntries)
                    .isTrue();
        }
    }

    /** There is room for what the remote says of it, and then there is not. */
    @Test
    @Tag("root")
    void whatFailedForWantOfRoomIsNotLeftBeside() throws Exception {
        Files.write(data.resolve("large"), new byte[LARGE]);
        push();
        Path small = Files.createDirectory(directory.resolve("small"));
        Mounts.mount("none", small, "tmpfs", Set.of(), "size=8m");
        try {
            Path other = Files.createDirectories(small.resolve("volumes/other/_data"));
            Place full = new Place("other", "local", other, false, false);
            Progress filling = new Progress() {
                @Override
                public void phase(String word) {
                    if (word.startsWith("fetching")) {
                        assertThatIOException()
                                .isThrownBy(() -> Files.write(small.resolve("filler"), new byte[16 << 20]));
                    }
                }

                @Override
                public void expect(long bytes, long entries) {}

                @Override
                public void add(long bytes, long entries) {}
            };

            assertThatThrownBy(() -> here.remotes.local().pull(pullOrder(full, false), filling))
                    .hasMessageContaining("make room");

            assertThat(other).isEmptyDirectory();
            assertThat(beside(other)).isEmpty();
        } finally {
            Mounts.unmount(small);
        }
    }
}
