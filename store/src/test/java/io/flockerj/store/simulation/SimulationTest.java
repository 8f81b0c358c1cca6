package io.flockerj.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several hosts push and pull at once, over networks that lose answers and repeat writes, and die in the midst of it. */
class SimulationTest {
    private static final int SEEDS =
            Integer.getInteger("flockerj.simulation.seeds", Boolean.getBoolean("flockerj.soak") ? 10_000 : 100);

    private static final long SOME_SEED = 3;

    @Test
    void whateverFailsWhatWasCommittedIsThereAndRight() throws IOException {
        Long only = Long.getLong("flockerj.simulation.seed");
        if (only != null) {
            run(only);
            return;
        }
        Map<String, Integer> happened = new TreeMap<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed).forEach((what, count) -> happened.merge(what, count, Integer::sum));
        }
        assertThat(happened)
                .as("what came up")
                .containsKeys(
                        "AlreadyThere",
                        "Committed",
                        "Moved",
                        "Refused",
                        "Stale",
                        "check",
                        "crash",
                        "given up",
                        "in doubt",
                        "list of packs",
                        "pull",
                        "removal");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHostThatDiesAtAnyOfItsWritesLosesNothing(boolean after) throws IOException {
        int write = 0;
        while (!new World(SOME_SEED).runWithDeathAt(write, after)) {
            write++;
        }
        assertThat(write).isGreaterThan(15);
    }

    @Test
    void theSameSeedIsTheSameRun() throws IOException {
        assertThat(fingerprint(SOME_SEED)).isEqualTo(fingerprint(SOME_SEED)).isNotEqualTo(fingerprint(SOME_SEED + 1));
    }

    private static long fingerprint(long seed) throws IOException {
        World world = new World(seed);
        world.run();
        return world.fingerprint();
    }

    private static Map<String, Integer> run(long seed) throws IOException {
        World world = new World(seed);
        try {
            return world.run();
        } catch (Throwable e) {
            throw new AssertionError(
                    "seed " + seed + " fails; again with: mvn -pl store test -Dtest=SimulationTest"
                            + " -Dflockerj.simulation.seed=" + seed + "\nwhat happened last:\n" + world.lastLog(),
                    e);
        }
    }
}
