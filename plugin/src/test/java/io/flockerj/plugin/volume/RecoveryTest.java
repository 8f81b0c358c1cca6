package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TestingStorageDriver;
import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final VolumeName WEB = new VolumeName("web");

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private TestingStorageDriver driver;

    @BeforeEach
    void setUp() throws IOException {
        pool = TestingPool.inMemory(directory);
        driver = pool.driver;
    }

    private TreeId unnamedTree() throws IOException {
        TreeId tree = new TreeId(pool.nextId());
        driver.create(tree, VolumeOptions.NONE.treeSpec(SpaceAccount.of(tree.id())));
        return tree;
    }

    private VolumeRecord record(VolumeName name) throws IOException {
        return pool.catalogue().find(name).orElseThrow();
    }

    private Path file(VolumeRecord record) {
        return pool.recordDirectory().resolve(record.name() + "@" + record.id() + ".json");
    }

    @Test
    void aTreeThatNoRecordNamesGoesToTheTrashAndIsKeptThereForItsTime() throws Exception {
        pool.load().create(DB, Map.of());
        TreeId tree = unnamedTree();

        PoolVolumes volumes = pool.load();

        assertThat(pool.catalogue().trash()).singleElement().satisfies(record -> {
            assertThat(record.tree()).isEqualTo(tree);
            assertThat(record.name()).hasToString("unnamed-" + tree.id().abbreviated());
            assertThat(record.removedAt()).contains(pool.clock.instant());
            assertThat(record.account()).isEqualTo(SpaceAccount.of(tree.id()));
        });
        assertThat(volumes.list()).hasSize(1);
        volumes.tidy();
        assertThat(driver.list()).contains(tree);

        pool.clock.advance(TestingPool.KEEP);
        volumes.tidy();
        assertThat(driver.list()).containsExactly(record(DB).tree());
        assertThat(driver.hasAccount(SpaceAccount.of(tree.id()))).isFalse();
    }

    @Test
    void aTreeIsMovedOnlyOnce() throws IOException {
        unnamedTree();
        pool.load();
        VolumeRecord first = pool.catalogue().trash().iterator().next();
        pool.clock.advance(TestingPool.KEEP.dividedBy(2));

        pool.load();

        assertThat(pool.catalogue().trash()).containsExactly(first);
    }

    @Test
    void noTreeIsTakenForNobodysWhileARecordCannotBeRead() throws Exception {
        pool.load().create(DB, Map.of());
        VolumeRecord db = record(DB);
        byte[] good = Files.readAllBytes(file(db));
        Files.write(file(db), new byte[100]);
        unnamedTree();

        pool.load();
        assertThat(pool.catalogue().trash()).isEmpty();

        Files.write(file(db), good);
        pool.load();
        assertThat(pool.catalogue().trash()).hasSize(1);
        assertThat(record(DB)).isEqualTo(db);
    }

    @Test
    void noTreeIsTakenForNobodysWhileAFileThatMayBeARecordIsThere() throws Exception {
        pool.load().create(DB, Map.of());
        VolumeRecord db = record(DB);
        Files.move(file(db), file(db).resolveSibling("db.json"));

        pool.load();

        assertThat(pool.catalogue().trash()).isEmpty();
    }

    @Test
    void aRecordThatIsPutBackTakesItsTreeOutOfTheTrash() throws Exception {
        pool.load().create(DB, Map.of());
        VolumeRecord db = record(DB);
        byte[] good = Files.readAllBytes(file(db));
        Files.delete(file(db));
        pool.load();
        assertThat(pool.catalogue().trash()).hasSize(1);

        Files.write(file(db), good);
        PoolVolumes volumes = pool.load();
        pool.clock.advance(TestingPool.KEEP);
        volumes.tidy();

        assertThat(pool.catalogue().trash()).isEmpty();
        assertThat(volumes.get(DB)).isPresent();
        assertThat(driver.list()).containsExactly(db.tree());
    }

    @Test
    void aLimitThatIsNotAsTheRecordSaysIsRepaired() throws Exception {
        PoolVolumes volumes = pool.load();
        volumes.create(DB, Map.of("size", "1G"));
        volumes.create(WEB, Map.of());
        driver.limit(record(DB).account(), Optional.of(ByteSize.ofGibibytes(2)));
        driver.limit(record(WEB).account(), Optional.of(ByteSize.ofGibibytes(2)));

        pool.load();

        assertThat(driver.limitOf(record(DB).account())).contains(ByteSize.ofGibibytes(1));
        assertThat(driver.limitOf(record(WEB).account())).isEmpty();
    }

    @Test
    void aLimitThatIsAsTheRecordSaysIsLeftAlone() throws Exception {
        pool.load().create(DB, Map.of("size", "1G"));
        int before = driver.calls().size();

        pool.load();

        assertThat(driver.calls()).hasSize(before);
    }

    @Test
    void aLimitThatCannotBeRepairedKeepsNoVolumeFromBeingServed() throws Exception {
        PoolVolumes volumes = pool.load();
        volumes.create(DB, Map.of("size", "1G"));
        volumes.create(WEB, Map.of("size", "1G"));
        driver.limit(record(DB).account(), Optional.empty());
        driver.limit(record(WEB).account(), Optional.empty());
        driver.fail(Step.LIMIT, 1);

        assertThat(pool.load().list()).hasSize(2);
        assertThat(driver.limitOf(record(WEB).account())).contains(ByteSize.ofGibibytes(1));
    }

    @Test
    void aPoolThatTakesNoWritesIsServedAllTheSame() throws Exception {
        pool.load().create(DB, Map.of());
        unnamedTree();
        pool.records.failFromNowOn();

        assertThat(pool.load().list()).hasSize(1);
    }

    @Test
    void limitsThatAPoolWithoutQuotasDoesNotHoldAreWarnedOf() throws Exception {
        PoolVolumes volumes = pool.load();
        volumes.create(DB, Map.of("size", "1G"));
        volumes.create(WEB, Map.of());

        assertThat(toldWhileRecovering(driver)).isEmpty();
        assertThat(toldWhileRecovering(unlimited())).contains("WARN", "volumes=1", "first=db", "'quotas'");
    }

    /** The same driver without what goes beyond the interface of all. */
    private StorageDriver unlimited() {
        return (StorageDriver) Proxy.newProxyInstance(
                StorageDriver.class.getClassLoader(),
                new Class<?>[] {StorageDriver.class},
                (proxy, method, arguments) -> method.invoke(driver, arguments));
    }

    private String toldWhileRecovering(StorageDriver its) throws IOException {
        PrintStream realErr = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            new Recovery(
                            new Contents(
                                    pool,
                                    its,
                                    pool.catalogue(),
                                    pool.histories(),
                                    StagedTrees.load(pool.directory(), pool.records, its),
                                    new VolumeLocks(Duration.ZERO),
                                    new TreeUse(its)),
                            pool.clock)
                    .run();
        } finally {
            System.setErr(realErr);
        }
        return told.toString(StandardCharsets.UTF_8);
    }
}
