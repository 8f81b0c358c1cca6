package io.flockerj.plugin.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one server, and which of them may be closed when others want in. Connections with a call in flight never
 * are. Of the others, first those that never completed a request, the oldest first; then those unused for longest. Used on the
 * event loop only.
 */
final class Connections {
    /** A connection as it is seen here. */
    interface Member {
        /** Closes it: now if it has no call in flight, else after that call's answer. */
        void end();

        /** Closes it now. */
        void abort();

        /** Whether a part of a request has arrived. */
        boolean midRequest();
    }

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final SequencedMap<Member, Long> silentSince = new LinkedHashMap<>();
    private final SequencedMap<Member, Long> unusedSince = new LinkedHashMap<>();
    private final Set<Member> busy = new LinkedHashSet<>();

    /**
     * None yet.
     *
     * @param nanoTime time in nanoseconds from any moment
     */
    Connections(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    void opened(Member member) {
        silentSince.put(member, nanoTime.getAsLong());
    }

    void busy(Member member) {
        closed(member);
        busy.add(member);
    }

    void answered(Member member) {
        closed(member);
        unusedSince.put(member, nanoTime.getAsLong());
    }

    void closed(Member member) {
        silentSince.remove(member);
        unusedSince.remove(member);
        busy.remove(member);
    }

    List<Member> all() {
        List<Member> all = new ArrayList<>(busy);
        all.addAll(unusedSince.keySet());
        all.addAll(silentSince.keySet());
        return all;
    }

    /** Whether one more may come in, after closing one that may be closed if need be. */
    boolean makeRoom() {
        if (silentSince.size() + unusedSince.size() + busy.size() < limits.connections()) {
            return true;
        }
        Member victim = victim();
        if (victim == null) {
            return false;
        }
        closed(victim);
        victim.abort();
        return true;
    }

    private @Nullable Member victim() {
        long now = nanoTime.getAsLong();
        Map.Entry<Member, Long> oldest = silentSince.firstEntry();
        if (oldest != null && now - oldest.getValue() >= limits.silentGrace().toNanos()) {
            return oldest.getKey();
        }
        for (Map.Entry<Member, Long> next : unusedSince.entrySet()) {
            if (now - next.getValue() < limits.idleGrace().toNanos()) {
                break;
            }
            if (!next.getKey().midRequest()) {
                return next.getKey();
            }
        }
        return null;
    }
}
