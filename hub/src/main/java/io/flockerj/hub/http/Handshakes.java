package io.flockerj.hub.http;

import io.flockerj.hub.limit.Connections;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends handshakes that take too long, of which the server's library would wait for ever. */
final class Handshakes implements AutoCloseable {
    private static final int LOOKS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

    private final Connections connections;
    private final long millis;
    private final CountDownLatch end = new CountDownLatch(1);

    private Handshakes(Connections connections, Duration longest) {
        this.connections = connections;
        this.millis = Math.max(1, longest.toMillis() / LOOKS);
    }

    static Handshakes start(Connections connections, Duration longest) {
        Handshakes handshakes = new Handshakes(connections, longest);
        Thread.ofVirtual().name("handshakes").start(handshakes::run);
        return handshakes;
    }

    private void run() {
        try {
            while (!end.await(millis, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            int closed = connections.closeLate();
            if (closed > 0) {
                LOG.atInfo().addKeyValue("connections", closed).log("Handshakes took too long and are not waited for");
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("A connection could not be closed");
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
