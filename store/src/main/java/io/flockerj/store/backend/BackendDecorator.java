package io.flockerj.store.backend;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands on every call to another backend, and does something around each: {@link #around}. */
public abstract class BackendDecorator implements Backend {
    private final Backend next;

    protected BackendDecorator(Backend next) {
        this.next = next;
    }

    /** A call of the other backend. */
    protected interface Call<T> {
        T run() throws IOException;
    }

    /**
     * Runs a call, as often as is wanted.
     *
     * @param name what it is about
     */
    protected <T> T around(ObjectName name, Call<T> call) throws IOException {
        return call.run();
    }

    /** The other backend. */
    protected final Backend next() {
        return next;
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        return around(name, () -> next.read(name, from, length));
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return around(name, () -> next.create(name, content));
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        around(folder, () -> {
            next.list(folder, each);
            return true;
        });
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        around(name, () -> {
            next.delete(name);
            return true;
        });
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return around(name, () -> next.value(name));
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        return around(name, () -> next.swap(name, expected, value));
    }

    @Override
    public String toString() {
        return next.toString();
    }
}
