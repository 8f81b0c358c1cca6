package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountCountsTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final MountId A = new MountId("a");
    private static final MountId B = new MountId("b");

    private final MountCounts counts = new MountCounts();

    @Test
    void countsEachMountOfEachUser() {
        counts.add(DB, A);
        counts.add(DB, A);
        counts.add(DB, B);
        counts.add(new VolumeName("other"), A);

        assertThat(counts.of(DB)).isEqualTo(3);
    }

    @Test
    void takesAwayOneMountOfTheUserNamed() {
        counts.add(DB, A);
        counts.add(DB, A);
        counts.add(DB, B);

        counts.remove(DB, A);

        assertThat(counts.of(DB)).isEqualTo(2);
        counts.remove(DB, A);
        counts.remove(DB, B);
        assertThat(counts.of(DB)).isZero();
    }

    @Test
    void neverFallsBelowNothing() {
        counts.remove(DB, A);
        counts.add(DB, A);
        counts.remove(DB, B);
        counts.remove(DB, B);

        assertThat(counts.of(DB)).isEqualTo(1);
        counts.remove(DB, A);
        counts.remove(DB, A);
        counts.add(DB, A);
        assertThat(counts.of(DB)).isEqualTo(1);
    }

    @Test
    void forgetsAllUsersOfOneVolume() {
        counts.add(DB, A);
        counts.add(DB, B);
        counts.add(new VolumeName("other"), A);

        counts.forget(DB);

        assertThat(counts.of(DB)).isZero();
        assertThat(counts.of(new VolumeName("other"))).isEqualTo(1);
    }
}
