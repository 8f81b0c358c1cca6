package io.flockerj.store.backend.memory;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Keeps bytes as long as it is kept itself. */
public final class MemoryBackend implements Backend {
    private final InstantSource clock;
    private final TreeMap<ObjectName, Entry> entries = new TreeMap<>();
    private long versions;

    private record Entry(Bytes bytes, Version version, Instant modified) {}

    public MemoryBackend(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized byte[] read(ObjectName name, long from, int length) throws NoSuchObjectException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new NoSuchObjectException(name, "memory");
        }
        int begin = (int) Math.min(from, entry.bytes().length());
        return Arrays.copyOfRange(entry.bytes().toArray(), begin, (int)
                Math.min(begin + (long) length, entry.bytes().length()));
    }

    @Override
    public synchronized boolean create(ObjectName name, List<byte[]> content) {
        if (entries.containsKey(name)) {
            return false;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.forEach(bytes::writeBytes);
        put(name, bytes.toByteArray());
        return true;
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) {
        List<Listed> found;
        synchronized (this) {
            found = entries.tailMap(folder).entrySet().stream()
                    .takeWhile(entry -> entry.getKey().text().startsWith(folder.text()))
                    .filter(entry -> entry.getKey().isBelow(folder))
                    .map(entry -> new Listed(
                            entry.getKey(),
                            entry.getValue().bytes().length(),
                            entry.getValue().modified()))
                    .toList();
        }
        found.forEach(each);
    }

    @Override
    public synchronized void delete(ObjectName name) {
        entries.remove(name);
    }

    @Override
    public synchronized Optional<Value> value(ObjectName name) {
        return Optional.ofNullable(entries.get(name)).map(entry -> new Value(entry.bytes(), entry.version()));
    }

    @Override
    public synchronized Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) {
        Optional<Version> actual = Optional.ofNullable(entries.get(name)).map(Entry::version);
        return actual.equals(expected) ? Optional.of(put(name, value)) : Optional.empty();
    }

    private Version put(ObjectName name, byte[] bytes) {
        Version version = new Version(Long.toString(++versions));
        entries.put(name, new Entry(Bytes.of(bytes), version, clock.instant()));
        return version;
    }
}
