package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The daemon is killed before every fourth step of each change of its state, in a soak before each one, as {@code kill -9} does. Started
 * again, it shows what it had acknowledged and nothing half-made, and makes the change when it is asked once more.
 */
@Tag("root")
@Tag("restarts")
@ExtendWith(OwnMounts.class)
class KilledDaemonTest {
    /** Less than a pool keeps free inside, whatever the host has. */
    private static final long TOO_LITTLE_LEFT = 400L << 20;

    /** Its many steps are those of mkfs, for the most part. */
    private static final int OF_FIRST_START = 24;

    /** It has few steps. */
    private static final int OF_GROWTH = 4;

    @TempDir
    Path directory;

    static Stream<Arguments> changesInPlaces() {
        Volume plain = Volume.PLAIN;
        List<Change> changes = List.of(
                new Change.Create(plain),
                new Change.Create(plain.limit(64 << 20).owner(7, 8, 0750).compression("zstd")),
                new Change.Create(plain.noCow()),
                new Change.Mount(),
                new Change.Unmount(),
                new Change.Resize(),
                new Change.Remove(),
                new Change.Destroy());
        return Arrays.stream(Place.values())
                .flatMap(place -> changes.stream().map(change -> Arguments.of(place, change)));
    }

    @ParameterizedTest
    @MethodSource("changesInPlaces")
    void killedInAChangeItKeepsWhatItHadAcknowledged(Place place, Change change) throws Exception {
        try (Sweep sweep = new Sweep(planIn(place, directory), Strides.in(place))) {
            report(place + ", " + change, sweep.killAtStepsOf(change));
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedInItsStartItStarts(Place place) throws Exception {
        try (Sweep sweep = new Sweep(planIn(place, directory), Strides.in(place))) {
            report(place + ", start", sweep.killAtStepsOfTheStart());
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedInItsEndItStarts(Place place) throws Exception {
        try (Sweep sweep = new Sweep(planIn(place, directory), Strides.in(place))) {
            report(place + ", end", sweep.killAtStepsOfTheEnd());
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedInItsFirstStartItMakesItsPoolOnce(Place place) throws Exception {
        int kills = 0;
        while (killedAtFirstStart(place, Strides.in(place, OF_FIRST_START).step(kills))) {
            kills++;
        }
        report(place + ", first start", kills);
    }

    @ParameterizedTest
    @EnumSource
    void killedInGrowthTheNextOneMakesThePoolGrow(Place place) throws Exception {
        int kills = 0;
        while (killedAtGrowth(place, Strides.in(place, OF_GROWTH).step(kills))) {
            kills++;
        }
        report(place + ", growth", kills);
    }

    private boolean killedAtFirstStart(Place place, int step) throws Exception {
        Path fresh = Files.createDirectory(directory.resolve("first" + step));
        DaemonProcess.Plan plan = planIn(place, fresh).with("pool", "file:256M");
        boolean killed;
        String where;
        try (GatedDaemon first = GatedDaemon.launch(plan, step)) {
            first.awaitSettled();
            killed = first.steps().killed();
            where = "killed before step " + step + " of the first start, after "
                    + first.steps().seen();
        }
        try (GatedDaemon second = GatedDaemon.start(plan);
                VolumeDriverClient client = second.process().connect()) {
            client.create("v", Map.of());
            HostView view = HostView.of(second.process());
            assertThat(view.volumes()).as(where).isEqualTo(Map.of("v", Volume.PLAIN));
            assertThat(view.disorder()).as(where).isEmpty();
        }
        Place.clear(fresh);
        Files.delete(fresh.resolve("state/pool.btrfs"));
        return killed;
    }

    private boolean killedAtGrowth(Place place, int step) throws Exception {
        Path fresh = Files.createDirectory(directory.resolve("growth" + step));
        DaemonProcess.Plan plan = planIn(place, fresh);
        boolean killed;
        String where;
        long size;
        try (GatedDaemon first = GatedDaemon.start(plan);
                VolumeDriverClient client = first.process().connect()) {
            first.awaitSettled();
            client.create("v", Map.of());
            Path top = client.mount("v", Change.ENGINE);
            PoolFile pool = new PoolFile(plan);
            size = pool.size();
            first.steps().killBefore(step);
            PoolFile.reserve(top.resolve("large.tmp"), size - TOO_LITTLE_LEFT);
            Eventually.await(
                    "growth", () -> first.steps().killed() || (pool.size() > size && pool.fileSystemSize(top) > size));
            killed = first.steps().killed();
            where = "killed before step " + step + " of growth, after "
                    + first.steps().seen();
        }
        try (GatedDaemon second = GatedDaemon.start(plan);
                VolumeDriverClient client = second.process().connect()) {
            Path top = client.mount("v", Change.ENGINE);
            PoolFile pool = new PoolFile(plan);
            Eventually.await(
                    "growth, " + where,
                    () -> pool.size() > size && pool.fileSystemSize(top) == pool.size() && pool.isReserved());
            HostView view = HostView.of(second.process());
            assertThat(view.volumes()).as(where).isEqualTo(Map.of("v", Volume.PLAIN));
            assertThat(view.disorder()).as(where).isEmpty();
        }
        Place.clear(fresh);
        Files.delete(fresh.resolve("state/pool.btrfs"));
        return killed;
    }

    private static DaemonProcess.Plan planIn(Place place, Path directory) throws IOException {
        return place.in(directory).with("pool", "file");
    }

    private static void report(String what, int kills) {
        System.out.printf("%s: killed %d times%n", what, kills);
        assertThat(kills).as("kills of " + what).isPositive();
    }
}
