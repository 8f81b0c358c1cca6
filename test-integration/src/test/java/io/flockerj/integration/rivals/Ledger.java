package io.flockerj.integration.rivals;

import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What all callers together have asked and been told, in the order of one clock. */
final class Ledger {
    private final AtomicLong clock = new AtomicLong(1);
    private final Map<String, Register> registers = new ConcurrentHashMap<>();
    private final Map<Long, Written> written = new ConcurrentHashMap<>();
    private final Map<String, Order> orders = new ConcurrentHashMap<>();
    private final Map<String, String> takenOf = new ConcurrentHashMap<>();
    private final Set<String> removed = ConcurrentHashMap.newKeySet();
    private final Set<String> perhapsRemoved = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> judged = new ConcurrentHashMap<>();
    private final AtomicLong ended = new AtomicLong();
    private final Collection<String> complaints = new ConcurrentLinkedQueue<>();

    /** A stamp: what the volume held before it, and the volumeset that the volume works on. */
    private record Written(Stamps before, String volumeset) {}

    /** The next moment; the number is nobody else's. */
    long now() {
        return clock.incrementAndGet();
    }

    /** The daemon has ended: what it had not answered it has done by now or never. */
    void daemonEnded() {
        ended.set(now());
    }

    /** The moment by which something that failed has happened or never will. */
    long endOf(IOException failure) {
        if (failure instanceof UnansweredException unanswered) {
            Eventually.await("the end of a daemon that does not answer", () -> ended.get() > unanswered.connectedAt());
        }
        return now();
    }

    Register of(String volume) {
        return registers.computeIfAbsent(volume, any -> new Register());
    }

    /** A stamp to write where that is. */
    long stamp(Stamps before, String volumeset) {
        long stamp = now();
        written.put(stamp, new Written(before, volumeset));
        return stamp;
    }

    Order order(String volume, Optional<String> target) {
        long begin = now();
        Order order = new Order("t" + begin, volume, target, begin);
        orders.put(order.token(), order);
        return order;
    }

    void acknowledged(Order order, List<String> made) {
        order.outcome().acknowledged(made, now());
        made.forEach(snapshot -> takenOf.put(snapshot, order.volume()));
    }

    void removed(String snapshot) {
        removed.add(snapshot);
        takenOf.remove(snapshot);
    }

    void perhapsRemoved(String snapshot) {
        perhapsRemoved.add(snapshot);
    }

    /** A snapshot that was taken of a volume of that name; empty if none is known. */
    Optional<String> anySnapshot(String volume, Random random) {
        List<String> known = takenOf.entrySet().stream()
                .filter(taken -> taken.getValue().equals(volume))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return known.isEmpty() ? Optional.empty() : Optional.of(known.get(random.nextInt(known.size())));
    }

    /** Something went wrong before the eyes of a caller. */
    void complain(String complaint) {
        complaints.add(complaint);
    }

    /** How much was done, for people. */
    String summary() {
        return ("%d stamps written, %d snapshots taken, %d rollbacks, %d snapshots removed; %d orders refused, %d"
                        + " unanswered")
                .formatted(
                        written.size(),
                        count(order -> order.outcome().made().size() == 1),
                        count(order -> order.outcome().made().size() == 2),
                        removed.size(),
                        count(order -> order.outcome().isRefused()),
                        count(order -> order.outcome().made().isEmpty()
                                && !order.outcome().isRefused()));
    }

    private long count(Predicate<Order> which) {
        return orders.values().stream().filter(which).count();
    }

    /** What is wrong with what is found when nobody is at work; empty if nothing is. */
    List<String> wrong(PoolContent found) {
        List<String> wrong = new ArrayList<>(complaints);
        for (PoolContent.Tree tree : found.trees()) {
            invalid(tree).forEach(what -> wrong.add(tree + " " + what));
        }
        for (PoolContent.Tree snapshot : found.snapshots()) {
            judge(snapshot, found).forEach(what -> wrong.add(snapshot + " " + what));
        }
        lost(found, wrong);
        judgeVolumes(found, wrong);
        return wrong;
    }

    private void judgeVolumes(PoolContent found, List<String> wrong) {
        found.volumes().stream()
                .filter(volume -> !registers.containsKey(volume.name()))
                .forEach(volume -> wrong.add(volume + " is there, and nobody asked for it"));
        registers.forEach((name, register) -> {
            long moment = now();
            List<Register.State> possible = register.possible(moment, moment);
            Optional<PoolContent.Tree> volume = found.volume(name);
            boolean fits = possible.stream().anyMatch(state -> fits(state, volume, found));
            if (!fits) {
                wrong.add("volume " + name + " is "
                        + volume.map(PoolContent.Tree::toString).orElse("absent") + ", and has to be one of "
                        + possible);
            }
        });
    }

