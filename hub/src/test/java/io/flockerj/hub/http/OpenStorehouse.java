package io.flockerj.hub.http;

import io.flockerj.hub.guard.Storehouse;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets everybody do everything, to see what HTTP does by itself. */
public record OpenStorehouse(StreamingBackend backend) implements Storehouse {
    private static final long LONGEST = 64 << 20;

    @Override
    public Terms terms(ObjectName name) {
        return new Terms(LONGEST);
    }

    @Override
    public boolean create(ObjectName name, Deposit deposit) throws IOException {
        return backend.create(name, deposit.file());
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        return backend.open(name, from, length);
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        backend.list(folder, each);
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        backend.delete(name);
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return backend.value(name);
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        return backend.swap(name, expected, value);
    }
}
