package io.flockerj.plugin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer on its way from the thread that writes it to the client. No more of it is held here than {@link
 * Limits#streamBytes}: beyond that the writer waits until the kernel has taken a piece.
 */
final class ResponseStream extends OutputStream {
    /** What makes one chunk, unless it is flushed earlier; and the least that a client has to take within the time for it. */
    static final int PIECE = 32 << 10;

    private final Channel channel;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] piece = new byte[PIECE];
    private int filled;
    private long inFlight;
    private @Nullable String failure;

    ResponseStream(Channel channel, Limits limits) {
        this.channel = channel;
        this.limits = limits;
    }

    /** Whether the client can no longer be given the rest. */
    boolean broken() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more can be sent. */
    void fail(String why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int b) throws IOException {
        if (filled == PIECE) {
            flush();
        }
        piece[filled++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int done = 0;
        while (done < length) {
            if (filled == PIECE) {
                flush();
            }
            int part = Math.min(length - done, PIECE - filled);
            System.arraycopy(bytes, offset + done, piece, filled, part);
            filled += part;
            done += part;
        }
    }

    @Override
    public void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        byte[] full = filled == PIECE ? piece : Arrays.copyOf(piece, filled);
        piece = filled == PIECE ? new byte[PIECE] : piece;
        filled = 0;
        awaitRoom(full.length);
        try {
            channel.eventLoop().execute(() -> send(full));
        } catch (RejectedExecutionException e) {
            fail("the server has been stopped");
        }
    }

    /** Only flushes: whoever wraps a stream closes it also when something has gone wrong, and then it must not end whole. */
    @Override
    public void close() throws IOException {
        flush();
    }

    private void send(byte[] bytes) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)))
                .addListener(done -> {
                    taken(bytes.length);
                    if (!done.isSuccess()) {
                        fail(Connection.GONE);
                    }
                });
    }

    private void taken(int bytes) {
        lock.lock();
        try {
            inFlight -= bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(int bytes) throws IOException {
        lock.lock();
        try {
            while (failure == null && inFlight > 0 && inFlight + bytes > limits.streamBytes()) {
                awaitProgress();
            }
            if (failure != null) {
                throw new IOException(failure);
            }
            inFlight += bytes;
        } finally {
            lock.unlock();
        }
    }

    private void awaitProgress() throws IOException {
        long before = inFlight;
        long left = limits.streamStall().toNanos();
        while (failure == null && inFlight == before) {
            if (left <= 0) {
                failure = "the client has taken nothing for "
                        + limits.streamStall().toSeconds() + " s";
                return;
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the client", e);
            }
        }
    }
}
