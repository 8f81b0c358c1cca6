package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.SessionValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Says to whoever collects garbage that somebody is writing, and that what is not committed yet is not garbage (format.md section 13). A
 * short piece of work needs none: nothing is there before {@link #keep} is first called. Safe for many threads.
 */
public final class Session implements AutoCloseable {
    /** It has to be replaced at least every 10 minutes. */
    private static final Duration RENEWAL = Duration.ofMinutes(5);

    private final Backend backend;
    private final Id id;
    private final ObjectName name;
    private final InstantSource clock;
    private final Supplier<Id> ids;
    private final Optional<String> by;
    private Optional<Version> version = Optional.empty();
    private Instant renewed = Instant.MIN;
    private long generation;

    Session(Backend backend, Layout layout, InstantSource clock, Supplier<Id> ids, Optional<String> by) {
        this.backend = backend;
        this.id = ids.get();
        this.name = layout.session(id);
        this.clock = clock;
        this.ids = ids;
        this.by = by;
    }

    /** Begins, or goes on; to be called at least every few minutes from then on. */
    public synchronized void keep() throws IOException {
        Instant now = clock.instant();
        if (now.isBefore(renewed.equals(Instant.MIN) ? renewed : renewed.plus(RENEWAL))) {
            return;
        }
        SessionValue value = new SessionValue(id, 0, ids.get(), generation + 1, Optional.of(now), by);
        Optional<Version> written = backend.swap(name, version, value.write());
        // Nobody else writes it, so this can only be an earlier attempt of ours, or it was taken away.
        version = written.isPresent() ? written : takeOver(value);
        generation++;
        renewed = now;
    }

    private Optional<Version> takeOver(SessionValue value) throws IOException {
        Optional<Version> there = backend.value(name).map(found -> found.version());
        Optional<Version> written = backend.swap(name, there, value.write());
        if (written.isEmpty()) {
            throw new IOException("somebody else writes " + name + " in " + backend);
        }
        return written;
    }

    /** Ends. */
    @Override
    public synchronized void close() throws IOException {
        if (generation > 0) {
            backend.delete(name);
        }
    }
}
