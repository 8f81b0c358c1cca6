package io.flockerj.plugin.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP/1.1 server on a Unix socket, with one thread that reads and writes. */
public final class UnixHttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(UnixHttpServer.class);
    private static final Duration LOOP_STOPS_WITHIN = Duration.ofSeconds(1);

    private final EventLoopGroup group;
    private final Channel listening;
    private final SocketFile file;
    private final Connections connections;
    private final InFlight inFlight;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private UnixHttpServer(
            EventLoopGroup group, Channel listening, SocketFile file, Connections connections, InFlight inFlight) {
        this.group = group;
        this.listening = listening;
        this.file = file;
        this.connections = connections;
        this.inFlight = inFlight;
    }

    /**
     * Listens. When this returns, clients can connect.
     *
     * @param socket where; at most about 95 bytes long. Its directory is made if it is missing, a dead server's socket is
     *     replaced, a living one's is an error
     * @param mode of the socket; a client needs the right to write
     * @param workers stay the caller's, to be closed after {@link #stop}
     */
    public static UnixHttpServer start(
            Path socket, Set<PosixFilePermission> mode, Limits limits, Workers workers, Handler handler)
            throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().name("http-", 0).factory(), NioIoHandler.newFactory());
        EventLoop loop = group.next();
        Connections connections = new Connections(limits, loop.ticker()::nanoTime);
        InFlight inFlight = new InFlight();
        ServerBootstrap bootstrap = bootstrap(
                limits,
                new Connection.Serving(
                        handler, new Streams(limits, workers, inFlight), workers, limits, connections, inFlight));
        Channel[] listening = new Channel[1];
        try {
            SocketFile file = SocketFile.bind(socket, mode, path -> listening[0] = bind(bootstrap.group(group), path));
            return new UnixHttpServer(group, listening[0], file, connections, inFlight);
        } catch (IOException | RuntimeException e) {
            Future<?> ignored = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    /**
     * Stops: accepts nobody any more, lets calls in flight finish, closes what is left. Stopping again does nothing.
     *
     * @param within how long calls may take to finish
     */
    public void stop(Duration within) throws InterruptedException {
        if (stopped.getAndSet(true)) {
            return;
        }
        listening.close().sync();
        try {
            file.removeIfOurs();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The socket's file could not be removed; it does no harm");
        }
        EventLoop loop = group.next();
        loop.submit(() -> connections.all().forEach(Connections.Member::end)).sync();
        if (!inFlight.awaitNone(within)) {
            LOG.atWarn()
                    .log("Calls were still being worked on at the end of the time to stop; they are left unanswered");
        }
        loop.submit(() -> connections.all().forEach(Connections.Member::abort)).sync();
        group.shutdownGracefully(0, LOOP_STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .sync();
    }

    private static ServerBootstrap bootstrap(Limits limits, Connection.Serving serving) {
        return new ServerBootstrap()
                .channelFactory(NioServerDomainSocketChannel::new)
                .option(ChannelOption.SO_BACKLOG, limits.backlog())
                .option(ChannelOption.AUTO_READ, false)
                .handler(new Acceptor(serving.connections()))
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(limits.readBytes()))
                // A few small messages at a time: arenas would only keep memory that the budget wants back.
                .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false, true))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        RequestDecoder decoder = new RequestDecoder(limits);
                        channel.pipeline()
                                .addLast(decoder, new HttpResponseEncoder(), new Connection(serving, decoder, channel));
                    }
                });
    }

    private static Channel bind(ServerBootstrap bootstrap, Path path) throws IOException {
        ChannelFuture bound = bootstrap.bind(UnixDomainSocketAddress.of(path)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }
}
