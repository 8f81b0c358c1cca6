package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Job;
import io.flockerj.cli.text.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** How far work is, in a line for people: what is known of what is done, what there is, the rate, and the time left. */
final class ProgressText {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;

    private ProgressText() {}

    static String of(Job job) {
        List<String> parts = new ArrayList<>();
        long entries = job.entries().done();
        OptionalLong allEntries = job.entries().total();
        if (allEntries.isPresent()) {
            parts.add(entries + " of " + allEntries.getAsLong());
        } else if (entries > 0) {
            parts.add(entries + (entries == 1 ? " entry" : " entries"));
        }
        parts.addAll(bytes(job.bytes(), job.bytesPerSecond()));
        job.remainingSeconds().ifPresent(seconds -> parts.add(left(seconds)));
        String what = job.phase().orElse(job.kind());
        return parts.isEmpty() ? what : what + ": " + String.join(", ", parts);
    }

    private static List<String> bytes(Job.Amount bytes, OptionalLong rate) {
        if (bytes.done() == 0) {
            return List.of();
        }
        String done = Sizes.text(bytes.done())
                + (bytes.total().isPresent() ? " of " + Sizes.text(bytes.total().getAsLong()) : "");
        return rate.isPresent() ? List.of(done, Sizes.text(rate.getAsLong()) + "/s") : List.of(done);
    }

    /** Such as {@code 0:42 left}, in minutes and seconds, or hours before them. */
    static String left(long seconds) {
        return duration(seconds) + " left";
    }

    static String duration(long seconds) {
        String minutes = "%d:%02d".formatted(seconds % HOUR / MINUTE, seconds % MINUTE);
        return seconds < HOUR ? minutes : seconds / HOUR + ":" + (minutes.length() < 5 ? "0" : "") + minutes;
    }
}
