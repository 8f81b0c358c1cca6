package io.flockerj.integration.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What was asked of a daemon on a {@link RecordingDisk}, and what it acknowledged, in terms of positions in the disk's log. */
final class Timeline {
    private final RecordingDisk disk;
    private final List<Step> steps = new ArrayList<>();

    Timeline(RecordingDisk disk) {
        this.disk = disk;
    }

    /** A change of a volume, asked for at one position and acknowledged at another. */
    private record Step(
            int asked, int acknowledged, String name, Optional<Volume> before, Optional<Volume> after, String what) {}

    /** Something that takes its time. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Makes a change that is acknowledged when {@code work} returns. */
    void change(String name, Optional<Volume> before, Optional<Volume> after, String what, Work work)
            throws IOException, InterruptedException {
        int asked = disk.mark();
        work.run();
        steps.add(new Step(asked, disk.mark(), name, before, after, what));
    }

    /** The positions at which something was acknowledged. */
    List<Integer> acknowledgements() {
        return steps.stream().map(Step::acknowledged).distinct().toList();
    }

    /** What was going on at a position, for people. */
    String at(int position) {
        return steps.stream()
                .filter(step -> step.asked < position)
                .reduce((earlier, later) -> later)
                .map(step -> (step.acknowledged <= position ? "after " : "during ") + step.what)
                .orElse("before all");
    }

    /** What a daemon has to show after a power cut at a position. */
    Promises promisedAt(int position) {
        Promises promises = new Promises();
        for (Step step : steps) {
            if (step.acknowledged <= position) {
                promises.certain(step.name, step.after);
            } else if (step.asked < position) {
                promises.either(step.name, step.before, step.after);
            }
        }
        return promises;
    }

    /** The volumes whose removal was asked for, and which so have to be either there or in the trash. */
    Set<String> removedBefore(int position) {
        Set<String> names = new TreeSet<>();
        steps.stream()
                .filter(step -> step.asked < position && step.after.isEmpty())
                .forEach(step -> names.add(step.name));
        return names;
    }
}
