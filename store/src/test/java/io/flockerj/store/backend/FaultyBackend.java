package io.flockerj.store.backend;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * One host's way to a place, as bad as a network and a store can be, and still within what {@link Backend} allows. Which call goes wrong,
 * and how, is drawn from a seeded source: the same calls in the same order go wrong in the same way.
 *
 * <ul>
 *   <li>A call fails before it has reached the place, or after: then it has happened, and its answer is lost.
 *   <li>A write fails and happens later, between two other calls, perhaps after the host has died: {@link #deliver}.
 *   <li>A write reaches the place twice, as by a proxy that repeats it, and the first answer is lost or not.
 *   <li>A list is the one that this host saw last, or lacks the newest names.
 *   <li>At the n-th write the host dies, before it or after: {@link #crashAt}. From then on every call throws {@link Crash}.
 * </ul>
 *
 * Values are always read as they are: a place where they are not holds no repository.
 */
public final class FaultyBackend implements Backend {
    /** The end of a host, not an error that anybody handles. */
    public static final class Crash extends Error {
        Crash(String where) {
            super("the host has died " + where, null, false, false);
        }
    }

    /**
     * How likely each fault is, from 0 to 1.
     *
     * @param before a call fails and has not happened
     * @param after a call fails and has happened
     * @param later a write fails and happens some time later
     * @param twice a write reaches the place twice
     * @param stale a list is out of date
     */
    public record Faults(double before, double after, double later, double twice, double stale) {
        /** Nothing goes wrong. */
        public static final Faults NONE = new Faults(0, 0, 0, 0, 0);

        /** Everything goes wrong now and then. */
        public static final Faults SOME = new Faults(0.05, 0.05, 0.03, 0.03, 0.2);
    }

    private interface Effect<T> {
        T run() throws IOException;
    }

    private final Backend place;
    private final Faults faults;
    private final Random random;
    private final Deque<Effect<?>> later = new ArrayDeque<>();
    private final Map<ObjectName, List<Listed>> lastLists = new HashMap<>();
    private long writes;
    private long crashAt = -1;
    private boolean crashAfter;
    private boolean dead;

    /** @param place what all hosts share; not faulty itself */
    public FaultyBackend(Backend place, Faults faults, long seed) {
        this.place = place;
        this.faults = faults;
        this.random = new Random(seed);
    }

    /**
     * Lets the host die at a write.
     *
     * @param write counted from 0, from the beginning; see {@link #writes}
     * @param after whether the write happens before that
     */
    public synchronized void crashAt(long write, boolean after) {
        crashAt = write;
        crashAfter = after;
    }

    /** How many writes this host has asked for: what {@link #crashAt} counts. */
    public synchronized long writes() {
        return writes;
    }

    /** Lets happen what was still on its way, as long as it takes. */
    public synchronized void deliver() throws IOException {
        while (!later.isEmpty()) {
            later.remove().run();
        }
    }

    @Override
    public synchronized byte[] read(ObjectName name, long from, int length) throws IOException {
        return reading(name, () -> place.read(name, from, length));
    }

    @Override
    public synchronized boolean create(ObjectName name, List<byte[]> content) throws IOException {
        List<byte[]> copy = content.stream().map(byte[]::clone).toList();
        return writing(name, () -> place.create(name, copy));
    }

    @Override
    public synchronized void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        List<Listed> listed = reading(folder, () -> {
            List<Listed> all = new ArrayList<>();
            place.list(folder, all::add);
            return all;
        });
        List<Listed> last = lastLists.put(folder, listed);
        List<Listed> seen = !happens(faults.stale()) ? listed : last != null ? last : withoutNewest(listed);
        seen.forEach(each);
        if (happens(faults.after())) {
            throw lost(folder, true); // in the midst of its pages
        }
    }

    private List<Listed> withoutNewest(List<Listed> listed) {
        int seen = listed.size() - random.nextInt(Math.min(4, listed.size() + 1));
        return listed.stream()
                .sorted(Comparator.comparing(Listed::modified))
                .limit(seen)
                .toList();
    }

    @Override
    public synchronized void delete(ObjectName name) throws IOException {
        writing(name, () -> {
            place.delete(name);
            return true;
        });
    }

    @Override
    public synchronized Optional<Value> value(ObjectName name) throws IOException {
        return reading(name, () -> place.value(name));
    }

    @Override
    public synchronized Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value)
            throws IOException {
        byte[] copy = value.clone();
        return writing(name, () -> place.swap(name, expected, copy));
    }

    private <T> T reading(ObjectName name, Effect<T> effect) throws IOException {
        begin(name);
        if (happens(faults.before())) {
            throw lost(name, false);
        }
        return effect.run();
    }

    private <T> T writing(ObjectName name, Effect<T> effect) throws IOException {
        begin(name);
        if (writes++ == crashAt) {
            dead = true;
            if (crashAfter) {
                effect.run();
            }
            throw new Crash("at its write " + crashAt + ", of " + name);
        }
        if (happens(faults.before())) {
            throw lost(name, false);
        }
        if (happens(faults.later())) {
            later.add(effect);
            throw lost(name, true);
        }
        T answer = effect.run();
        if (happens(faults.twice())) {
            effect.run();
            if (random.nextBoolean()) {
                throw lost(name, true); // Only the second answer came, which says nothing of the first.
            }
        }
        if (happens(faults.after())) {
            throw lost(name, true);
        }
        return answer;
    }

    private void begin(ObjectName name) throws IOException {
        if (dead) {
            throw new Crash("before it asked for " + name);
        }
        while (!later.isEmpty() && random.nextBoolean()) {
            later.remove().run();
        }
    }

    private boolean happens(double likely) {
        return likely > 0 && random.nextDouble() < likely;
    }

    private static UnavailableException lost(ObjectName name, boolean inDoubt) {
        return new UnavailableException(
                inDoubt ? "no answer on " + name + " came back" : "nobody answers on the way to " + name,
                inDoubt,
                null);
    }

    @Override
    public String toString() {
        return place + " over a bad network";
    }
}
