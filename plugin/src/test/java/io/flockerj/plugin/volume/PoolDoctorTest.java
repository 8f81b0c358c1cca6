package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each finding is planted. */
class PoolDoctorTest {
    private static final VolumeName DB = new VolumeName("db");

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws Exception {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of());
        volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(DB), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false));
    }

    private List<String> found() throws IOException {
        return volumes.examine().stream().map(Finding::id).toList();
    }

    @Test
    void aSoundPoolHasNoFindings() throws IOException {
        assertThat(found()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadIsFound() throws IOException {
        Files.writeString(directory.resolve("snapshots").resolve("x"), "");
        volumes = pool.load();

        assertThat(found()).containsExactly("record-unreadable");
    }

    @Test
    void aPoolThatTakesNothingIsFound() throws IOException {
        pool.refuse("it is full");

        assertThat(volumes.examine())
                .extracting(Finding::id, Finding::cause)
                .containsExactly(tuple("pool-takes-nothing", "it is full"));
    }

    @Test
    void missingFilesOfAVolumeAndOfASnapshotAreFound() throws IOException {
        for (TreeId tree : pool.driver.list()) {
            Files.delete(pool.driver.path(tree));
        }

        assertThat(found()).containsExactly("snapshot-files-missing", "volume-files-missing");
    }

    @Test
    void aLimitThatNothingEnforcesIsFound() throws Exception {
        volumes.create(new VolumeName("limited"), Map.of("size", "1G"));
        StorageDriver withoutLimits = (StorageDriver) Proxy.newProxyInstance(
                StorageDriver.class.getClassLoader(),
                new Class<?>[] {StorageDriver.class},
                (proxy, method, arguments) -> method.invoke(pool.driver, arguments));
        Contents contents = new Contents(
                pool,
                withoutLimits,
                pool.catalogue(),
                pool.histories(),
                StagedTrees.load(pool.directory(), pool.records, withoutLimits),
                new VolumeLocks(Duration.ofSeconds(1)),
                new TreeUse(withoutLimits));
        Trash trash = new Trash(contents, pool.mounts, pool.clock, TestingPool.KEEP, Trash.Anchors.NONE);
        Rebuilding rebuilding = new Rebuilding(contents, trash, pool.clock, pool::nextId, volume -> {});

        assertThat(new PoolDoctor(contents, rebuilding).examine())
                .extracting(Finding::id, Finding::subject)
                .containsExactly(tuple("limit-without-quotas", "volume limited"));
    }

    @Test
    void aTreeThatNothingNamesIsFound() throws IOException {
        Files.createDirectory(pool.driver.path(new TreeId(pool.nextId())));

        assertThat(found()).containsExactly("tree-unnamed");
    }
}
