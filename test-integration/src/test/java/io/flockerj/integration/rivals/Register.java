package io.flockerj.integration.rivals;

import java.util.ArrayList;
import java.util.List;

/**
 * What one name stands for as time passes, told by those who change it: each change takes effect at one moment between its begin and
 * its end. What is read in between must be what one of them has left, and no later one has replaced.
 */
final class Register {
    private final List<Write> writes = new ArrayList<>();

    /** What a name stands for. */
    sealed interface State {}

    /** There is no volume of that name. */
    record Absent() implements State {}

    /** A volume whose last stamp is that; 0 for an empty one. */
    record Holds(long stamp) implements State {}

    /** A volume that holds what a snapshot holds. */
    record Like(String snapshot) implements State {}

    /**
     * A change.
     *
     * @param certain whether it was acknowledged; else it may not have happened
     * @param onlyIfAbsent whether it changes nothing where there is a volume
     */
    private record Write(State state, long begin, long end, boolean certain, boolean onlyIfAbsent) {
        boolean replaces(State before) {
            return certain && (!onlyIfAbsent || before instanceof Absent);
        }
    }

    Register() {
        begin(new Absent(), 0);
    }

    /** Forgets what was: from here on it is that. */
    synchronized void begin(State state, long moment) {
        writes.clear();
        writes.add(new Write(state, moment, moment, true, false));
    }

    /** What was acknowledged. */
    synchronized void certain(State state, long begin, long end) {
        writes.add(new Write(state, begin, end, true, false));
    }

    /** What was asked for, and may have been done. */
    synchronized void perhaps(State state, long begin, long end) {
        writes.add(new Write(state, begin, end, false, false));
    }

    /** What was acknowledged, and has changed nothing if there was a volume. */
    synchronized void unlessThere(State state, long begin, long end, boolean certain) {
        writes.add(new Write(state, begin, end, certain, true));
    }

    /** What may have been there at one moment between {@code begin} and {@code end}. */
    synchronized List<State> possible(long begin, long end) {
        return writes.stream()
                .filter(write -> write.begin <= end && !isReplaced(write, begin))
                .filter(write -> !write.onlyIfAbsent || mayBeAbsent(write.begin, write.end))
                .map(Write::state)
                .distinct()
                .toList();
    }

    private boolean mayBeAbsent(long begin, long end) {
        return writes.stream()
                .anyMatch(write -> write.state instanceof Absent && write.begin <= end && !isReplaced(write, begin));
    }

    private boolean isReplaced(Write write, long before) {
        return writes.stream()
                .anyMatch(later -> later.begin > write.end && later.end < before && later.replaces(write.state));
    }
}
