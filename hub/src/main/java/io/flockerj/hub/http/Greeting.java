package io.flockerj.hub.http;

import io.flockerj.hub.limit.Connections;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;

/** Notes that a connection begins its handshake, which Helidon does when it reads for the first time; without TLS it has none. */
record Greeting(ServerConnectionSelector http, Connections connections) implements ServerConnectionSelector {
    @Override
    public ServerConnection connection(ConnectionContext context) {
        Optional<SSLEngine> engine = Engines.ofThread();
        connections.greets(
                new Connections.Ends(
                        context.localPeer().address(), context.remotePeer().address()),
                () -> engine.map(Engines::isHandshakeOver).orElse(true));
        return http.connection(context);
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }
}
