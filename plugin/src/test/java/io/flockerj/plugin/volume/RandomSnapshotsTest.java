package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import io.flockerj.plugin.volume.VolumeHistory.TrashView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Random work on volumes and snapshots, with failures and restarts in between, against what they have to hold. */
class RandomSnapshotsTest {
    private static final int STEPS = 60;
    private static final List<Step> STEPS_THAT_FAIL = List.of(Step.values());
    private static final List<VolumeName> NAMES =
            List.of(new VolumeName("a"), new VolumeName("b"), new VolumeName("c"), new VolumeName("d"));

    /** What succeeded in all rounds. */
    private static final Multiset<String> TALLY = ConcurrentHashMultiset.create();

    @TempDir
    Path directory;

    private final Map<VolumeName, String> held = new TreeMap<>();
    private final Map<String, String> snapshots = new TreeMap<>();
    private final List<String> done = new ArrayList<>();
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws IOException {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
    }

    /** Else the rounds would show less than they seem to. */
    @AfterAll
    static void eachKindOfWorkHasSucceededNowAndThen() {
        assertThat(List.of("create", "snapshot", "clone", "rollback", "remove", "restore"))
                .allSatisfy(kind -> assertThat(TALLY.count(kind)).as(kind).isGreaterThan(10));
    }

    @RepeatedTest(60)
    void volumesAndSnapshotsHoldWhatTheyHaveTo() throws Exception {
        try {
            for (int step = 0; step < STEPS; step++) {
                step();
                check();
            }
            volumes = pool.load();
            check();
            assertThatEveryTreeIsNamed();
        } catch (AssertionError | Exception e) {
            throw new AssertionError("repeat with -Dseed=" + seed + ", after " + done, e);
        }
    }

    private void step() throws Exception {
        pool.clock.advance(Duration.ofMinutes(random.nextInt(60)));
        VolumeName name = NAMES.get(random.nextInt(NAMES.size()));
        switch (random.nextInt(20)) {
            case 0, 1 -> create(name);
            case 2, 3, 4 -> write(name);
            case 5, 6, 7, 8 -> snapshot(name);
            case 9, 10 -> cloneTo(name);
            case 11, 12, 13 -> rollback(name);
            case 14 -> removeVolume(name);
            case 15 -> removeSnapshot();
            case 16, 17 -> restore();
            case 18 -> tidy();
            default -> restart();
        }
    }

    /** A call that may be made to fail; answers whether it did what it should. */
    private boolean attempt(String what, Call call) throws IOException {
        boolean failing = random.nextInt(4) == 0;
        if (failing) {
            if (random.nextBoolean()) {
                pool.records.failNext(random.nextBoolean() ? Moment.BEFORE : Moment.AFTER);
            } else {
                pool.driver.fail(STEPS_THAT_FAIL.get(random.nextInt(STEPS_THAT_FAIL.size())), 1);
            }
        }
        try {
            call.run();
            done.add(what);
            TALLY.add(what.substring(0, what.indexOf(' ')));
            return true;
        } catch (RefusedException e) {
            done.add(what + " refused: " + e.getMessage());
            return false;
        } catch (IOException e) {
            if (!failing) {
                throw e;
            }
            done.add(what + " failed");
            return false;
        } finally {
            pool.records.failNext(Moment.NEVER);
            for (Step step : Step.values()) {
                pool.driver.fail(step, 0);
            }
        }
    }

    private interface Call {
        void run() throws RefusedException, IOException;
    }

    private Path tree(VolumeName name) throws IOException {
        return pool.driver.path(pool.catalogue().find(name).orElseThrow().tree());
    }

