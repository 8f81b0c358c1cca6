package io.flockerj.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.Remote;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Some hosts and the place that they share, for one seed. */
final class World {
    private static final int STEPS = 10;
    private static final int LONG_LIFE = 60;
    private static final int LOGGED = 400;

    private final Turns turns = new Turns();
    private final Id volumeset = new Id(1, 1);
    private final Truth truth = new Truth(new MemoryBackend(turns), volumeset);
    private final List<Host> hosts = new ArrayList<>();
    private final int steps;
    private final Map<String, Integer> happened = new TreeMap<>();
    private final Deque<String> log = new ArrayDeque<>();
    private Optional<Id> remote = Optional.empty();
    private Optional<Id> named = Optional.empty();
    private long logged;

    World(long seed) {
        Random random = new Random(seed);
        int count = 2 + random.nextInt(5);
        steps = random.nextInt(20) == 0 ? LONG_LIFE : STEPS;
        for (int i = 0; i < count; i++) {
            hosts.add(new Host("host" + i, this, random.nextLong()));
        }
    }

    /** Lets it all happen, and answers how often what happened. */
    Map<String, Integer> run() throws IOException {
        hosts.forEach(host -> turns.begin(() -> host.live(steps)));
        turns.run();
        settle();
        return happened;
    }

    /** Lets one host work until it dies at a write, then all settle; answers whether it came to its end before that. */
    boolean runWithDeathAt(long write, boolean after) throws IOException {
        boolean[] ended = {false};
        turns.begin(() -> unchecked(() -> ended[0] = hosts.getFirst().work(write, after)));
        turns.run();
        settle();
        return ended[0];
    }

    private void settle() throws IOException {
        hosts.forEach(host -> turns.begin(() -> unchecked(host::settle)));
        turns.run();
        truth.compareAll();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void unchecked(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Turns turns() {
        return turns;
    }

    Truth truth() {
        return truth;
    }

    Id volumeset() {
        return volumeset;
    }

    void happened(String what) {
        happened.merge(what, 1, Integer::sum);
        log("- " + what);
    }

    void log(String what) {
        logged = 31 * logged + what.hashCode();
        log.addLast(turns.instant() + " " + what);
        if (log.size() > LOGGED) {
            log.removeFirst();
        }
    }

    /** The last that was logged. */
    String lastLog() {
        return String.join("\n", log);
    }

    /** Tells one run from another. */
    long fingerprint() {
        return logged;
    }

    /** What some host works on. */
    Optional<Id> aHead(Random random) {
        return hosts.get(random.nextInt(hosts.size())).head();
    }

    boolean isUsed(Id snapshot) {
        return hosts.stream().anyMatch(host -> host.head().equals(Optional.of(snapshot)));
    }

    /** Whether some host may be about to make a ref name what one named a moment ago. */
    boolean isNaming() {
        return hosts.stream().anyMatch(Host::isNaming);
    }

    /** A host was told what came of its wish to give the name to a volumeset. There is one remote, and the name stands for one volumeset. */
    void toldName(Id of, Id wanted, Remote.Naming told) {
        assertThat(of).isEqualTo(remote.orElse(of));
        remote = Optional.of(of);
        Id holder = switch (told) {
            case Remote.Naming.Named() -> wanted;
            case Remote.Naming.Taken(Id volumesetThere) -> volumesetThere;
            case Remote.Naming.Invalid() -> throw new AssertionError("db is a name");
        };
        assertThat(holder).as("what the name stands for").isEqualTo(named.orElse(holder));
        named = Optional.of(holder);
    }
}
