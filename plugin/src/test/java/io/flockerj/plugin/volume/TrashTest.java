package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TestingStorageDriver;
import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrashTest {
    private static final String ANONYMOUS = "0123456789abcdef".repeat(4);

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private TestingStorageDriver driver;
    private Catalogue catalogue;
    private Trash trash;

    @BeforeEach
    void setUp() throws IOException {
        pool = TestingPool.inMemory(directory);
        driver = pool.driver;
        catalogue = pool.catalogue();
        trash = trash();
    }

    private Trash trash() throws IOException {
        return new Trash(pool.contents(catalogue), pool.mounts, pool.clock, TestingPool.KEEP, Trash.Anchors.NONE);
    }

    /** A volume that was removed just now. */
    private VolumeRecord removed(String name) throws IOException {
        RandomId id = pool.nextId();
        VolumeRecord record = new VolumeRecord(
                id,
                new VolumeName(name),
                new Volumeset(pool.nextId(), new Name(name)),
                new Branch(id, Name.MAIN),
                new TreeId(id),
                pool.clock.instant(),
                VolumeOptions.NONE,
                Optional.of(pool.clock.instant()));
        driver.create(record.tree(), record.options().treeSpec(record.account()));
        Files.writeString(driver.path(record.tree()).resolve("file"), name);
        catalogue.put(record);
        return record;
    }

    private boolean isKept(VolumeRecord record) throws IOException {
        boolean isKept = Files.exists(driver.path(record.tree()).resolve("file"));
        assertThat(catalogue.trash().contains(record)).isEqualTo(isKept);
        assertThat(pool.catalogue().trash().contains(record)).isEqualTo(isKept);
        assertThat(driver.hasAccount(record.account())).isEqualTo(isKept);
        return isKept;
    }

    @Test
    void aRemovedVolumeIsKeptForItsTimeAndNotLonger() throws IOException {
        VolumeRecord db = removed("db");
        pool.clock.advance(TestingPool.KEEP.minusSeconds(1));
        trash.sweep();
        assertThat(isKept(db)).isTrue();

        pool.clock.advance(Duration.ofSeconds(1));
        trash.sweep();
        assertThat(isKept(db)).isFalse();
    }

    @Test
    void anAnonymousVolumeGoesAtOnce() throws IOException {
        VolumeRecord anonymous = removed(ANONYMOUS);
        VolumeRecord db = removed("db");

        trash.sweep();

        assertThat(isKept(anonymous)).isFalse();
        assertThat(isKept(db)).isTrue();
    }

    @Test
    void theTreeGoesBeforeItsAccountAndTheRecordLast() throws IOException {
        VolumeRecord anonymous = removed(ANONYMOUS);
        pool.records.failNext(Moment.BEFORE);

        trash.sweep();

        assertThat(driver.calls())
                .endsWith(
                        "destroy " + anonymous.tree(),
                        "release " + anonymous.account().number());
        assertThat(pool.catalogue().trash()).containsExactly(anonymous);

        trash.sweep();
        assertThat(isKept(anonymous)).isFalse();
    }

    @Test
    void whatSomebodyHasMountedWaitsUntilNobodyHas() throws IOException {
        VolumeRecord used = removed(ANONYMOUS);
        VolumeRecord other = removed(ANONYMOUS.replace('0', '1'));
        Path point = pool.mounts.attach(used.name(), driver.path(used.tree()));
        pool.mounts.bind("container", point);
        pool.mounts.detach(used.name());

        trash.sweep();
        assertThat(isKept(used)).isTrue();
        assertThat(isKept(other)).isFalse();

        pool.mounts.release("container");
        trash.sweep();
        assertThat(isKept(used)).isFalse();
    }

    @Test
    void whatOnlyTheDaemonItselfHasMountedWaitsToo() throws IOException {
        VolumeRecord used = removed(ANONYMOUS);
        pool.mounts.attach(used.name(), driver.path(used.tree()));

        trash.sweep();

        assertThat(isKept(used)).isTrue();
    }

    @Test
    void eachTreeIsLookedAtJustBeforeItIsDestroyed() throws IOException {
        VolumeRecord first = removed(ANONYMOUS);
        VolumeRecord second = removed(ANONYMOUS.replace('0', '1'));
        Path firstTree = driver.path(first.tree());
        driver.onDestroy(tree -> {
            VolumeRecord other = tree.equals(firstTree) ? second : first;
            mount(other);
        });

        trash.sweep();

        assertThat(driver.list()).hasSize(1);
    }

    private void mount(VolumeRecord record) {
        try {
            pool.mounts.attach(record.name(), driver.path(record.tree()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsDestroyedWhileItCannotBeToldWhoUsesIt() throws IOException {
        VolumeRecord anonymous = removed(ANONYMOUS);
        pool.mounts.fail(1);

        trash.sweep();
        assertThat(isKept(anonymous)).isTrue();

        trash.sweep();
        assertThat(isKept(anonymous)).isFalse();
    }

    @Test
    void aTreeThatCannotBeLookedAtIsNotTakenForGone() throws IOException {
        VolumeRecord anonymous = removed(ANONYMOUS);
        Path trees = directory.resolve("volumes");
        Path aside = Files.move(trees, directory.resolve("aside"));
        Files.createSymbolicLink(trees, trees);

        trash.sweep();
        assertThat(catalogue.trash()).containsExactly(anonymous);
        assertThat(driver.hasAccount(anonymous.account())).isTrue();

        Files.delete(trees);
        Files.move(aside, trees);
        trash.sweep();
        assertThat(isKept(anonymous)).isFalse();
    }

    @Test
    void aFailureLeavesTheVolumeInTheTrashAndHindersNoOther() throws IOException {
        for (int i = 0; i < 4; i++) {
            removed(ANONYMOUS.replace('0', (char) ('a' + i)));
        }
        driver.fail(Step.DESTROY, 2);

        trash.sweep();
        assertThat(catalogue.trash())
                .hasSize(2)
                .allSatisfy(record -> assertThat(isKept(record)).isTrue());

        trash.sweep();
        assertThat(catalogue.trash()).isEmpty();
    }

    @Test
    void whatIsLeftOfATreeIsDestroyedTheNextTime() throws IOException {
        VolumeRecord anonymous = removed(ANONYMOUS);
        driver.fail(Step.DESTROY_REST, 2);

        for (int i = 0; i < 2; i++) {
            trash.sweep();
            assertThat(driver.list()).isEmpty();
            assertThat(driver.halfDestroyed()).containsExactly(anonymous.tree());
        }

        trash.sweep();
        assertThat(driver.halfDestroyed()).isEmpty();
        assertThat(catalogue.trash()).isEmpty();
    }

    @Test
    void aDriverThatBreaksDownHindersNoOther() throws IOException {
        removed(ANONYMOUS);
        removed(ANONYMOUS.replace('0', '1'));
        boolean[] isFirst = {true};
        driver.onDestroy(tree -> {
            if (isFirst[0]) {
                isFirst[0] = false;
                throw new IllegalStateException("told to break down");
            }
        });

        trash.sweep();

        assertThat(catalogue.trash()).hasSize(1);
    }

    @Test
    void theRecordStaysUntilTheAccountIsReleased() throws IOException {
        VolumeRecord anonymous = removed(ANONYMOUS);
        driver.putOffReleases(1);

        trash.sweep();
        assertThat(pool.catalogue().trash()).containsExactly(anonymous);
        assertThat(driver.list()).isEmpty();

        trash.sweep();
        assertThat(isKept(anonymous)).isFalse();
    }

    @Test
    void aTreeThatWasFoundWithoutARecordIsKeptWhileARecordCannotBeRead() throws IOException {
        TreeId tree = new TreeId(pool.nextId());
        driver.create(tree, VolumeOptions.NONE.treeSpec(removed("db").account()));
        new Recovery(pool.contents(catalogue), pool.clock).run();
        Path damaged = pool.recordDirectory().resolve("web@" + tree + ".json");
        Files.writeString(damaged, "damaged");
        catalogue = pool.catalogue();
        trash = trash();
        pool.clock.advance(TestingPool.KEEP);

        trash.sweep();
        assertThat(driver.list()).containsExactly(tree);

        Files.delete(damaged);
        catalogue = pool.catalogue();
        trash = trash();
        trash.sweep();
        assertThat(driver.list()).isEmpty();
    }
}
