package io.flockerj.hub.guard;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.memory.MemoryBackend;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A storage that lives as long as a test. */
class MemoryStorage extends BackendDecorator implements StreamingBackend {
    MemoryStorage() {
        this(new MemoryBackend(InstantSource.fixed(Instant.EPOCH)));
    }

    MemoryStorage(Backend memory) {
        super(memory);
    }

    @Override
    public boolean create(ObjectName name, Path content) throws IOException {
        return create(name, List.of(Files.readAllBytes(content)));
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        byte[] whole = read(name, 0, Integer.MAX_VALUE);
        int begin = (int) Math.min(from, whole.length);
        int end = (int) Math.min(whole.length, begin + Math.min(length, whole.length));
        byte[] part = Arrays.copyOfRange(whole, begin, end);
        return new Part(whole.length, part.length, new ByteArrayInputStream(part));
    }

    /** All that is in it. */
    SortedMap<String, String> all() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        list(FolderBackend.OWNERS, listed -> all.put(listed.name().text(), ""));
        for (String name : List.copyOf(all.keySet())) {
            all.put(name, Base64.getEncoder().encodeToString(read(new ObjectName(name), 0, Integer.MAX_VALUE)));
        }
        return all;
    }
}
