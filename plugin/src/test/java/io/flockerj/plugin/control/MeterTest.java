package io.flockerj.plugin.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.progress.Progress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MeterTest {
    private final HandClock clock = new HandClock();
    private final Meter meter = new Meter(clock);

    private Meter.Reading after(Duration time, long bytes, long entries) {
        clock.advance(time);
        meter.add(bytes, entries);
        return meter.read();
    }

    @Test
    void itShowsWhatIsDoneAndHowFast() {
        Meter.Reading reading = after(Duration.ofSeconds(2), 3000, 4);

        assertThat(reading.bytes()).isEqualTo(3000);
        assertThat(reading.entries()).isEqualTo(4);
        assertThat(reading.bytesPerSecond()).contains(1500L);
        assertThat(reading.totalBytes()).isEmpty();
        assertThat(reading.remaining()).isEmpty();
    }

    @Test
    void theRateIsThatOfTheLastSeconds() {
        for (int second = 0; second < 30; second++) {
            after(Duration.ofSeconds(1), 10_000, 1);
        }
        for (int second = 0; second < 12; second++) {
            after(Duration.ofSeconds(1), 100, 1);
        }

        assertThat(meter.read().bytesPerSecond()).contains(100L);
    }

    @Test
    void whatRemainsFollowsFromTheBytesOrElseFromTheEntries() {
        meter.expect(10_000, 1000);
        assertThat(after(Duration.ofSeconds(1), 1000, 1).remaining()).contains(Duration.ofSeconds(9));

        meter.expect(Progress.UNKNOWN, 5);
        assertThat(meter.read().remaining()).contains(Duration.ofSeconds(4));
        assertThat(meter.read().totalBytes()).isEmpty();
        assertThat(meter.read().totalEntries()).contains(5L);
    }

    @Test
    void whatStandsStillHasNoEndInSight() {
        meter.expect(10_000, Progress.UNKNOWN);
        after(Duration.ofSeconds(1), 1000, 1);
        for (int second = 0; second < 12; second++) {
            after(Duration.ofSeconds(1), 0, 0);
        }

        assertThat(meter.read().remaining()).isEmpty();
    }

    @Test
    void moreThanWasExpectedLeavesNothing() {
        meter.expect(10, Progress.UNKNOWN);

        assertThat(after(Duration.ofSeconds(1), 1000, 1).remaining()).contains(Duration.ZERO);
    }
}
