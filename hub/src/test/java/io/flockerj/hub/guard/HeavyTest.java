package io.flockerj.hub.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeavyTest {
    @Test
    void whoGetsNoTurnIsToldToComeAgainAndATurnComesBack() throws IOException {
        Heavy heavy = new Heavy(1, Duration.ofMillis(10));

        assertThatThrownBy(() -> heavy.run(() -> heavy.run(() -> 1))).isInstanceOf(UnavailableException.class);
        assertThat(heavy.run(() -> 2)).isEqualTo(2);
    }
}
