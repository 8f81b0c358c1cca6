package io.flockerj.integration.fault;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to a disk, in order: its writes with their bytes, and its syncs.
 *
 * <p>The bytes lie in a file, so that memory holds only a few words for each event. Events are numbered from 0; a
 * <em>position</em> is the number of events before it. One thread appends while others read what is there already.
 */
final class WriteLog implements Closeable {
    /** No test of ours comes near; a runaway one shall fail before it fills the disk. */
    static final int MAX_EVENTS = 4_000_000;

    static final long MAX_BYTES = 16L << 30;

    /** One thing that happened to the disk. */
    sealed interface Event {}

    /** Bytes arrived: {@code length} of them at {@code offset}, kept in the log's file at {@code at}. */
    record Write(long offset, int length, long at) implements Event {}

    /** A range was punched out: it reads as zeros from then on. */
    record Zero(long offset, long length) implements Event {}

    /** All that was written before is on stable storage. */
    record Sync() implements Event {}

    private static final Sync SYNC = new Sync();

    private final FileChannel bytes;
    private final List<Event> events = new ArrayList<>();
    private long end;

    WriteLog(Path file) throws IOException {
        bytes = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    synchronized void write(long offset, ByteBuffer data) throws IOException {
        int length = data.remaining();
        if (end + length > MAX_BYTES) {
            throw new IOException("log of the recording disk: more than " + MAX_BYTES + " bytes written");
        }
        long at = end;
        while (data.hasRemaining()) {
            end += bytes.write(data, end);
        }
        add(new Write(offset, length, at));
    }

    synchronized void zero(long offset, long length) throws IOException {
        add(new Zero(offset, length));
    }

    synchronized void sync() throws IOException {
        add(SYNC);
    }

    private void add(Event event) throws IOException {
        if (events.size() == MAX_EVENTS) {
            throw new IOException("log of the recording disk: more than " + MAX_EVENTS + " writes and syncs");
        }
        events.add(event);
    }

    /** The number of events so far. */
    synchronized int position() {
        return events.size();
    }

    synchronized Event event(int index) {
        return events.get(index);
    }

    /** The numbers of the syncs in {@code [from, to)}. */
    synchronized List<Integer> syncs(int from, int to) {
        List<Integer> found = new ArrayList<>();
        for (int i = from; i < to; i++) {
            if (events.get(i) instanceof Sync) {
                found.add(i);
            }
        }
        return found;
    }

    /** The bytes of {@code write}. */
    ByteBuffer bytes(Write write) {
        ByteBuffer data = ByteBuffer.allocate(write.length());
        try {
            while (data.hasRemaining()) {
                if (bytes.read(data, write.at() + data.position()) < 0) {
                    throw new IOException("log of the recording disk ends within a write");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return data.flip();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
