package io.flockerj.hub.http;

import io.flockerj.hub.limit.Connections;
import io.flockerj.hub.limit.LimitedException;
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
record CountedSockets(SocketOptions usual, Connections connections) implements SocketOptions {
    private static final Logger LOG = LoggerFactory.getLogger(CountedSockets.class);

    @Override
    public void configureSocket(SocketChannel channel) {
        try {
            if (channel.getRemoteAddress() instanceof InetSocketAddress from) {
                connections.opened(from, channel);
            }
        } catch (LimitedException e) {
            LOG.atDebug().log(e.getMessage());
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        usual.configureSocket(channel);
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
