package io.flockerj.integration.fault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a daemon must show, by what it has acknowledged: for each name one state, or two while a change is in flight. A name
 * that was never asked for must not be there.
 */
final class Promises {
    private final Map<String, Set<Optional<Volume>>> allowed = new LinkedHashMap<>();

    /** A change that was acknowledged; empty for a volume that was removed. */
    void certain(String name, Optional<Volume> state) {
        allowed.put(name, Set.of(state));
    }

    /** A change that was asked for, and not acknowledged: it is made, or it is not. */
    void either(String name, Optional<Volume> before, Optional<Volume> after) {
        allowed.put(name, new LinkedHashSet<>(List.of(before, after)));
    }

    /** What may be there in one of several states, or absent where these say so. */
    void oneOf(String name, Set<Optional<Volume>> states) {
        allowed.put(name, states);
    }

    /** What is wrong with what is seen, one line for each volume; empty if nothing is. */
    List<String> brokenBy(Map<String, Volume> seen) {
        List<String> broken = new ArrayList<>();
        allowed.forEach((name, states) -> {
            if (!states.contains(Optional.ofNullable(seen.get(name)))) {
                broken.add("volume " + name + " is " + show(Optional.ofNullable(seen.get(name))) + " and has to be "
                        + states.stream()
                                .map(Promises::show)
                                .reduce((a, b) -> a + " or " + b)
                                .orElseThrow());
            }
        });
        seen.keySet().stream()
                .filter(name -> !allowed.containsKey(name))
                .forEach(name -> broken.add("volume " + name + " is there, and nobody asked for it"));
        return broken;
    }

    private static String show(Optional<Volume> state) {
        return state.map(Volume::toString).orElse("absent");
    }
}
