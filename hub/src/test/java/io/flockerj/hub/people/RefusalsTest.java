package io.flockerj.hub.people;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.Authentication.Reason;
import io.flockerj.hub.audit.Act;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final List<Act> acts = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-03T23:32:00Z");
    private final Refusals refusals = new Refusals(acts::add, () -> now);

    private void refuse(String address, int times) {
        for (int time = 0; time < times; time++) {
            refusals.refused(Optional.empty(), Reason.UNKNOWN, address, "r");
        }
    }

    @Test
    void aFewOfEachNetworkAreRecordedAndTheOthersCounted() {
        refuse("10.0.0.1", 100);
        refuse("10.0.0.2", 1);
        assertThat(acts).hasSize(Refusals.EACH + 1);
        now = now.plus(Refusals.WINDOW);
        refuse("10.0.0.1", 1);
        assertThat(acts.getLast().details()).containsEntry("notRecorded", "95");
        refuse("10.0.0.1", 1);
        assertThat(acts.getLast().details()).doesNotContainKey("notRecorded");
    }

    @Test
    void theAddressesOfOneNetworkOfVersionSixAreOne() {
        for (int host = 0; host < 100; host++) {
            refuse("2001:db8::" + host, 1);
        }
        assertThat(acts).hasSize(Refusals.EACH);
    }

    @Test
    void manyNetworksTogetherCannotFillTheRecord() {
        for (int network = 0; network < 2 * Refusals.MOST; network++) {
            refuse("10." + network / 65_536 + "." + network / 256 % 256 + "." + network % 256, 1);
        }
        assertThat(acts).hasSize(Refusals.ALL);
        now = now.plus(Refusals.WINDOW).plus(Duration.ofSeconds(1));
        refuse("192.0.2.1", 1);
        assertThat(acts).hasSize(Refusals.ALL + 1);
    }

    @Test
    void aClockThatWasSetBackLetsRecordAgain() {
        refuse("10.0.0.1", 100);
        now = now.minus(Duration.ofDays(1));
        refuse("10.0.0.1", 1);
        assertThat(acts).hasSize(Refusals.EACH + 1);
    }

    @Test
    void whatCannotBeRecordedIsRefusedAllTheSame() {
        Refusals failing = new Refusals(
                _ -> {
                    throw new IOException("full");
                },
                () -> now);
        failing.refused(Optional.empty(), Reason.REVOKED, "10.0.0.1", "r");
        assertThat(acts).isEmpty();
    }
}
