package io.flockerj.hub.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LimiterTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private Limiter limiter(Limits limits) {
        return new Limiter(limits, () -> now);
    }

    private static void askTimes(int times, Limiter limiter, String address) throws LimitedException {
        for (int asked = 0; asked < times; asked++) {
            limiter.asks(address);
        }
    }

    @Test
    void whoAsksTooOftenIsToldWhenToGoOn() throws LimitedException {
        Limiter limiter = limiter(new Limits(0, 4, 1, 1));
        askTimes(4 * Limits.BURST, limiter, "192.0.2.1");

        assertThatThrownBy(() -> limiter.asks("192.0.2.1"))
                .isInstanceOfSatisfying(
                        LimitedException.class,
                        limited -> assertThat(limited.retryAfter()).isEqualTo(Duration.ofMillis(250)));
        limiter.asks("192.0.2.2");

        now = now.plusMillis(500);
        askTimes(2, limiter, "192.0.2.1");
        assertThatThrownBy(() -> limiter.asks("192.0.2.1")).isInstanceOf(LimitedException.class);
    }

    @Test
    void whoWasQuietMayAskNoMoreAtOnceThanABucketHolds() throws LimitedException {
        Limiter limiter = limiter(new Limits(0, 1, 1, 1));
        limiter.asks("192.0.2.1");
        now = now.plus(Duration.ofDays(1));

        askTimes(Limits.BURST, limiter, "192.0.2.1");
        assertThatThrownBy(() -> limiter.asks("192.0.2.1")).isInstanceOf(LimitedException.class);
    }

    @Test
    void aClockThatIsSetBackFillsNoBucketAndEmptiesNone() throws LimitedException {
        Limiter limiter = limiter(new Limits(0, 1, 1, 1));
        askTimes(Limits.BURST - 1, limiter, "192.0.2.1");
        now = now.minus(Duration.ofDays(1));

        limiter.asks("192.0.2.1");
        assertThatThrownBy(() -> limiter.asks("192.0.2.1")).isInstanceOf(LimitedException.class);
        now = now.plusSeconds(1);
        limiter.asks("192.0.2.1");
    }

    @Test
    void addressesOfOneNetworkOfIpV6ShareABucket() throws LimitedException {
        Limiter limiter = limiter(new Limits(0, 1, 1, 1));
        askTimes(Limits.BURST, limiter, "2001:db8::1");

        assertThatThrownBy(() -> limiter.asks("2001:db8::2")).isInstanceOf(LimitedException.class);
        limiter.asks("2001:db8:0:1::1");
    }

    @Test
    void anAccountIsLimitedWhereverItAsksFrom() throws LimitedException {
        Limiter limiter = limiter(new Limits(1, 0, 1, 1));
        for (int asked = 0; asked < Limits.BURST; asked++) {
            limiter.asksAs("anna");
        }

        assertThatThrownBy(() -> limiter.asksAs("anna")).hasMessageContaining("this account");
        limiter.asksAs("bob");
        askTimes(1000, limiter, "192.0.2.1");
    }

    @Test
    void bucketsAreBounded() {
        Buckets buckets = new Buckets(1, 1);
        for (int who = 0; who <= Buckets.MOST; who++) {
            buckets.take(String.valueOf(who), now);
        }

        assertThat(buckets.size()).isEqualTo(Buckets.MOST);
        // The first was forgotten, the second not.
        assertThat(buckets.take("0", now)).isZero();
        assertThat(buckets.take(String.valueOf(Buckets.MOST), now)).isPositive();
    }

    @Test
    void uploadsAreLimitedForEachAndInAll() throws LimitedException {
        Limiter limiter = limiter(new Limits(0, 0, 2, 3));
        Limiter.Upload first = limiter.uploads("anna");
        try (Limiter.Upload _ = limiter.uploads("anna")) {
            assertThatThrownBy(() -> limiter.uploads("anna")).hasMessageContaining("2 uploads of this account");
            try (Limiter.Upload _ = limiter.uploads("bob")) {
                assertThatThrownBy(() -> limiter.uploads("carl")).hasMessageContaining("the hub is busy");
                assertThat(limiter.uploads()).isEqualTo(3);
            }
        }
        try (Limiter.Upload _ = limiter.uploads("carl")) {
            first.close();
        }
        assertThat(limiter.uploads()).isZero();
    }
}
