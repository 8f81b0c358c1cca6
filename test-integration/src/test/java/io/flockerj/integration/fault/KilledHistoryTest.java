package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The daemon is killed before steps of each change to the past of a volume, in a soak before each one. Started again, it shows what it had acknowledged, and
 * of the rest either all or nothing; and makes the change when it is asked once more.
 */
@Tag("root")
@Tag("restarts")
@ExtendWith(OwnMounts.class)
class KilledHistoryTest {
    @TempDir
    Path directory;

    /** With how many steps from one kill to the next: more where there are many that are alike. */
    static List<Arguments> changes() {
        return List.of(
                Arguments.of(new HistoryChange.TakeSnapshot(), 2),
                Arguments.of(new TakeGroup(), 4),
                Arguments.of(new Import(), 6),
                Arguments.of(new Remarks.Tag(), 2),
                Arguments.of(new Remarks.HoldAndLabel(), 2),
                Arguments.of(new HistoryChange.Clone(), 2),
                Arguments.of(new HistoryChange.Rollback(), 5),
                Arguments.of(new HistoryChange.RemoveSnapshot(), 2),
                Arguments.of(new HistoryChange.RestoreSnapshot(), 2),
                Arguments.of(new HistoryChange.DestroySnapshot(), 2),
                Arguments.of(new HistoryChange.RestoreVolume(), 2),
                Arguments.of(new HistoryChange.DestroyVolume(), 6));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void killedInAChangeItKeepsWhatItHadAcknowledged(Change change, int stride) throws Exception {
        try (Sweep sweep = new Sweep(Place.PLUGIN.in(directory).with("pool", "file"), Strides.every(stride))) {
            int kills = sweep.killAtStepsOf(change);
            System.out.printf("%s: killed %d times%n", change, kills);
            assertThat(kills).isPositive();
        }
    }
}
