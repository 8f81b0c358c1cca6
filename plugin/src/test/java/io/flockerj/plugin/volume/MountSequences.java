package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What engines do with Mount and Unmount, in order and out of it. */
abstract class MountSequences {
    private static final VolumeName DB = new VolumeName("db");
    private static final MountId A = new MountId("a".repeat(64));
    private static final MountId B = new MountId("b".repeat(64));
    /** All that Podman ever sends. */
    private static final MountId PODMAN =
            new MountId("2f73349cfc4630255319c6c8dfc1b46a8996ace9d14d8e07563b165915918ec2");

    private static final Duration GRACE = Duration.ofMinutes(2);

    private TestingPool<?> pool;
    private PoolVolumes volumes;
    private Path tree;

    /** An empty pool. */
    abstract TestingPool<?> pool() throws IOException;

    @BeforeEach
    void setUp() throws Exception {
        pool = pool();
        volumes = pool.load();
        volumes.create(DB, Map.of());
        tree = pool.driver.path(pool.catalogue().find(DB).orElseThrow().tree());
        Files.writeString(tree.resolve("file"), "data");
    }

    private boolean isMounted() throws IOException {
        boolean mounted = pool.mounts.point(DB, tree).isPresent();
        assertThat(volumes.get(DB).orElseThrow().mountPoint().isPresent()).isEqualTo(mounted);
        return mounted;
    }

    private Object held() {
        return volumes.get(DB).orElseThrow().status().getOrDefault("mountsHeld", "?");
    }

    /** As an engine starts a container: the volume's tree has to be what it gets. */
    private void start(String container, MountId id) throws Exception {
        assertThat(pool.mounts.bind(container, volumes.mount(DB, id)).resolve("file"))
                .hasContent("data");
    }

    /** As an engine ends a container. */
    private void stop(String container, MountId id) throws Exception {
        pool.mounts.release(container);
        volumes.unmount(DB, id);
    }

    @Test
    void theFirstUserMountsAndTheLastUnmounts() throws Exception {
        assertThat(volumes.mount(DB, A)).isEqualTo(pool.mounts.point(DB));
        assertThat(volumes.mount(DB, B)).isEqualTo(pool.mounts.point(DB));

        volumes.unmount(DB, A);
        assertThat(isMounted()).isTrue();
        volumes.unmount(DB, B);
        assertThat(isMounted()).isFalse();
    }

    @Test
    void copyingFromARunningContainerMountsAndUnmountsUnderItsOwnId() throws Exception {
        start("container", A);
        volumes.mount(DB, A);
        assertThat(held()).isEqualTo(2);

        volumes.unmount(DB, A);
        assertThat(isMounted()).isTrue();
        stop("container", A);
        assertThat(isMounted()).isFalse();
    }

    @Test
    void creatingAContainerMountsUnderAnIdThatIsNeverSeenAgain() throws Exception {
        volumes.mount(DB, B);
        volumes.unmount(DB, B);
        start("container", A);
        stop("container", A);

        assertThat(isMounted()).isFalse();
    }

    @Test
    void unmountingTwiceOrUnderAnUnknownIdTakesNothingFromOthers() throws Exception {
        volumes.unmount(DB, A);
        start("container", A);
        volumes.unmount(DB, B);
        volumes.unmount(DB, B);
        assertThat(isMounted()).isTrue();

        stop("container", A);
        volumes.unmount(DB, A);
        assertThat(isMounted()).isFalse();
    }

    @Test
    void afterAFailedUnmountTheSameIdComesAgainWithOneUnmount() throws Exception {
        start("container", A);
        pool.mounts.release("container");
        pool.mounts.fail(1);
        assertThatIOException().isThrownBy(() -> volumes.unmount(DB, A));

        start("container", A);
        stop("container", A);

        assertThat(isMounted()).isFalse();
    }

    @Test
    void aFailedMountIsNotCounted() throws Exception {
        pool.mounts.fail(1);
        assertThatIOException().isThrownBy(() -> volumes.mount(DB, A));
        assertThat(held()).isEqualTo(0);

        start("container", A);
        stop("container", A);
        assertThat(isMounted()).isFalse();
    }

    @Test
    void anEngineThatDiesSendsNoUnmountAndUsesTheOldIdAgain() throws Exception {
        start("container", A);
        pool.mounts.release("container");

        start("container", A);
        stop("container", A);

        // One mount too many is counted, and does no harm.
        assertThat(isMounted()).isTrue();
        volumes.remove(DB);
        assertThat(pool.mounts.mounted()).isEmpty();
    }

    @Test
    void afterALiveRestoreAnOldEngineUnmountsAndANewOneDoesNot() throws Exception {
        start("container", A);
        volumes.get(DB); // all that an engine says when it comes back
        stop("container", A);
        start("container", A);
        stop("container", A);
        assertThat(isMounted()).isFalse();

        start("container", A);
        pool.mounts.release("container"); // from 26.0 on: stopped without an Unmount
        start("container", A);
        assertThatThrownBy(() -> volumes.remove(DB)).isInstanceOf(VolumeInUseException.class);
        stop("container", A);
        volumes.remove(DB);
    }

    @Test
    void podmanMountsOnceForAllAndAgainAfterABoot() throws Exception {
        start("container", PODMAN);
        pool.mounts.release("container");
        pool.mounts.detach(DB);
        volumes = pool.load();

        start("container", PODMAN);
        stop("container", PODMAN);
        assertThat(isMounted()).isFalse();
    }

