package io.flockerj.hub.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.limit.Turns;
import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeavyTest {
    private static final Caller CALLER = Caller.anonymous("192.0.2.1", "request");

    @Test
    void whoGetsNoTurnIsToldToComeAgainAndATurnComesBack() throws IOException {
        Heavy heavy = new Heavy(new Turns(1, 1, Duration.ofMillis(10)));

        assertThatThrownBy(() -> heavy.run(CALLER, () -> heavy.run(CALLER, () -> 1)))
                .isInstanceOf(UnavailableException.class);
        assertThat(heavy.run(CALLER, () -> 2)).isEqualTo(2);
    }
}
