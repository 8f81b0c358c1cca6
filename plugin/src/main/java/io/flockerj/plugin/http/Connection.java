package io.flockerj.plugin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: reads requests, has them answered one after the other, writes the answers. It reads only while no
 * call is in flight, so that what a client sends ahead stays in the kernel, but for what one read has brought. All of it happens
 * on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Closing and lingering have no failure that anybody could act on.
final class Connection extends ChannelInboundHandlerAdapter implements Connections.Member {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private enum Phase {
        /** Waiting for a request, or for the rest of one. */
        READING,
        /** A request is being answered. */
        ANSWERING,
        /** The last answer has been written; what still comes is thrown away. */
        LINGERING
    }

    private final Serving serving;
    private final RequestDecoder decoder;
    private final RequestAssembly assembly;
    private final Queue<Incoming> waiting = new ArrayDeque<>();
    private final Channel channel;
    private Phase phase = Phase.READING;
    private boolean ending;
    private boolean deaf;
    private boolean reading;
    private @Nullable Future<?> timer;

    /** What all connections of a server share. */
    record Serving(Handler handler, Workers workers, Limits limits, Connections connections, InFlight inFlight) {}

    Connection(Serving serving, RequestDecoder decoder, Channel channel) {
        this.serving = serving;
        this.decoder = decoder;
        this.channel = channel;
        this.assembly = new RequestAssembly(serving.limits());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        serving.connections().opened(this);
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object piece) {
        try {
            reading = true;
            if (!deaf && channel.isActive()) {
                take(assembly.add((HttpObject) piece));
            }
        } finally {
            ReferenceCountUtil.release(piece);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        readOn();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        serving.connections().closed(this);
        stopTimer();
        deaf = true;
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.atDebug().setCause(cause).log("A client has cut its connection");
        } else {
            LOG.atError().setCause(cause).log("A connection failed in a way that was not foreseen; it is closed");
        }
        channel.close();
    }

    @Override
    public void end() {
        ending = true;
        if (phase == Phase.READING) {
            channel.close();
        }
    }

    @Override
    public void abort() {
        channel.close();
    }

    @Override
    public boolean midRequest() {
        return decoder.midRequest();
    }

    private void take(@Nullable Incoming incoming) {
        if (incoming == null) {
            return;
        }
        if (phase == Phase.READING) {
            stopTimer();
        }
        deaf = incoming instanceof Incoming.Refused;
        waiting.add(incoming);
        answerNext();
    }

    private void answerNext() {
        if (phase != Phase.READING) {
            return;
        }
        Incoming next = waiting.poll();
        if (next == null) {
            return;
        }
        phase = Phase.ANSWERING;
        serving.connections().busy(this);
        serving.inFlight().enter();
        switch (next) {
            case Incoming.Call call -> answer(call);
            case Incoming.Refused refused ->
                write(serving.handler().refuse(refused.status(), refused.message()), true, false, Connection::nothing);
        }
    }

    private void answer(Incoming.Call call) {
        Plan plan;
        try {
            plan = serving.handler().plan(call.request());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("A request could not be planned; its connection is dropped");
            plan = new Plan.Now(new Answer.Drop());
        }
        switch (plan) {
            case Plan.Now now -> receive(call, now.answer(), Connection::nothing);
            case Plan.Later later ->
                new Execution(
                                later,
                                serving.workers(),
                                serving.inFlight(),
                                channel.eventLoop(),
                                (answer, undelivered) -> receive(call, answer, undelivered))
                        .start();
        }
    }

    private void receive(Incoming.Call call, Answer answer, Runnable undelivered) {
        switch (answer) {
            case Answer.Reply reply -> write(reply.response(), call.last(), call.bodiless(), undelivered);
            case Answer.Drop drop -> {
                serving.inFlight().leave();
                channel.close();
            }
        }
    }

    private void write(Response response, boolean last, boolean bodiless, Runnable undelivered) {
        boolean close = last || ending;
        ChannelFuture written = channel.writeAndFlush(encode(response, close, bodiless));
        if (!written.isDone()) {
            startTimer(serving.limits().takenWithin(), channel::close);
        }
        written.addListener(done -> {
            stopTimer();
            if (!done.isSuccess()) {
                undelivered.run();
                channel.close();
            }
            serving.inFlight().leave();
            if (done.isSuccess()) {
                answered(close);
            }
        });
    }

    private void answered(boolean close) {
        if (!channel.isActive()) {
            return;
        }
        if (close || ending) {
            linger();
            return;
        }
        phase = Phase.READING;
        serving.connections().answered(this);
        answerNext();
        readOn();
    }

    /** Closing at once would make the kernel throw away our answer if the client is still sending. */
    private void linger() {
        phase = Phase.LINGERING;
        deaf = true;
        waiting.clear();
        ((DuplexChannel) channel).shutdownOutput();
        startTimer(serving.limits().linger(), channel::close);
        channel.read();
    }

    private void readOn() {
        if (reading || phase == Phase.ANSWERING || !channel.isActive()) {
            return;
        }
        if (phase == Phase.READING) {
            if (assembly.takeContinueWanted()) {
                channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE))
                        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
            if (decoder.midRequest() && timer == null) {
                startTimer(serving.limits().requestWithin(), this::requestTooSlow);
            }
        }
        channel.read();
    }

    private void requestTooSlow() {
        Duration limit = serving.limits().requestWithin();
        take(new Incoming.Refused(
                HttpResponseStatus.REQUEST_TIMEOUT.code(),
                "the request was not complete " + limit.toSeconds() + " s after it had begun"));
    }

    private static FullHttpResponse encode(Response response, boolean close, boolean bodiless) {
        FullHttpResponse encoded = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body()));
        encoded.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, encoded.content().readableBytes());
        if (close) {
            encoded.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return encoded;
    }

    private static void nothing() {}

    private void startTimer(Duration after, Runnable action) {
        stopTimer();
        timer = channel.eventLoop()
                .schedule(
                        () -> {
                            timer = null;
                            action.run();
                        },
                        after.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
