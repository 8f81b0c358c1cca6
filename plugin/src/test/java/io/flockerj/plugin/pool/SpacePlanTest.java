package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.pool.SpacePlan.Space;
import io.flockerj.plugin.storage.ByteSize;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpacePlanTest {
    private static final long SEED = 20_260_102;
    private static final int ROUNDS = 200_000;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private static SpacePlan unlimited() {
        return new SpacePlan(Optional.empty());
    }

    /** What the host keeps for others: a twentieth, from 256 MiB to 10 GiB. */
    private static long reserve(long hostTotal) {
        return Math.clamp(hostTotal / 20, 256 * MIB, 10 * GIB);
    }

    private static void always(BiConsumer<SpacePlan, Space> property) {
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS; i++) {
            long hostTotal = random.nextLong(GIB, 1L << random.nextInt(31, 45));
            long size = random.nextLong(4, 1 + (1L << random.nextInt(4, 16))) * SpacePlan.STEP;
            Space space = new Space(
                    size,
                    random.nextLong(-64 * MIB, size),
                    random.nextLong(0, 1 + (hostTotal >> random.nextInt(0, 12))),
                    hostTotal);
            boolean limited = random.nextBoolean();
            long most = Math.max(256 * MIB, size + random.nextLong(-size, size));
            SpacePlan plan = new SpacePlan(limited ? Optional.of(new ByteSize(most)) : Optional.empty());
            try {
                property.accept(plan, space);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + SEED + ", round " + i + ": " + plan + " " + space, e);
            }
        }
    }

    @Test
    void aSizeIsAMultipleOfTheStep() {
        always((plan, space) -> assertThat(plan.wanted(space) % SpacePlan.STEP).isZero());
    }

    @Test
    void whatIsPromisedToWhoAsksForRoomIsWhatTheFileCanGrowBy() {
        assertThat(unlimited().spare(GIB, 20 * GIB, 100 * GIB)).isEqualTo(20 * GIB - reserve(100 * GIB));
        assertThat(new SpacePlan(Optional.of(new ByteSize(3 * GIB))).spare(GIB, 20 * GIB, 100 * GIB))
                .isEqualTo(2 * GIB);
        assertThat(unlimited().spare(GIB, 0, 100 * GIB)).isZero();
        always((plan, space) -> assertThat(plan.wanted(space))
                .isLessThanOrEqualTo(
                        space.size() + plan.spare(space.size(), space.hostAvailable(), space.hostTotal())));
    }

    @Test
    void theFileNeverGrowsBeyondTheMost() {
        always((plan, space) -> {
            long wanted = plan.wanted(space);
            assertThat(wanted <= space.size()
                            || wanted <= plan.most().map(ByteSize::bytes).orElse(Long.MAX_VALUE))
                    .isTrue();
        });
    }

    @Test
    void growingNeverTakesWhatTheHostKeepsForOthers() {
        always((plan, space) -> {
            long more = plan.wanted(space) - space.size();
            assertThat(more <= 0 || space.hostAvailable() - more >= reserve(space.hostTotal()))
                    .isTrue();
        });
    }

    @Test
    void shrinkingLeavesRoomForWritersAndIsDoneByParts() {
        always((plan, space) -> {
            long less = space.size() - plan.wanted(space);
            if (less > 0) {
                assertThat(space.free() - less).isGreaterThanOrEqualTo(512 * MIB);
                assertThat(less).isLessThanOrEqualTo(GIB);
                assertThat(space.size() - less).isGreaterThanOrEqualTo(GIB);
            }
        });
    }

    @Test
    void whatHasShrunkDoesNotGrowAgainAtOnceNorTheOtherWay() {
        always((plan, space) -> {
            long change = plan.wanted(space) - space.size();
            Space after = new Space(
                    space.size() + change, space.free() + change, space.hostAvailable() - change, space.hostTotal());
            long next = plan.wanted(after) - after.size();
            assertThat(Long.signum(change) * Long.signum(next)).isNotNegative();
        });
    }

    @Test
    void theNextLookComesBeforeAFastWriterIsDone() {
        always((plan, space) -> {
            Duration pause = plan.pause(space);
            assertThat(pause).isBetween(Duration.ofMillis(50), Duration.ofSeconds(1));
            boolean mayGrow = plan.wanted(space) > space.size();
            if (mayGrow && space.free() > 256 * MIB) {
                assertThat(pause.toMillis() * 2 * GIB / 1000).isLessThanOrEqualTo(space.free());
            }
        });
    }

    @Test
    void alwaysGrowingReachesTheMostOrTheHostsReserve() {
        for (Optional<ByteSize> most : java.util.List.of(
                Optional.<ByteSize>empty(), Optional.of(ByteSize.ofGibibytes(5)), Optional.of(new ByteSize(GIB + 5)))) {
            SpacePlan plan = new SpacePlan(most);
            long hostTotal = 20 * GIB;
            long available = hostTotal - GIB;
            long size = GIB;
            for (int look = 0; look < 100; look++) {
                long wanted = plan.wanted(new Space(size, 0, available, hostTotal));
                available -= wanted - size;
                size = wanted;
            }

            long end = most.map(ByteSize::bytes).orElse(hostTotal - reserve(hostTotal));
            assertThat(size).isBetween(end - SpacePlan.STEP + 1, end);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // size, free, host available, host total, wanted: all in MiB
        "1024, 900, 10000, 20480, 1024",
        "1024, 500, 10000, 20480, 1536",
        "1024, 0, 10000, 20480, 2048",
        "1024, 500, 1200, 20480, 1152",
        "1024, 500, 1000, 20480, 1024",
        "1024, 500, 0, 20480, 1024",
        "1024, 1000, 0, 20480, 1024",
        "4096, 2000, 10000, 20480, 4096",
        "4096, 3900, 10000, 20480, 3072",
        "4096, 2000, 100, 20480, 3072",
        "2048, 900, 100, 20480, 1664",
        "65536, 8000, 400000, 800000, 65536",
        "65536, 4000, 400000, 800000, 69696"
    })
    void theFileIsAsLargeAsIsNeeded(long size, long free, long available, long total, long wanted) {
        long actual = unlimited().wanted(new Space(size * MIB, free * MIB, available * MIB, total * MIB));

        assertThat(actual / MIB).isEqualTo(wanted);
    }

    @Test
    void aFileThatCannotGrowIsLookedAtSeldom() {
        SpacePlan plan = new SpacePlan(Optional.of(ByteSize.ofGibibytes(1)));

        assertThat(plan.pause(new Space(GIB, 0, 10 * GIB, 20 * GIB))).isEqualTo(Duration.ofSeconds(1));
        assertThat(unlimited().pause(new Space(GIB, 0, 10 * GIB, 20 * GIB))).isEqualTo(Duration.ofMillis(50));
        assertThat(unlimited().pause(new Space(64 * GIB, 9 * GIB, 10 * GIB, 20 * GIB)))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"10000, 20480, 0, 1024", "10000, 20480, 300, 256", "1500, 20480, 0, 256", "10000, 20480, 5000, 1024"})
    void theFirstSizeFitsTheHostAndTheMost(long available, long total, long most, long first) throws IOException {
        Optional<ByteSize> limit = most == 0 ? Optional.empty() : Optional.of(ByteSize.ofMebibytes(most));

        assertThat(SpacePlan.firstSize(available * MIB, total * MIB, limit)).isEqualTo(ByteSize.ofMebibytes(first));
    }

    @Test
    void aHostWithoutRoomGetsNoFile() {
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> SpacePlan.firstSize(1279 * MIB, 20480 * MIB, Optional.empty()))
                .withMessageContaining("make room");
    }
}
