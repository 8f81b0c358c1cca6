package io.flockerj.hub.guard;

import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Remembers what was put on record: {@code kind outcome}. */
public final class Recorded implements Recording {
    private final List<Act> acts = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void act(Act act) {
        acts.add(act);
    }

    @Override
    public void read(Act act, long bytes) {
        acts.add(act.with("bytes", Long.toString(bytes)));
    }

    /** How many reads there were. */
    public int reads() {
        return (int) acts().stream().filter(act -> act.kind() == ActKind.READ).count();
    }

    List<Act> acts() {
        return List.copyOf(acts);
    }

    List<String> kinds() {
        return acts().stream()
                .map(act -> act.kind().written() + " " + act.outcome().written())
                .toList();
    }
}
