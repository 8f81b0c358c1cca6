package io.flockerj.hub.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private static final class Line implements Channel {
        private boolean isOpen = true;

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void close() {
            isOpen = false;
        }
    }

    private Connections connections(int most, Network... proxies) {
        return new Connections(new Limits(0, 0, 1, 1, most, HANDSHAKE), List.of(proxies), () -> now);
    }

    private static final InetSocketAddress HERE = from("192.0.2.200", 8443);

    private static Connections.Ends ends(int port) {
        return new Connections.Ends(HERE, from("192.0.2.1", port));
    }

    private static InetSocketAddress from(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void oneNetworkHasSoManyAndOthersHaveTheirOwn() throws LimitedException {
        Connections connections = connections(2);
        Line first = new Line();
        connections.opened(HERE, from("2001:db8::1", 1), first);
        connections.opened(HERE, from("2001:db8::2", 1), new Line());
        assertThatThrownBy(() -> connections.opened(HERE, from("2001:db8::3", 1), new Line()))
                .isInstanceOf(LimitedException.class);
        connections.opened(HERE, from("2001:db8:0:1::1", 1), new Line());
        connections.opened(HERE, from("192.0.2.1", 1), new Line());

        first.close();
        connections.opened(HERE, from("2001:db8::3", 2), new Line());
        assertThat(connections.size()).isEqualTo(4);
    }

    @Test
    void aTrustedProxyHasAnyNumberAndZeroIsNoLimit() throws LimitedException {
        Connections behind = connections(1, Network.parse("10.0.0.0/8"));
        Connections unlimited = connections(0);
        for (int port = 1; port < 10; port++) {
            behind.opened(HERE, from("10.1.2.3", port), new Line());
            unlimited.opened(HERE, from("192.0.2.1", port), new Line());
        }
        behind.opened(HERE, from("192.0.2.1", 1), new Line());
        assertThatThrownBy(() -> behind.opened(HERE, from("192.0.2.1", 2), new Line()))
                .isInstanceOf(LimitedException.class);
    }

    @Test
    void whoseHandshakeIsNotOverInTimeIsToBeClosed() throws LimitedException {
        Connections connections = connections(0);
        Line late = new Line();
        Line greeted = new Line();
        Line later = new Line();
        connections.opened(HERE, from("192.0.2.1", 1), late);
        connections.opened(HERE, from("192.0.2.1", 2), greeted);
        connections.greets(ends(2), () -> true);
        connections.greets(ends(1), () -> false);
        now = now.plus(HANDSHAKE);
        connections.opened(HERE, from("192.0.2.1", 3), later);
        connections.greets(ends(3), () -> false);
        assertThat(connections.takeLate()).isEmpty();

        now = now.plusMillis(1);
        assertThat(connections.takeLate()).containsExactly(late);
        assertThat(connections.takeLate()).isEmpty();
    }

    @Test
    void whatTheHubDoesBeforeTheHandshakeTakesNoneOfItsTime() throws LimitedException {
        Connections connections = connections(0);
        Line line = new Line();
        connections.opened(HERE, from("192.0.2.1", 1), line);
        now = now.plus(HANDSHAKE).plusMillis(1);
        connections.greets(ends(1), () -> false);
        assertThat(connections.takeLate()).isEmpty();

        now = now.plus(HANDSHAKE).plusMillis(1);
        assertThat(connections.takeLate()).containsExactly(line);
    }

    @Test
    void whoIsThroughWithTheHandshakeMayBeginAnother() throws LimitedException {
        Connections connections = connections(0);
        Line line = new Line();
        AtomicBoolean isOver = new AtomicBoolean(true);
        connections.opened(HERE, from("192.0.2.1", 1), line);
        connections.greets(ends(1), isOver::get);
        assertThat(connections.takeLate()).isEmpty();

        isOver.set(false);
        now = now.plus(HANDSHAKE).plusMillis(1);
        assertThat(connections.takeLate()).isEmpty();
    }

    @Test
    void oneCallerMayHaveTheSamePortToTwoAddresses() throws LimitedException {
        Connections connections = connections(0);
        InetSocketAddress elsewhere = from("192.0.2.201", 8443);
        Line late = new Line();
        connections.opened(HERE, from("192.0.2.1", 1), late);
        connections.opened(elsewhere, from("192.0.2.1", 1), new Line());
        assertThat(connections.size()).isEqualTo(2);
        connections.greets(ends(1), () -> false);
        connections.greets(new Connections.Ends(elsewhere, from("192.0.2.1", 1)), () -> true);
        now = now.plus(HANDSHAKE).plusMillis(1);

        assertThat(connections.takeLate()).containsExactly(late);
    }

    @Test
    void whoHasGoneAwayIsNotLate() throws LimitedException {
        Connections connections = connections(0);
        Line gone = new Line();
        connections.opened(HERE, from("192.0.2.1", 1), gone);
        connections.greets(ends(1), () -> false);
        gone.close();
        now = now.plus(HANDSHAKE).plusMillis(1);

        assertThat(connections.takeLate()).isEmpty();
        assertThat(connections.size()).isZero();
    }
}
