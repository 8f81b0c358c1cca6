package io.flockerj.plugin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final Duration SILENT_GRACE = Duration.ofSeconds(1);
    private static final Duration IDLE_GRACE = Duration.ofSeconds(10);

    private final List<String> closed = new ArrayList<>();
    private long now;
    private final Connections connections =
            new Connections(TestingLimits.connections(3, SILENT_GRACE, IDLE_GRACE), () -> now);

    private final class Fake implements Connections.Member {
        private final String name;
        private boolean midRequest;

        Fake(String name) {
            this.name = name;
            connections.opened(this);
        }

        Fake busy() {
            connections.busy(this);
            return this;
        }

        Fake answered() {
            connections.busy(this);
            connections.answered(this);
            return this;
        }

        @Override
        public void end() {
            throw new AssertionError("not to make room");
        }

        @Override
        public void abort() {
            closed.add(name);
        }

        @Override
        public boolean midRequest() {
            return midRequest;
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void nothingIsClosedWhileThereIsRoom() {
        new Fake("a");
        new Fake("b");
        pass(IDLE_GRACE);
        assertThat(connections.makeRoom()).isTrue();
        assertThat(closed).isEmpty();
    }

    @Test
    void oldestOfThoseThatNeverCompletedARequestGoesFirst() {
        new Fake("used").answered();
        new Fake("older");
        new Fake("newer");
        pass(IDLE_GRACE);
        assertThat(connections.makeRoom()).isTrue();
        assertThat(closed).containsExactly("older");
    }

    @Test
    void nobodyIsClosedWhoHasJustCome() {
        new Fake("a");
        new Fake("b");
        new Fake("c");
        pass(SILENT_GRACE.minusNanos(1));
        assertThat(connections.makeRoom()).isFalse();
        pass(Duration.ofNanos(1));
        assertThat(connections.makeRoom()).isTrue();
        assertThat(closed).containsExactly("a");
    }

    @Test
    void longestUnusedGoesWhenNoSilentOneCan() {
        Fake first = new Fake("first").answered();
        new Fake("second").answered();
        new Fake("third").answered();
        pass(Duration.ofSeconds(1));
        first.answered();
        pass(IDLE_GRACE.minusSeconds(1));
        assertThat(connections.makeRoom()).isTrue();
        assertThat(closed).containsExactly("second");
    }

    @Test
    void unusedOneIsKeptForAWhileAndWhileARequestIsArriving() {
        Fake arriving = new Fake("arriving").answered();
        arriving.midRequest = true;
        new Fake("unused").answered();
        new Fake("busy").busy();
        pass(IDLE_GRACE.minusNanos(1));
        assertThat(connections.makeRoom()).isFalse();
        pass(Duration.ofNanos(1));
        assertThat(connections.makeRoom()).isTrue();
        assertThat(closed).containsExactly("unused");
    }

    @Test
    void callInFlightIsNeverClosed() {
        new Fake("a").busy();
        new Fake("b").answered().busy();
        new Fake("c").busy();
        pass(Duration.ofDays(1));
        assertThat(connections.makeRoom()).isFalse();
        assertThat(closed).isEmpty();
    }
}
