package io.flockerj.plugin.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections, one at a time, and only when there is room. */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final long RETRY_MILLIS = 50;

    private final Connections connections;
    private boolean accepted;
    private boolean failing;
    private @Nullable Future<?> retry;

    Acceptor(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        accepted = true;
        failing = false;
        context.fireChannelRead(child);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (accepted) {
            accepted = false;
            acceptNext(context);
        } else {
            retryLater(context); // Accepting failed, as it does when the process is out of file descriptors.
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        if (retry != null) {
            retry.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!failing) {
            LOG.atWarn().setCause(cause).log("Connections cannot be accepted now; trying again until they can");
        }
        failing = true;
    }

    private void acceptNext(ChannelHandlerContext context) {
        Channel server = context.channel();
        if (!server.isActive()) {
            return;
        }
        if (connections.makeRoom()) {
            context.read();
        } else {
            retryLater(context);
        }
    }

    private void retryLater(ChannelHandlerContext context) {
        retry = context.channel().eventLoop().schedule(() -> acceptNext(context), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
}
