package io.flockerj.hub.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.function.Supplier;

/** Gives what was measured to who watches the hub, on an address of its own, which is not for the hub's callers. */
public final class MetricsServer implements AutoCloseable {
    public static final String PATH = "/metrics";

    private static final int MOST_CONNECTIONS = 16;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final WebServer server;

    private MetricsServer(WebServer server) {
        this.server = server;
    }

    /**
     * Begins to listen.
     *
     * @param host empty for all addresses
     * @param port 0 for any that is free
     * @param text what was measured until now
     */
    public static MetricsServer start(String host, int port, String contentType, Supplier<byte[]> text) {
        return new MetricsServer(WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.create())
                .host(host.isEmpty() ? "0.0.0.0" : host)
                .port(port)
                .maxPayloadSize(0)
                .maxTcpConnections(MOST_CONNECTIONS)
                .idleConnectionTimeout(IDLE)
                .idleConnectionPeriod(LOOK)
                .shutdownGracePeriod(GRACE)
                .routing(routing -> routing.get(
                        PATH,
                        (_, response) -> response.header(HeaderNames.CONTENT_TYPE, contentType)
                                .send(text.get())))
                .build()
                .start());
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
