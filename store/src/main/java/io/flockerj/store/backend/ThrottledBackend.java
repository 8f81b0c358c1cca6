package io.flockerj.store.backend;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Moves no more bytes in a second than wanted, over some time: an object is sent once it is paid for, and is paid for after it was read.
 * Only contents count, not names and headers. It belongs within a {@link BoundedBackend}, so that not all who wait hold their bytes.
 */
public final class ThrottledBackend extends BackendDecorator {
    private final Optional<Bandwidth> up;
    private final Optional<Bandwidth> down;

    /**
     * @param up to the place; empty for any number
     * @param down from the place
     */
    public ThrottledBackend(Backend next, Optional<Bandwidth> up, Optional<Bandwidth> down) {
        super(next);
        this.up = up;
        this.down = down;
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        byte[] read = super.read(name, from, length);
        pay(down, read.length, name);
        return read;
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        pay(up, content.stream().mapToLong(piece -> piece.length).sum(), name);
        return super.create(name, content);
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        Optional<Value> value = super.value(name);
        pay(down, value.map(read -> read.bytes().length()).orElse(0), name);
        return value;
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        pay(up, value.length, name);
        return super.swap(name, expected, value);
    }

    private static void pay(Optional<Bandwidth> bandwidth, long bytes, ObjectName name) throws IOException {
        if (bandwidth.isPresent()) {
            bandwidth.get().take(bytes, name);
        }
    }
}
