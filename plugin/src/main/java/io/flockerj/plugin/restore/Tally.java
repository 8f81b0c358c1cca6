package io.flockerj.plugin.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts what is done, by whichever thread. */
final class Tally {
    private final List<NotKept> examples = new ArrayList<>();
    private long entries;
    private long bytes;
    private long unverified;
    private long wrong;
    private Optional<String> firstWrong = Optional.empty();
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

    synchronized void wrong(PathName path) {
        wrong++;
        firstWrong = firstWrong.or(() -> Optional.of(path.toString()));
    }

    synchronized void notKept(PathName path, String what, String why) {
        notKept++;
        if (examples.size() < Restored.MOST_EXAMPLES) {
            examples.add(new NotKept(path.toString(), what, why));
        }
    }

    synchronized Restored result() {
        return new Restored(entries, bytes, unverified, wrong, firstWrong, notKept, examples);
    }
}
