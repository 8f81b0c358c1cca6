package io.flockerj.hub.http;

import io.flockerj.hub.limit.Connections;
import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends handshakes that take too long, of which the server's library would wait for ever. */
final class Handshakes implements AutoCloseable {
    private static final int LOOKS = 4;
    private static final String REFUSED = "slow-handshake";

    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

    private final Connections connections;
    private final long millis;
    private final Meters meters;
    private final CountDownLatch end = new CountDownLatch(1);

    private Handshakes(Connections connections, Duration longest, Meters meters) {
        this.connections = connections;
        this.meters = meters;
        this.millis = Math.max(1, longest.toMillis() / LOOKS);
    }

    static Handshakes start(Connections connections, Duration longest, Meters meters) {
        Handshakes handshakes = new Handshakes(connections, longest, meters);
        Thread.ofVirtual().name("handshakes").start(handshakes::run);
        return handshakes;
    }

    private void run() {
        try {
            while (!end.await(millis, TimeUnit.MILLISECONDS)) {
                lookOnce();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever is wrong with one of them, others that are late are ended. */
    private void lookOnce() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Could not look for handshakes that take too long; trying again");
        }
    }

    private void look() {
        List<Channel> late = connections.takeLate();
        late.forEach(this::end);
        if (!late.isEmpty()) {
            LOG.atInfo().addKeyValue("connections", late.size()).log("Handshakes took too long and are not waited for");
        }
    }

    private void end(Channel late) {
        meters.refused(REFUSED);
        try {
            late.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("A connection could not be closed");
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
