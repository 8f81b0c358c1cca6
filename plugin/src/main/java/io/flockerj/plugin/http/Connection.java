package io.flockerj.plugin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: reads requests, has them answered one after the other, writes the answers. It reads only while no
 * call is in flight, so that what a client sends ahead stays in the kernel, but for what one read has brought, and for the body
 * of the very request that is being answered if that is read while it comes. All of it happens on the event loop, but for the
 * bodies that threads of {@link Streams} write and read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Closing and lingering have no failure that anybody could act on.
final class Connection extends ChannelInboundHandlerAdapter implements Connections.Member {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    static final String GONE = "the client has gone";

    private enum Phase {
        /** Waiting for a request, or for the rest of one. */
        READING,
        /** A request is being answered. */
        ANSWERING,
        /** The last answer has been written; what still comes is thrown away. */
        LINGERING
    }

    private static final Incoming.Manner LAST = new Incoming.Manner(true, false, false);

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
    private @Nullable UploadBody receiving;
    private @Nullable ResponseStream sending;

    /** What all connections of a server share. */
    record Serving(
            Handler handler,
            Streams streams,
            Workers workers,
            Limits limits,
            Connections connections,
            InFlight inFlight) {}

    Connection(Serving serving, RequestDecoder decoder, Channel channel) {
        this.serving = serving;
        this.decoder = decoder;
        this.channel = channel;
        this.assembly = new RequestAssembly(serving.limits(), serving.handler()::upload);
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
        if (receiving != null) {
            receiving.fail(GONE);
        }
        if (sending != null) {
            sending.fail(GONE);
        }
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
            case Incoming.Uploading uploading -> upload(uploading);
            case Incoming.Refused refused ->
                refuse(HttpResponseStatus.valueOf(refused.status()), refused.message(), LAST);
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
            case Plan.Now now -> receive(call.manner(), now.answer(), Connection::nothing);
            case Plan.Later later ->
                new Execution(
                                later,
                                serving.workers(),
                                serving.inFlight(),
                                channel.eventLoop(),
                                (answer, undelivered) -> receive(call.manner(), answer, undelivered))
                        .start();
        }
    }

    /** Reading goes on as the reader makes room, in {@link #readOn}. */
    private void upload(Incoming.Uploading uploading) {
        UploadBody body = uploading.body();
        body.whenThereIsRoom(() -> onLoop(this::readOn));
        receiving = body;
        if (!serving.streams().start(() -> receiveUpload(uploading))) {
            uploaded(uploading, new Answer.Reply(tooManyStreams()));
        }
    }

    /** On a thread of its own. */
    private void receiveUpload(Incoming.Uploading uploading) {
        Answer answer;
        try {
            answer = uploading.upload().receiver().receive(uploading.body());
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("An upload failed in a way that was not foreseen; its connection is dropped");
            answer = new Answer.Drop();
        }
        Answer result = answer;
        onLoop(() -> uploaded(uploading, result));
    }

    private void uploaded(Incoming.Uploading uploading, Answer answer) {
        receiving = null;
        boolean whole = uploading.body().abandon();
        Incoming.Manner manner = uploading.manner();
        receive(whole ? manner : manner.andLast(), answer, Connection::nothing);
    }

    private void receive(Incoming.Manner manner, Answer answer, Runnable undelivered) {
        switch (answer) {
            case Answer.Reply reply -> write(reply.response(), manner, undelivered);
            case Answer.Stream stream -> stream(stream.response(), manner, undelivered);
            case Answer.Drop drop -> {
                serving.inFlight().leave();
                channel.close();
            }
        }
    }

    private void refuse(HttpResponseStatus status, String message, Incoming.Manner manner) {
        write(serving.handler().refuse(status.code(), message), manner, Connection::nothing);
    }

    private Response tooManyStreams() {
        return serving.handler()
                .refuse(
                        HttpResponseStatus.SERVICE_UNAVAILABLE.code(),
                        "there are " + serving.limits().streams()
                                + " transfers at once already; try again when one of them has ended");
    }

    private void write(Response response, Incoming.Manner manner, Runnable undelivered) {
        boolean close = manner.last() || ending;
        ChannelFuture written = channel.writeAndFlush(encode(response, close, manner.bodiless()));
        end(written, serving.limits().takenWithin(), close, undelivered);
    }

    /** Awaits that the client has taken the end of an answer. */
    private void end(ChannelFuture written, Duration within, boolean close, Runnable undelivered) {
        if (!written.isDone()) {
            startTimer(within, channel::close);
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

    private void stream(StreamedResponse response, Incoming.Manner manner, Runnable undelivered) {
        if (!manner.chunks()) {
            undelivered.run();
            refuse(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "this is answered in HTTP/1.1 only", LAST);
            return;
        }
        if (manner.bodiless()) {
            undelivered.run();
            write(
                    new Response(response.status(), response.contentType(), response.headers(), new byte[0]),
                    manner,
                    Connection::nothing);
            return;
        }
        boolean close = manner.last() || ending;
        ResponseStream out = new ResponseStream(channel, serving.limits());
        if (serving.streams().start(() -> produce(response, out, close, undelivered))) {
            sending = out;
            channel.writeAndFlush(encodeHead(response, close)).addListener(done -> {
                if (!done.isSuccess()) {
                    out.fail(GONE);
                }
            });
        } else {
            undelivered.run();
            write(tooManyStreams(), manner, Connection::nothing);
        }
    }

    /** On a thread of its own. */
    private void produce(StreamedResponse response, ResponseStream out, boolean close, Runnable undelivered) {
        boolean whole = false;
        try {
            response.producer().writeTo(out);
            out.flush();
            whole = !out.broken();
        } catch (IOException | RuntimeException | Error e) {
            if (out.broken()) {
                LOG.atDebug().setCause(e).log("A client has not taken a streamed answer to its end");
            } else {
                LOG.atError().setCause(e).log("A streamed answer could not be completed; it is cut off");
            }
        }
        boolean complete = whole;
        onLoop(() -> produced(complete, close, undelivered));
    }

    private void produced(boolean whole, boolean close, Runnable undelivered) {
        sending = null;
        if (whole) {
            ChannelFuture written = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            end(written, serving.limits().streamStall(), close, undelivered);
        } else {
            undelivered.run();
            serving.inFlight().leave();
            channel.close();
        }
    }

    private void onLoop(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("A transfer has ended after its server");
        }
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
        if (reading || !channel.isActive()) {
            return;
        }
        switch (phase) {
            case READING -> {
                sendContinueIfWanted();
                if (decoder.midRequest() && timer == null) {
                    startTimer(serving.limits().requestWithin(), this::requestTooSlow);
                }
                channel.read();
            }
            case ANSWERING -> {
                if (receiving != null && receiving.wantsMore()) {
                    sendContinueIfWanted();
                    channel.read();
                }
            }
            case LINGERING -> channel.read();
        }
    }

    private void sendContinueIfWanted() {
        if (assembly.takeContinueWanted()) {
            channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
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
        response.headers().forEach(encoded.headers()::set);
        if (close) {
            encoded.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return encoded;
    }

    private static HttpResponse encodeHead(StreamedResponse response, boolean close) {
        HttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        response.headers().forEach(head.headers()::set);
        if (close) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return head;
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
