package io.flockerj.hub.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    @Test
    void oneHasNoMoreThanAShareAndOthersHaveTheRest() throws InterruptedException {
        Turns turns = new Turns(3, 2, SHORT);
        assertThat(turns.take("slow")).isPresent();
        Turns.Turn second = turns.take("slow").orElseThrow();

        assertThat(turns.take("slow")).isEmpty();
        assertThat(turns.take("other")).isPresent();
        assertThat(turns.take("third")).as("all are taken").isEmpty();

        second.close();
        second.close();
        assertThat(turns.take("third")).isPresent();
        assertThat(turns.take("slow")).as("one turn came back, not two").isEmpty();
    }

    @Test
    void whoWaitsGetsTheTurnThatComesBack() throws Exception {
        Turns turns = new Turns(1, 1, Duration.ofMinutes(1));
        Turns.Turn first = turns.take("one").orElseThrow();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<Turns.Turn>> waiting = threads.submit(() -> turns.take("other"));
            first.close();
            assertThat(waiting.get()).isPresent();
        }
    }
}
