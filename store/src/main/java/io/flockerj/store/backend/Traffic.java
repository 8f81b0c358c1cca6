package io.flockerj.store.backend;

import java.util.EnumMap;
import java.util.Map;

/** Adds up calls, for progress and for benchmarks. */
public final class Traffic implements Trace {
    private final Map<Kind, Sum> sums = new EnumMap<>(Kind.class);

    /**
     * Calls of one kind, or of all.
     *
     * @param calls how many, failed ones among them
     * @param up bytes of content sent
     * @param down bytes of content got
     */
    public record Sum(long calls, long failed, long up, long down) {
        private static final Sum ZERO = new Sum(0, 0, 0, 0);

        Sum plus(Sum other) {
            return new Sum(calls + other.calls, failed + other.failed, up + other.up, down + other.down);
        }
    }

    @Override
    public synchronized void called(Call call) {
        sums.merge(call.kind(), new Sum(1, call.failed() ? 1 : 0, call.up(), call.down()), Sum::plus);
    }

    /** Calls of this kind until now. */
    public synchronized Sum of(Kind kind) {
        return sums.getOrDefault(kind, Sum.ZERO);
    }

    /** All calls until now. */
    public synchronized Sum all() {
        return sums.values().stream().reduce(Sum.ZERO, Sum::plus);
    }
}
