package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PaceTest {
    @Test
    @Timeout(60)
    void aReaderWhoTakesNothingIsNotWaitedFor() {
        CountDownLatch taken = new CountDownLatch(1);
        try (Pace pace = Pace.start(Duration.ofMillis(50))) {
            assertThatThrownBy(() -> pace.write(10, taken::await)).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    @Timeout(60)
    void whatTakesLongBesideWritingIsNoFault() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (Pace pace = Pace.start(Duration.ofMillis(10))) {
            pace.write(10, () -> {});
            assertThat(never.await(200, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
