package io.flockerj.integration.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@link RivalsTest} with Docker's own containers, and the plugin killed under them. */
@OnPrivateEngine
class RivalsOnDockerTest {
    private static final long SEED = Long.getLong("flockerj.seed", 20_261_122);
    private static final int ROUNDS = Boolean.getBoolean("flockerj.soak") ? 30 : 1;
    private static final int CALLERS = 3;
    private static final int ACTS = 50;

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;
    private final Ledger ledger = new Ledger();

    RivalsOnDockerTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void noOrderOfWhatDockerAndPeopleDoLosesOrMixesVolumes() throws Exception {
        System.out.printf("callers at work with the seed %d%n", SEED);
        Random random = new Random(SEED);
        for (int round = 1; round <= ROUNDS; round++) {
            try (Crowd crowd = new Crowd(callers(random), ACTS)) {
                plugin.killAndAwaitRestart();
                ledger.daemonEnded();
                crowd.awaitEnd();
            }
            PoolContent found =
                    PoolContent.in(Path.of("/proc/" + plugin.process().pid() + "/root/run/flockerj/pool"));
            assertThat(ledger.wrong(found)).as("round %d, seed %d", round, SEED).isEmpty();
            ledger.begin(found);
        }
        System.out.println(ledger.summary());
    }

    private List<Caller> callers(Random random) {
        Map<String, Lock> writers = Map.of("one", new ReentrantLock(), "two", new ReentrantLock());
        Path control = engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock"));
        return Stream.generate(() -> new Caller(
                        ledger,
                        new DockerContainers(engine, ledger),
                        new Line(ledger, plugin::socket, control),
                        new Random(random.nextLong()),
                        writers))
                .limit(CALLERS)
                .toList();
    }
}
