package io.flockerj.hub.audit;

import io.flockerj.hub.limit.Network;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts on record who reads what. A pull reads thousands of pieces, so of what the same person reads of the same volumeset, by the same
 * token from the same network, the first is recorded before it is answered; what follows within {@link #WINDOW} is counted, and
 * recorded as one act at the end of that time. Denials are counted the same way. So a hub that is killed loses how much was read in its last minute, never who read what.
 */
public final class ReadLog {
    /** For how long reads are counted together. */
    public static final Duration WINDOW = Duration.ofMinutes(1);

    /** So many readers are counted together at most; what more there are is recorded one by one. */
    private static final int MOST_WINDOWS = 10_000;

    private final AuditLog log;
    private final InstantSource clock;
    private final Map<Reader, Window> windows = new HashMap<>();

    private record Reader(
            ActKind kind,
            Optional<Id> account,
            Optional<Id> token,
            Optional<String> address,
            Optional<Id> volumeset,
            Optional<String> name) {}

    private record Window(Act first, Instant since, long reads, long bytes) {
        Window and(long moreReads, long moreBytes) {
            return new Window(first, since, reads + moreReads, bytes + moreBytes);
        }

        Act summary() {
            return first.kind() == ActKind.DENIAL
                    ? first.with(Map.of("since", since.toString(), "denials", Long.toString(reads)))
                    : first.with(Map.of(
                            "since", since.toString(), "reads", Long.toString(reads), "bytes", Long.toString(bytes)));
        }
    }

    public ReadLog(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Puts a read on record, before the bytes are sent.
     *
     * @param bytes how many will be sent
     */
    public void record(Act act, long bytes) throws IOException {
        Reader reader = reader(act);
        Instant now = clock.instant();
        if (isCounted(reader, bytes, now)) {
            return;
        }
        log.record(act.with("bytes", Long.toString(bytes)));
        open(reader, new Window(act, now, 0, 0));
    }

    /** Puts a denial on record, the same way: else the record would grow as somebody likes who may do nothing. */
    public void denied(Act act) throws IOException {
        Reader reader = reader(act);
        Instant now = clock.instant();
        if (isCounted(reader, 0, now)) {
            return;
        }
        log.record(act);
        open(reader, new Window(act, now, 0, 0));
    }

    private static Reader reader(Act act) {
        Actor actor = act.actor();
        Optional<String> address = actor.address().map(Network::ofCaller);
        return new Reader(act.kind(), actor.account(), actor.token(), address, act.volumeset(), act.volumesetName());
    }

    private synchronized boolean isCounted(Reader reader, long bytes, Instant now) {
        Window window = windows.get(reader);
        if (window == null || isOver(window, now)) {
            return false;
        }
        windows.put(reader, window.and(1, bytes));
        return true;
    }

    private static boolean isOver(Window window, Instant now) {
        return !now.isBefore(window.since().plus(WINDOW));
    }

    private void open(Reader reader, Window window) throws IOException {
        Optional<Window> before;
        synchronized (this) {
            if (windows.size() >= MOST_WINDOWS) {
                return;
            }
            Window present = windows.get(reader);
            if (present != null && !isOver(present, window.since())) {
                return;
            }
            before = Optional.ofNullable(windows.put(reader, window));
        }
        if (before.isPresent()) {
            write(reader, before.get());
        }
    }

    /** Records what was counted in windows that are over, or in all. */
    public void flush(boolean all) throws IOException {
        Instant now = clock.instant();
        List<Map.Entry<Reader, Window>> over = new ArrayList<>();
        synchronized (this) {
            windows.forEach((reader, window) -> {
                if (all || isOver(window, now)) {
                    over.add(Map.entry(reader, window));
                }
            });
            over.forEach(entry -> windows.remove(entry.getKey()));
        }
        for (int at = 0; at < over.size(); at++) {
            try {
                write(over.get(at).getKey(), over.get(at).getValue());
            } catch (IOException e) {
                over.subList(at + 1, over.size()).forEach(entry -> putBack(entry.getKey(), entry.getValue()));
                throw e;
            }
        }
    }

    private void write(Reader reader, Window window) throws IOException {
        if (window.reads() == 0) {
            return;
        }
        try {
            log.record(window.summary());
        } catch (IOException e) {
            putBack(reader, window);
            throw e;
        }
    }

    private synchronized void putBack(Reader reader, Window window) {
        windows.merge(reader, window, (newer, older) -> older.and(newer.reads(), newer.bytes()));
    }
}
