package io.flockerj.plugin.restore;

import java.util.ArrayList;
import java.util.List;

/** Counts what is done, by whichever thread. */
final class Tally {
    private final List<NotKept> examples = new ArrayList<>();
    private long entries;
    private long bytes;
    private long unverified;
    private long notKept;

    synchronized void entry() {
        entries++;
    }

    synchronized void bytes(long more) {
        bytes += more;
    }

    synchronized void unverified() {
        unverified++;
    }

    synchronized void notKept(PathName path, String what, String why) {
        notKept++;
        if (examples.size() < Restored.MOST_EXAMPLES) {
            examples.add(new NotKept(path.toString(), what, why));
        }
    }

    synchronized Restored result() {
        return new Restored(entries, bytes, unverified, notKept, examples);
    }
}
