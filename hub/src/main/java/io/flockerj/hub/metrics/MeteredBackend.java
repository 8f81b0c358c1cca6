package io.flockerj.hub.metrics;

import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Counts calls of a storage, how long they took, and those that failed. That something is not there is an answer, and no failure. */
public record MeteredBackend(StreamingBackend storage, Metrics metrics) implements StreamingBackend {
    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T metered(String operation, Call<T> call) throws IOException {
        long begun = System.nanoTime();
        boolean isDone = false;
        try {
            T answer = call.make();
            isDone = true;
            return answer;
        } catch (NoSuchObjectException e) {
            isDone = true;
            throw e;
        } finally {
            metrics.stored(operation, System.nanoTime() - begun, isDone);
        }
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        return metered("read", () -> storage.read(name, from, length));
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return metered("create", () -> storage.create(name, content));
    }

    @Override
    public boolean create(ObjectName name, Path content) throws IOException {
        return metered("create", () -> storage.create(name, content));
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        return metered("open", () -> storage.open(name, from, length));
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        metered("list", () -> {
            storage.list(folder, each);
            return true;
        });
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        metered("delete", () -> {
            storage.delete(name);
            return true;
        });
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return metered("value", () -> storage.value(name));
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        return metered("swap", () -> storage.swap(name, expected, value));
    }
}
