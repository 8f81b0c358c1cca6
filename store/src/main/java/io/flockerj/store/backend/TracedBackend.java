package io.flockerj.store.backend;

import io.flockerj.store.backend.Trace.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells of every call. Innermost it sees each attempt and each byte that goes over the wire; outermost what was wanted. */
public final class TracedBackend implements Backend {
    private final Backend next;
    private final InstantSource clock;
    private final Trace trace;

    public TracedBackend(Backend next, InstantSource clock, Trace trace) {
        this.next = next;
        this.clock = clock;
        this.trace = trace;
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        try (Measured call = new Measured(Kind.READ, name, 0)) {
            byte[] read;
            try {
                read = next.read(name, from, length);
            } catch (NoSuchObjectException e) {
                call.ended(0);
                throw e;
            }
            return call.ended(read, read.length);
        }
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        long bytes = content.stream().mapToLong(piece -> piece.length).sum();
        try (Measured call = new Measured(Kind.CREATE, name, bytes)) {
            return call.ended(next.create(name, content), 0);
        }
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        try (Measured call = new Measured(Kind.LIST, folder, 0)) {
            next.list(folder, each);
            call.ended(0);
        }
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        try (Measured call = new Measured(Kind.DELETE, name, 0)) {
            next.delete(name);
            call.ended(0);
        }
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        try (Measured call = new Measured(Kind.VALUE, name, 0)) {
            Optional<Value> value = next.value(name);
            return call.ended(value, value.map(read -> read.bytes().length()).orElse(0));
        }
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        try (Measured call = new Measured(Kind.SWAP, name, value.length)) {
            return call.ended(next.swap(name, expected, value), 0);
        }
    }

    /** One call, told of when it is closed; failed unless it has said that it ended. */
    private final class Measured implements AutoCloseable {
        private final Kind kind;
        private final ObjectName name;
        private final long up;
        private final Instant begun = clock.instant();
        private long down;
        private boolean failed = true;

        Measured(Kind kind, ObjectName name, long up) {
            this.kind = kind;
            this.name = name;
            this.up = up;
        }

        void ended(long bytes) {
            down = bytes;
            failed = false;
        }

        <T> T ended(T answer, long bytes) {
            ended(bytes);
            return answer;
        }

        @Override
        public void close() {
            trace.called(new Trace.Call(kind, name, up, down, Duration.between(begun, clock.instant()), failed));
        }
    }

    @Override
    public String toString() {
        return next.toString();
    }
}
