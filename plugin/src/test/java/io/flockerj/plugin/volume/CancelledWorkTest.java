package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.progress.TestingProgress;
import io.flockerj.plugin.storage.TreeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that is cancelled at each of its reports in turn, until it has passed them all. */
class CancelledWorkTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final VolumeName WEB = new VolumeName("web");
    private static final VolumeName NEW = new VolumeName("new");

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws Exception {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of());
        volumes.create(WEB, Map.of());
        Files.writeString(tree(DB).resolve("file"), "good");
        volumes.history().snapshot(order(DB));
    }

    private Path tree(VolumeName name) throws IOException {
        return pool.driver.path(pool.catalogue().find(name).orElseThrow().tree());
    }

    private static SnapshotOrder order(VolumeName... names) {
        return new SnapshotOrder(List.of(names), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false);
    }

    private interface Work {
        void run(Progress progress) throws RefusedException, IOException;
    }

    private interface Check {
        void run() throws RefusedException, IOException;
    }

    /** Answers how often it could be cancelled. */
    private static int cancelEverywhere(Work work, Check afterEach) throws RefusedException, IOException {
        for (int report = 0; ; report++) {
            try {
                work.run(TestingProgress.cancelledAt(report));
                return report;
            } catch (CancelledException e) {
                afterEach.run();
            }
        }
    }

    private int snapshots(VolumeName name) {
        return volumes.get(name).orElseThrow().snapshots();
    }

    private void assertThatNothingIsLeftOver() throws IOException {
        Set<TreeId> named = new HashSet<>(pool.histories().trees());
        pool.catalogue().volumes().forEach(record -> named.add(record.tree()));
        pool.catalogue().trash().forEach(record -> named.add(record.tree()));
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void aCancelledGroupOfSnapshotsLeavesNone() throws Exception {
        int reports = cancelEverywhere(progress -> volumes.history().snapshot(order(DB, WEB), progress), () -> {
            assertThat(snapshots(DB)).isEqualTo(1);
            assertThat(snapshots(WEB)).isZero();
            assertThatNothingIsLeftOver();
        });

        assertThat(reports).isEqualTo(2);
        assertThat(snapshots(WEB)).isEqualTo(1);
    }

    @Test
    void aCancelledCloneLeavesNoVolume() throws Exception {
        int reports = cancelEverywhere(
                progress -> volumes.create(NEW, Map.of("from", "db@latest"), ZoneOffset.UTC, progress), () -> {
                    assertThat(volumes.get(NEW)).isEmpty();
                    assertThatNothingIsLeftOver();
                });

        assertThat(reports).isPositive();
        assertThat(tree(NEW).resolve("file")).hasContent("good");
    }

    @Test
    void aCancelledRollbackLeavesTheVolumeAsItIs() throws Exception {
        volumes.history().tag(DB, "good", "db@latest", ZoneOffset.UTC, false);
        Files.writeString(tree(DB).resolve("file"), "bad");
        int reports = cancelEverywhere(
                progress -> volumes.history().rollback("db@good", ZoneOffset.UTC, Optional.empty(), progress), () -> {
                    assertThat(tree(DB).resolve("file")).hasContent("bad");
                    assertThatNothingIsLeftOver();
                });

        assertThat(reports).isGreaterThanOrEqualTo(2);
        assertThat(tree(DB).resolve("file")).hasContent("good");
    }

    @Test
    void aCancelledImportLeavesNoVolume() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        volumes.files().tar("db@latest", ZoneOffset.UTC, "/").writeTo(tar, Progress.IGNORED);
        VolumeFiles.ImportOrder order = new VolumeFiles.ImportOrder(NEW, Map.of(), Optional.empty(), Optional.empty());
        int reports = cancelEverywhere(
                progress -> volumes.files().importTar(order, new ByteArrayInputStream(tar.toByteArray()), progress),
                () -> {
                    assertThat(volumes.get(NEW)).isEmpty();
                    assertThatNothingIsLeftOver();
                });

        assertThat(reports).isGreaterThanOrEqualTo(3);
        assertThat(tree(NEW).resolve("file")).hasContent("good");
    }

    @Test
    void emptyingTheTrashStopsBetweenTwoThingsAndDestroysNoMore() throws Exception {
        for (VolumeName name : List.of(DB, WEB)) {
            volumes.remove(name);
        }
        pool.clock.advance(Duration.ofMinutes(1));
        TestingProgress progress = TestingProgress.cancelledAt(1);
        try {
            volumes.history().emptyTrash(progress);
        } catch (CancelledException e) {
            assertThat(progress.entries()).isEqualTo(1);
        }
        assertThat(volumes.history().trash()).hasSize(1);

        TestingProgress whole = TestingProgress.never();
        assertThat(volumes.history().emptyTrash(whole).left()).isZero();
        assertThat(whole.entries()).isEqualTo(1);
    }
}
