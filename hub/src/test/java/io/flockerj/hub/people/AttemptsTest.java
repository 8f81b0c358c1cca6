package io.flockerj.hub.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final Instant NOW = Instant.EPOCH;

    private final Attempts attempts = new Attempts(2, Duration.ofSeconds(7));

    @Test
    void theDoorStaysClosedForTwiceAsLongEachTime() {
        Duration[] expected = {
            Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(7)
        };
        for (Duration pause : expected) {
            attempts.failed("anna", NOW);
            assertThat(attempts.closedFor("anna", NOW)).isEqualTo(pause);
        }
        assertThat(attempts.closedFor("anna", NOW.plusSeconds(7))).isZero();
        assertThat(attempts.closedFor("bert", NOW)).isZero();
    }

    @Test
    void oneThatIsTakenBackDoesNotCloseTheDoorAnew() {
        for (int n = 0; n < 3; n++) {
            attempts.failed("anna", NOW);
        }
        Instant later = NOW.plusSeconds(5);
        assertThat(attempts.closedFor("anna", later)).isZero();
        attempts.failed("anna", later);
        attempts.takeBack("anna");

        assertThat(attempts.closedFor("anna", later)).isZero();
        assertThat(attempts.closedFor("anna", NOW)).isPositive();
    }

    @Test
    void failuresAreForgottenInTime() {
        attempts.failed("anna", NOW);
        attempts.failed("anna", NOW.plus(Attempts.MEMORY));
        assertThat(attempts.closedFor("anna", NOW.plus(Attempts.MEMORY))).isZero();
    }

    @Test
    void memoryIsBoundedAndTheNewestAreKept() {
        for (int n = 0; n < Attempts.MOST + 100; n++) {
            attempts.failed("name" + n, NOW);
            attempts.failed("name" + n, NOW);
        }
        assertThat(attempts.size()).isEqualTo(Attempts.MOST);
        assertThat(attempts.closedFor("name0", NOW)).isZero();
        assertThat(attempts.closedFor("name" + (Attempts.MOST + 99), NOW)).isPositive();
    }
}
