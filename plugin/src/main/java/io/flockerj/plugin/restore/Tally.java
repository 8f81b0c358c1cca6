package io.flockerj.plugin.restore;

import java.util.ArrayList;
import java.util.List;

/** Counts what is done. */
final class Tally {
    private final List<NotKept> examples = new ArrayList<>();
    private long entries;
    private long bytes;
    private long unverified;
    private long notKept;

    void entry() {
        entries++;
    }

    void bytes(long more) {
        bytes += more;
    }

    void unverified() {
        unverified++;
    }

    void notKept(PathName path, String what, String why) {
        notKept++;
        if (examples.size() < Restored.MOST_EXAMPLES) {
            examples.add(new NotKept(path.toString(), what, why));
        }
    }

    Restored result() {
        return new Restored(entries, bytes, unverified, notKept, examples);
    }
}
