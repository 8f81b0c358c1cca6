package io.flockerj.hub.http;

import io.flockerj.hub.limit.Connections;
import io.flockerj.hub.limit.LimitedException;
import io.flockerj.hub.limit.Network;
import io.flockerj.hub.limit.Seldom;
import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has sockets counted before anything is done with them. Helidon sets them up by this first of all, and closes one for which it throws. */
record CountedSockets(SocketOptions usual, Connections connections, Seldom told, Meters meters)
        implements SocketOptions {
    private static final String REFUSED = "too-many-connections";

    private static final Logger LOG = LoggerFactory.getLogger(CountedSockets.class);

    @Override
    public void configureSocket(SocketChannel channel) {
        try {
            if (channel.getRemoteAddress() instanceof InetSocketAddress from) {
                open(from, channel);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        usual.configureSocket(channel);
    }

    private void open(InetSocketAddress from, SocketChannel channel) throws IOException {
        try {
            connections.opened(channel.getLocalAddress(), from, channel);
        } catch (LimitedException e) {
            meters.refused(REFUSED);
            told.happened(Network.ofCaller(from.getAddress().getHostAddress()))
                    .ifPresent(before -> LOG.atWarn()
                            .addKeyValue("address", from.getAddress().getHostAddress())
                            .addKeyValue("notTold", before)
                            .log("A connection was refused, for there are as many from its network as there may be"));
            throw e;
        }
    }

    @Override
    public void configureSocket(Socket socket) {
        usual.configureSocket(socket);
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return usual.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return usual.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return usual.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return usual.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return usual.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return usual.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return usual.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return usual.tcpNoDelay();
    }
}