    /** Whether a tree can be what was written. */
    private List<String> invalid(PoolContent.Tree tree) {
        List<String> wrong = new ArrayList<>();
        long before = 0;
        for (long stamp : tree.stamps().all()) {
            Written stamped = written.get(stamp);
            if (stamped == null || stamped.before().last() != before) {
                wrong.add("has the stamp " + stamp + " after " + before + ", which was written as " + stamped);
            } else if (!stamped.volumeset().equals(tree.volumeset())) {
                wrong.add("has the stamp " + stamp + " of another volumeset, " + stamped.volumeset());
            }
            before = stamp;
        }
        if (!areOfOneMoment(tree.stamps())) {
            wrong.add("is not of one moment, for its newest is " + tree.stamps().newest());
        }
        return wrong;
    }

    /** The second file lags behind the first by one write at most, and holds until then what was there before. */
    private boolean areOfOneMoment(Stamps stamps) {
        Written last = written.get(stamps.last());
        long lagging = last == null ? 0 : last.before().newest();
        return stamps.newest() == stamps.last() || stamps.newest() == lagging;
    }

    /** Whether a snapshot holds what was there when it was taken. */
    private List<String> judge(PoolContent.Tree snapshot, PoolContent found) {
        long last = snapshot.stamps().last();
        Long before = judged.putIfAbsent(snapshot.id(), last);
        if (before != null) {
            return before == last ? List.of() : List.of("is not what it was any more, " + before);
        }
        Order order = orders.get(snapshot.token());
        if (order == null || (order.outcome().isRefused() && !order.isRollback())) {
            return List.of("is there, and nobody asked for it");
        }
        if (snapshot.isOutcome()) {
            String target = order.target().orElseThrow();
            return fits(new Register.Like(target), Optional.of(snapshot), found)
                    ? List.of()
                    : List.of("is not as the snapshot " + target + " that was gone back to");
        }
        List<Register.State> possible =
                of(order.volume()).possible(order.begin(), order.outcome().end());
        return possible.stream().anyMatch(state -> fits(state, Optional.of(snapshot), found))
                ? List.of()
                : List.of("has to be one of " + possible);
    }

    private boolean fits(Register.State state, Optional<PoolContent.Tree> tree, PoolContent found) {
        return switch (state) {
            case Register.Absent() -> tree.isEmpty();
            case Register.Holds(long stamp) ->
                tree.isPresent() && tree.get().stamps().last() == stamp;
            case Register.Like(String snapshot) -> tree.isPresent() && isLike(tree.get(), snapshot, found);
        };
    }

    private boolean isLike(PoolContent.Tree tree, String snapshot, PoolContent found) {
        Long known = found.snapshot(snapshot).map(like -> like.stamps().last()).orElse(judged.get(snapshot));
        return known != null && known == tree.stamps().last();
    }

    /** What was acknowledged, not removed, and is not there; or was removed, and is. */
    private void lost(PoolContent found, List<String> wrong) {
        Set<String> kept = new HashSet<>(found.kept());
        takenOf.forEach((snapshot, volume) -> {
            if (!kept.contains(snapshot) && !perhapsRemoved.contains(snapshot)) {
                wrong.add("snapshot " + snapshot + " of volume " + volume + " is lost");
            }
        });
        removed.stream()
                .filter(kept::contains)
                .forEach(snapshot -> wrong.add("snapshot " + snapshot + " was removed, and is there"));
    }

    /** Goes on from what is found and in order: what was judged is not judged again, what is gone with the trash is gone. */
    void begin(PoolContent found) {
        registers.forEach((name, register) -> register.begin(
                found.volume(name)
                        .<Register.State>map(
                                volume -> new Register.Holds(volume.stamps().last()))
                        .orElseGet(Register.Absent::new),
                now()));
        Set<String> kept = new HashSet<>(found.kept());
        takenOf.keySet().removeIf(snapshot -> perhapsRemoved.contains(snapshot) && !kept.contains(snapshot));
        perhapsRemoved.clear();
    }

    /** The trash was emptied: with it went the snapshots of volumesets that no volume works on. */
    void emptied(PoolContent before) {
        Set<String> workedOn = new HashSet<>();
        before.volumes().forEach(volume -> workedOn.add(volume.volumeset()));
        for (PoolContent.Tree snapshot : before.snapshots()) {
            if (!workedOn.contains(snapshot.volumeset())) {
                takenOf.remove(snapshot.id());
            }
        }
    }
}