    @Test
    void whatAnEarlierDaemonLeftMountedIsAdopted() throws Exception {
        start("container", A);

        volumes = pool.load();

        assertThat(isMounted()).isTrue();
        assertThat(held()).isEqualTo(0);
        assertThat(volumes.mount(DB, A)).isEqualTo(pool.mounts.point(DB));
    }

    @Test
    void aMountThatADyingDaemonHasPromisedIsThereWhenTheEngineComesForIt() throws Exception {
        Path promised = volumes.mount(DB, A);
        volumes = pool.load();
        pool.clock.advance(GRACE.minusSeconds(1));

        volumes.unmount(DB, B);
        volumes.mount(DB, B);
        volumes.unmount(DB, B);
        volumes.tidy();

        assertThat(pool.mounts.bind("container", promised).resolve("file")).hasContent("data");
    }

    @Test
    void anAdoptedVolumeThatNobodyHoldsIsUnmountedWhenTheGraceIsOver() throws Exception {
        volumes.mount(DB, A);
        volumes = pool.load();
        pool.clock.advance(GRACE.minusSeconds(1));
        volumes.tidy();
        assertThat(isMounted()).isTrue();

        pool.clock.advance(Duration.ofSeconds(1));
        volumes.tidy();
        assertThat(isMounted()).isFalse();
    }

    @Test
    void anUnmountAfterTheGraceUnmountsAnAdoptedVolume() throws Exception {
        volumes.mount(DB, A);
        volumes = pool.load();
        pool.clock.advance(GRACE);

        volumes.unmount(DB, A);

        assertThat(isMounted()).isFalse();
    }

    @Test
    void whatIsHeldAgainStaysMountedAfterTheGrace() throws Exception {
        volumes.mount(DB, A);
        volumes = pool.load();
        volumes.mount(DB, A);
        pool.clock.advance(GRACE);

        volumes.tidy();

        assertThat(isMounted()).isTrue();
    }

    @Test
    void onlyWhatWasFoundMountedHasAGrace() throws Exception {
        volumes = pool.load();
        start("container", A);
        stop("container", A);

        assertThat(isMounted()).isFalse();
    }

    @Test
    void aVolumeOfTheNameOfAnAdoptedOneHasNoGrace() throws Exception {
        volumes.mount(DB, A);
        volumes = pool.load();
        volumes.remove(DB);
        volumes.create(DB, Map.of());
        volumes.mount(DB, A);

        volumes.unmount(DB, A);

        assertThat(pool.mounts.mounted()).isEmpty();
    }

    @Test
    void containersThatOutliveADaemonKeepTheVolumeFromBeingRemoved() throws Exception {
        start("one", A);
        start("two", B);
        volumes = pool.load();
        pool.clock.advance(GRACE);

        stop("one", A);
        assertThatThrownBy(() -> volumes.remove(DB))
                .hasMessageMatching("volume db is in use by .*two; stop what uses it.*");
        start("three", A);
        stop("two", B);
        assertThat(isMounted()).isTrue();
        stop("three", A);

        volumes.remove(DB);
    }

    @Test
    void anAdoptedVolumeCanBeRemovedAtOnceWhenNobodyUsesIt() throws Exception {
        volumes.mount(DB, A);
        volumes = pool.load();

        volumes.remove(DB);

        assertThat(pool.mounts.mounted()).isEmpty();
    }

    @Test
    void aBusyVolumeStaysMountedAndIsUnmountedWhenItIsFree() throws Exception {
        volumes.mount(DB, A);
        pool.mounts.setBusy(DB, true);
        volumes.unmount(DB, A);
        assertThat(isMounted()).isTrue();
        volumes.tidy();
        assertThat(isMounted()).isTrue();

        pool.mounts.setBusy(DB, false);
        volumes.tidy();
        assertThat(isMounted()).isFalse();
    }

    @Test
    void tidyingLeavesAloneWhatIsHeld() throws Exception {
        volumes.mount(DB, A);

        volumes.tidy();

        assertThat(isMounted()).isTrue();
    }

    @Test
    void oneVolumeThatCannotBeUnmountedHindersNoOther() throws Exception {
        List<VolumeName> names = List.of(DB, new VolumeName("a"), new VolumeName("x"));
        for (VolumeName name : names) {
            volumes.create(name, Map.of());
            volumes.mount(name, A);
        }
        volumes = pool.load();
        pool.clock.advance(GRACE);
        pool.mounts.fail(1);

        volumes.tidy();
        assertThat(pool.mounts.mounted()).hasSize(1);
        volumes.tidy();
        assertThat(pool.mounts.mounted()).isEmpty();
    }

    @Test
    void oneVolumeWhoseMountCannotBeToldHindersNoOther() throws Exception {
        for (VolumeName name : List.of(DB, new VolumeName("a"), new VolumeName("x"))) {
            volumes.create(name, Map.of());
            volumes.mount(name, A);
        }
        pool.mounts.fail(1);

        volumes = pool.load();

        assertThat(volumes.list().stream().filter(view -> view.mountPoint().isPresent()))
                .hasSize(2);
        for (VolumeView view : volumes.list()) {
            volumes.mount(view.name(), B);
        }
    }

    @Test
    void aMountPointThatWasLeftBareIsPutAwayAtTheStart() throws Exception {
        pool.mounts.leaveBare(DB);

        volumes = pool.load();

        assertThat(pool.mounts.bare()).isEmpty();
        assertThatThrownBy(() -> pool.mounts.bind("container", pool.mounts.point(DB)))
                .isInstanceOf(NoSuchFileException.class);
    }
}
