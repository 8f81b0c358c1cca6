package io.flockerj.store.backend;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Moves no more bytes in a second than wanted, over some time: an object is sent once it is paid for, and is paid for after it was read.
 * Only contents count, not names and headers. It belongs within a {@link BoundedBackend}, so that not all who wait hold their bytes.
 */
public final class ThrottledBackend implements Backend {
    private final Backend next;
    private final Optional<Bandwidth> up;
    private final Optional<Bandwidth> down;

    /**
     * @param up to the place; empty for any number
     * @param down from the place
     */
    public ThrottledBackend(Backend next, Optional<Bandwidth> up, Optional<Bandwidth> down) {
        this.next = next;
        this.up = up;
        this.down = down;
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        byte[] read = next.read(name, from, length);
        pay(down, read.length, name);
        return read;
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        pay(up, content.stream().mapToLong(piece -> piece.length).sum(), name);
        return next.create(name, content);
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        next.list(folder, each);
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        next.delete(name);
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        Optional<Value> value = next.value(name);
        pay(down, value.map(read -> read.bytes().length()).orElse(0), name);
        return value;
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        pay(up, value.length, name);
        return next.swap(name, expected, value);
    }

    private static void pay(Optional<Bandwidth> bandwidth, long bytes, ObjectName name) throws IOException {
        if (bandwidth.isPresent()) {
            bandwidth.get().take(bytes, name);
        }
    }

    @Override
    public String toString() {
        return next.toString();
    }
}
