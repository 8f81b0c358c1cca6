package io.flockerj.hub.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeldomTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Seldom seldom = new Seldom(() -> now);

    @Test
    void whatOneDoesIsToldOnceInAWhileWithHowOftenItWasNot() {
        assertThat(seldom.happened("one")).hasValue(0);
        assertThat(seldom.happened("one")).isEmpty();
        assertThat(seldom.happened("another")).hasValue(0);
        now = now.plus(Seldom.WINDOW).minusMillis(1);
        assertThat(seldom.happened("one")).isEmpty();

        now = now.plusMillis(1);
        assertThat(seldom.happened("one")).hasValue(2);
        assertThat(seldom.happened("one")).isEmpty();
    }

    @Test
    void whoCameFirstIsForgottenFirst() {
        for (int who = 0; who <= Seldom.MOST; who++) {
            assertThat(seldom.happened("caller " + who)).hasValue(0);
        }
        assertThat(seldom.happened("caller 1")).isEmpty();
        assertThat(seldom.happened("caller 0")).hasValue(0);
    }
}