    private static String read(Path tree) throws IOException {
        Path file = tree.resolve("file");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void create(VolumeName name) throws IOException {
        if (attempt("create " + name, () -> volumes.create(name, Map.of()))) {
            held.putIfAbsent(name, "");
        }
    }

    private void write(VolumeName name) throws IOException {
        if (held.containsKey(name)) {
            String text = Integer.toString(random.nextInt(1000));
            Files.writeString(tree(name).resolve("file"), text);
            held.put(name, text);
            done.add("write " + text + " to " + name);
        }
    }

    private void snapshot(VolumeName name) throws IOException {
        List<SnapshotView> taken = new ArrayList<>();
        SnapshotOrder order =
                new SnapshotOrder(List.of(name), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false);
        if (attempt("snapshot " + name, () -> taken.addAll(volumes.history().snapshot(order)))) {
            snapshots.put(taken.getFirst().id(), held.get(name));
        }
    }

    private Optional<Snapshot> anySnapshot() throws IOException {
        List<Snapshot> kept = pool.histories().all().stream()
                .flatMap(history -> history.snapshots().stream())
                .filter(Snapshot::isKept)
                .toList();
        return kept.isEmpty() ? Optional.empty() : Optional.of(kept.get(random.nextInt(kept.size())));
    }

    private void cloneTo(VolumeName name) throws IOException {
        Optional<VolumeName> first = held.keySet().stream().findFirst();
        if (first.isPresent()) {
            VolumeName source = first.get();
            if (attempt("clone " + source + " to " + name, () -> volumes.create(name, Map.of("from", source.value())))
                    && !held.containsKey(name)) {
                String id = volumes.get(name).orElseThrow().parent().orElseThrow();
                held.put(name, snapshots.get(id));
            }
        }
    }

    private void rollback(VolumeName name) throws IOException {
        Optional<VolumeRecord> before = pool.catalogue().find(name);
        int kept = volumes.get(name).map(VolumeView::snapshots).orElse(0);
        // Now and then one too far.
        int back = random.nextInt(kept + 1);
        List<RollbackOutcome> outcomes = new ArrayList<>();
        boolean succeeded = attempt(
                "rollback " + name + " by " + back,
                () -> outcomes.add(
                        volumes.history().rollback(name + "@latest~" + back, ZoneOffset.UTC, Optional.empty())));
        if (succeeded) {
            RollbackOutcome outcome = outcomes.getFirst();
            snapshots.put(outcome.safety().id(), held.get(name));
            String target = snapshots.get(outcome.snapshot().restoredFrom().orElseThrow());
            snapshots.put(outcome.snapshot().id(), target);
            held.put(name, target);
        } else if (before.isPresent()) {
            // What failed may have left the safety snapshot, or have happened but for the last record.
            learn(name, before.get());
        }
    }

    private void learn(VolumeName name, VolumeRecord before) throws IOException {
        VolumeRecord after = pool.catalogue().find(name).orElseThrow();
        String previous = held.get(name);
        for (Snapshot snapshot : pool.histories().of(after.volumeset()).snapshots()) {
            if (snapshot.taking().restoredFrom().isEmpty()) {
                snapshots.putIfAbsent(snapshot.id().hex(), previous);
            }
        }
        if (!after.tree().equals(before.tree())) {
            Snapshot outcome = after.rolledBackTo().orElseThrow();
            String target =
                    snapshots.get(outcome.taking().restoredFrom().orElseThrow().hex());
            snapshots.put(outcome.id().hex(), target);
            held.put(name, target);
        }
    }

    private void removeVolume(VolumeName name) throws IOException {
        if (attempt("remove " + name, () -> volumes.remove(name))) {
            held.remove(name);
        }
    }

    private void removeSnapshot() throws IOException {
        Optional<Snapshot> any = anySnapshot();
        if (any.isPresent()) {
            attempt(
                    "remove " + any.get().id(),
                    () -> volumes.history().removeSnapshot(any.get().id().hex()));
        }
    }

    private void restore() throws IOException {
        List<TrashView> trash = volumes.history().trash();
        if (!trash.isEmpty()) {
            TrashView one = trash.get(random.nextInt(trash.size()));
            Optional<String> content = pool.catalogue().trash().stream()
                    .filter(record -> record.id().hex().equals(one.id()))
                    .map(record -> pool.driver.path(record.tree()))
                    .findFirst()
                    .map(RandomSnapshotsTest::readUnchecked);
            if (attempt("restore " + one.id(), () -> volumes.history().restore(one.id(), Optional.empty()))
                    && content.isPresent()) {
                held.put(new VolumeName(one.name()), content.get());
            }
        }
    }

    private static String readUnchecked(Path tree) {
        try {
            return read(tree);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void tidy() {
        pool.clock.advance(Duration.ofHours(random.nextInt(30)));
        volumes.tidy();
        done.add("tidy");
    }

    private void restart() throws IOException {
        volumes = pool.load();
        done.add("restart");
    }

    private void check() throws IOException {
        assertThat(volumes.list()).extracting(VolumeView::name).containsExactlyElementsOf(held.keySet());
        for (Map.Entry<VolumeName, String> volume : held.entrySet()) {
            assertThat(read(tree(volume.getKey())))
                    .as("volume %s", volume.getKey())
                    .isEqualTo(volume.getValue());
        }
        for (var history : pool.histories().all()) {
            for (Snapshot snapshot : history.snapshots()) {
                if (snapshot.tree().isPresent()) {
                    assertThat(read(pool.driver.path(snapshot.tree().get())))
                            .as("snapshot %s", snapshot.id())
                            .isEqualTo(snapshots.get(snapshot.id().hex()));
                }
                snapshot.parent()
                        .ifPresent(parent -> assertThat(history.find(parent)).isPresent());
            }
        }
    }

    private void assertThatEveryTreeIsNamed() throws IOException {
        Set<TreeId> named = new HashSet<>(pool.histories().trees());
        pool.catalogue().volumes().forEach(record -> named.add(record.tree()));
        pool.catalogue().trash().forEach(record -> named.add(record.tree()));
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(named);
    }
}
