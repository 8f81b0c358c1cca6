package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One piece of work as others see it: how far it is, and how it ended. Whoever does it reports to it. */
final class Job implements Progress {
    private static final long MILLIS = 1000;

    private final String id;
    private final String kind;
    private final String subject;
    private final Clock clock;
    private final Instant startedAt;
    private final Meter meter;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean toBeCancelled;
    private volatile boolean isUnwanted;
    private volatile Runnable whenUnwanted = () -> {};
    private boolean hasBegun;
    private volatile @Nullable Outcome outcome;

    /**
     * That is about to begin.
     *
     * @param kind what is done, a word such as {@code rollback}
     * @param subject what it is done to
     */
    Job(String id, String kind, String subject, Clock clock) {
        this.id = id;
        this.kind = kind;
        this.subject = subject;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.meter = new Meter(clock);
    }

    /** What is done. */
    interface Action {
        Response run(Progress progress) throws RefusedException, IOException;
    }

    private enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    /**
     * How a job has ended.
     *
     * @param answer what its call is answered with
     */
    private record Outcome(State state, Response answer, Instant at) {
        JsonNode result() {
            return state == State.DONE ? ControlAnswers.parse(answer) : nothing();
        }

        JsonNode error() {
            return state == State.DONE
                    ? nothing()
                    : ControlAnswers.parse(answer).path("error");
        }
    }

    String id() {
        return id;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Does it. What it answers or throws is remembered, and handed on. */
    Response run(Action action) throws RefusedException, IOException {
        try {
            begin();
            return end(State.DONE, action.run(this));
        } catch (CancelledException e) {
            end(State.CANCELLED, ControlWork.response(e));
            throw e;
        } catch (RefusedException | IOException | RuntimeException | Error e) {
            end(State.FAILED, ControlWork.response(e));
            throw e;
        }
    }

    private void begin() throws CancelledException {
        synchronized (this) {
            hasBegun = true;
        }
        check();
    }

    /** It failed, if it has not ended yet. */
    void fail(String why) {
        end(State.FAILED, ControlWork.response(new IOException(why)));
    }

    private synchronized Response end(State state, Response answer) {
        if (hasEnded()) {
            return answer;
        }
        outcome = new Outcome(state, answer, clock.instant());
        ended.countDown();
        return answer;
    }

    /** Asks for its end; false if it has ended. */
    boolean cancel() {
        toBeCancelled = true;
        return !hasEnded();
    }

    /**
     * As {@link #cancel}, by somebody who does not want it to be done at any other time either. What no thread has taken yet has ended when this
     * returns.
     */
    boolean abandon() {
        boolean isUnderWay = cancel();
        isUnwanted = true;
        whenUnwanted.run();
        synchronized (this) {
            if (!hasBegun) {
                end(State.CANCELLED, ControlWork.response(new CancelledException()));
            }
        }
        return isUnderWay;
    }

    /** Whether it is not to be done at any other time either. */
    boolean isUnwanted() {
        return isUnwanted;
    }

    /** What is done when it is abandoned. */
    void whenUnwanted(Runnable step) {
        whenUnwanted = step;
    }

    boolean hasEnded() {
        return outcome != null;
    }

    /** Whether it has ended with what was asked for. */
    boolean isDone() {
        Outcome end = outcome;
        return end != null && end.state() == State.DONE;
    }

    Optional<Instant> endedAt() {
        return Optional.ofNullable(outcome).map(Outcome::at);
    }

    /** How many bytes are kept of its answer. */
    int size() {
        Outcome end = outcome;
        return end == null ? 0 : end.answer().body().length;
    }

    /** Waits for its end; what its call is answered with, if it has come by then. */
    Optional<Response> await(Duration atMost) {
        try {
            ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(outcome).map(Outcome::answer);
    }

    @Override
    public void phase(String word) {
        meter.phase(word);
    }

    @Override
    public void expect(long bytes, long entries) {
        meter.expect(bytes, entries);
    }

    @Override
    public void add(long bytes, long entries) throws CancelledException {
        meter.add(bytes, entries);
        if (toBeCancelled) {
            throw new CancelledException();
        }
    }

    /** As the API shows it in a list. */
    ObjectNode summary() {
        Outcome end = outcome;
        Meter.Reading reading = meter.read();
        ObjectNode json = ControlAnswers.object()
                .put("id", id)
                .put("kind", kind)
                .put("subject", subject)
                .put("state", (end == null ? State.RUNNING : end.state()).name().toLowerCase(Locale.ROOT));
        json.put("phase", reading.phase().orElse(null))
                .put("startedAt", startedAt.toString())
                .put("endedAt", end == null ? null : end.at().toString())
                .put("bytes", reading.bytes())
                .put("entries", reading.entries());
        ControlAnswers.putNumber(json, "totalBytes", reading.totalBytes());
        ControlAnswers.putNumber(json, "totalEntries", reading.totalEntries());
        ControlAnswers.putNumber(
                json, "bytesPerSecond", end == null ? reading.bytesPerSecond() : average(reading.bytes(), end.at()));
        ControlAnswers.putNumber(
                json,
                "remainingSeconds",
                reading.remaining().filter(time -> end == null).map(Duration::toSeconds));
        json.set("error", end == null ? nothing() : end.error());
        return json;
    }

    /** As the API shows it alone: with what its call would have been answered with. */
    ObjectNode json() {
        Outcome end = outcome;
        ObjectNode json = summary();
        json.set("result", end == null ? nothing() : end.result());
        return json.put("status", end == null ? null : end.answer().status());
    }

    private Optional<Long> average(long bytes, Instant end) {
        long millis = Duration.between(startedAt, end).toMillis();
        return millis > 0 ? Optional.of(bytes * MILLIS / millis) : Optional.empty();
    }

    private static JsonNode nothing() {
        return JsonNodeFactory.instance.nullNode();
    }
}
