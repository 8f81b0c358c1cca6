package io.flockerj.plugin.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way from the event loop, which appends, to the thread that reads it. The loop asks {@link
 * #wantsMore} before it reads from the client.
 */
final class UploadBody extends InputStream {
    private static final int LAST_OF_BYTE = 0xFF;

    private final Limits limits;
    private final long most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> pieces = new ArrayDeque<>();
    private int read; // of the first piece
    private int buffered;
    private long received;
    private boolean complete;
    private boolean abandoned;
    private boolean full;
    private @Nullable String failure;
    private Runnable room = () -> {};

    /**
     * None of it yet.
     *
     * @param most bytes that it may have
     */
    UploadBody(Limits limits, long most) {
        this.limits = limits;
        this.most = most;
    }

    /** Tells, on the reader's thread, when there is room again after {@link #wantsMore} has said no for want of it. */
    void whenThereIsRoom(Runnable action) {
        locked(() -> room = action);
    }

    /** Takes more of the body; the bytes stay the caller's. */
    void append(ByteBuf content) {
        int size = content.readableBytes();
        if (size == 0) {
            return;
        }
        byte[] piece = new byte[size];
        content.getBytes(content.readerIndex(), piece);
        locked(() -> {
            if (size > most - received) {
                failure = "the body of the request is longer than " + most + " bytes";
            }
            if (failure == null && !abandoned) {
                received += size;
                buffered += size;
                pieces.add(piece);
            }
        });
    }

    /** All of it has been appended. */
    void complete() {
        locked(() -> complete = true);
    }

    /** The rest will not come. Does nothing if there is none. */
    void fail(String why) {
        locked(() -> {
            if (!complete && failure == null) {
                failure = why;
            }
        });
    }

    /** Nobody will read on. Answers whether all of it has come. */
    boolean abandon() {
        lock.lock();
        try {
            abandoned = true;
            pieces.clear();
            return complete && failure == null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether more should be read from the client now. */
    boolean wantsMore() {
        lock.lock();
        try {
            boolean open = !complete && !abandoned && failure == null;
            full = open && buffered >= limits.streamBytes();
            return open && !full;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & LAST_OF_BYTE;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        Runnable resume = null;
        int count;
        lock.lock();
        try {
            if (!await()) {
                return -1;
            }
            count = take(into, offset, length);
            if (full && buffered <= limits.streamBytes() / 2) {
                full = false;
                resume = room;
            }
        } finally {
            lock.unlock();
        }
        if (resume != null) {
            resume.run();
        }
        return count;
    }

    /** Whether there is something to take; false at the end. What came before a failure is read before it is told. */
    private boolean await() throws IOException {
        long left = limits.streamStall().toNanos();
        try {
            while (pieces.isEmpty() && failure == null && !complete && !abandoned && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the client", e);
        }
        if (!pieces.isEmpty()) {
            return true;
        }
        if (failure == null && !complete && !abandoned) {
            failure = "the client has sent nothing for " + limits.streamStall().toSeconds() + " s";
        }
        if (failure != null) {
            throw new IOException(failure);
        }
        return false;
    }

    private int take(byte[] into, int offset, int length) {
        int count = 0;
        while (count < length && !pieces.isEmpty()) {
            byte[] first = pieces.element();
            int part = Math.min(length - count, first.length - read);
            System.arraycopy(first, read, into, offset + count, part);
            count += part;
            read += part;
            if (read == first.length) {
                pieces.remove();
                read = 0;
            }
        }
        buffered -= count;
        return count;
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
