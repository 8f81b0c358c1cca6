package io.flockerj.plugin.control;

import io.flockerj.plugin.progress.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How much of some work is done, how fast it goes, and how long it will take at that. */
final class Meter {
    /** Over how long the rate is taken: it follows what happens, and does not jump with every file. */
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private static final Duration STEP = Duration.ofMillis(500);
    private static final long MILLIS = 1000;

    private final Clock clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Optional<String> phase = Optional.empty();
    private long bytes;
    private long entries;
    private long allBytes = Progress.UNKNOWN;
    private long allEntries = Progress.UNKNOWN;

    private record Sample(Instant at, long bytes, long entries) {}

    /** What a meter shows. */
    record Reading(
            Optional<String> phase,
            long bytes,
            long entries,
            Optional<Long> totalBytes,
            Optional<Long> totalEntries,
            Optional<Long> bytesPerSecond,
            Optional<Duration> remaining) {}

    /** Of work that begins now. */
    Meter(Clock clock) {
        this.clock = clock;
        samples.add(new Sample(clock.instant(), 0, 0));
    }

    synchronized void phase(String word) {
        phase = Optional.of(word);
    }

    synchronized void expect(long ofBytes, long ofEntries) {
        allBytes = ofBytes;
        allEntries = ofEntries;
    }

    synchronized void add(long moreBytes, long moreEntries) {
        bytes += moreBytes;
        entries += moreEntries;
    }

    synchronized Reading read() {
        Instant now = clock.instant();
        sample(now);
        Sample first = samples.getFirst();
        long millis = Duration.between(first.at(), now).toMillis();
        Optional<Long> rate = millis > 0 ? Optional.of((bytes - first.bytes()) * MILLIS / millis) : Optional.empty();
        Optional<Duration> remaining = remaining(allBytes, bytes, bytes - first.bytes(), millis)
                .or(() -> remaining(allEntries, entries, entries - first.entries(), millis));
        return new Reading(phase, bytes, entries, known(allBytes), known(allEntries), rate, remaining);
    }

    /** Those who watch ask each second, which is when samples are needed; nobody else pays for them. */
    private void sample(Instant now) {
        if (!now.isBefore(samples.getLast().at().plus(STEP))) {
            samples.add(new Sample(now, bytes, entries));
        }
        // The first one left is the last one that is not younger than the window.
        while (samples.size() > 2 && !secondOldest().at().isAfter(now.minus(WINDOW))) {
            samples.removeFirst();
        }
    }

    private Sample secondOldest() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }

    private static Optional<Long> known(long amount) {
        return amount == Progress.UNKNOWN ? Optional.empty() : Optional.of(amount);
    }

    private static Optional<Duration> remaining(long all, long done, long lately, long millis) {
        if (all == Progress.UNKNOWN || lately <= 0 || millis <= 0) {
            return Optional.empty();
        }
        double perMilli = (double) lately / millis;
        return Optional.of(Duration.ofMillis((long) (Math.max(0, all - done) / perMilli)));
    }
}
