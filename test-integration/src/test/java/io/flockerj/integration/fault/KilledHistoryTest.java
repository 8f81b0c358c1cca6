package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The daemon is killed before each step of each change to the past of a volume. Started again, it shows what it had acknowledged, and
 * of the rest either all or nothing; and makes the change when it is asked once more.
 */
@Tag("root")
@Tag("restarts")
@ExtendWith(OwnMounts.class)
class KilledHistoryTest {
    @TempDir
    Path directory;

    static List<Change> changes() {
        return List.of(
                new HistoryChange.TakeSnapshot(),
                new TakeGroup(),
                new Import(),
                new Remarks.Tag(),
                new Remarks.HoldAndLabel(),
                new HistoryChange.Clone(),
                new HistoryChange.Rollback(),
                new HistoryChange.RemoveSnapshot(),
                new HistoryChange.RestoreSnapshot(),
                new HistoryChange.DestroySnapshot(),
                new HistoryChange.RestoreVolume(),
                new HistoryChange.DestroyVolume());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void killedAtAnyStepOfAChangeItKeepsWhatItHadAcknowledged(Change change) throws Exception {
        try (Sweep sweep = new Sweep(Place.PLUGIN.in(directory).with("pool", "file"))) {
            int steps = sweep.killAtEachStepOf(change);
            System.out.printf("%s: killed before each of %d steps%n", change, steps);
            assertThat(steps).isPositive();
        }
    }
}
