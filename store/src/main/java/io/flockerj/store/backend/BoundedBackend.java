package io.flockerj.store.backend;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Lets so many calls go on at once; others wait in the order in which they came. So virtual threads need not be counted elsewhere. */
public final class BoundedBackend implements Backend {
    private final Backend next;
    private final Semaphore places;

    /** @param atOnce at least 1 */
    public BoundedBackend(Backend next, int atOnce) {
        if (atOnce < 1) {
            throw new IllegalArgumentException("no calls at all: " + atOnce);
        }
        this.next = next;
        this.places = new Semaphore(atOnce, true);
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        return inTurn(name, () -> next.read(name, from, length));
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return inTurn(name, () -> next.create(name, content));
    }

    /** @param each must not call this backend, which may be waiting for the end of this call */
    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        inTurn(folder, () -> {
            next.list(folder, each);
            return true;
        });
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        inTurn(name, () -> {
            next.delete(name);
            return true;
        });
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return inTurn(name, () -> next.value(name));
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        return inTurn(name, () -> next.swap(name, expected, value));
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T inTurn(ObjectName name, Call<T> call) throws IOException {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Sleeper.interrupted(name, e);
        }
        try {
            return call.run();
        } finally {
            places.release();
        }
    }

    @Override
    public String toString() {
        return next.toString();
    }
}
