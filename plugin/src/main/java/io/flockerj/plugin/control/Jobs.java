package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.Volumes;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Work that can take long, as others may look at it and cancel it; kept in memory, and for an hour after its end. */
final class Jobs {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_KEPT = 1000;

    private final Clock clock;
    private final Supplier<String> ids;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();

    /**
     * No jobs yet.
     *
     * @param ids 32 hexadecimal digits, none ever twice
     */
    Jobs(Clock clock, Supplier<String> ids) {
        this.clock = clock;
        this.ids = ids;
    }

    enum Kind {
        IMPORT,
        EXPORT
    }

    private enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    /** What is done. */
    interface Action {
        void run(VolumeFiles.Progress progress) throws RefusedException, IOException;
    }

    private static final class CancelledException extends IOException {
        private static final long serialVersionUID = 1;

        CancelledException() {
            super("cancelled; nothing was made");
        }
    }

    private static final class Job {
        private final String id;
        private final Kind kind;
        private final String subject;
        private final Instant startedAt;
        private volatile Optional<Instant> endedAt = Optional.empty();
        private volatile State state = State.RUNNING;
        private volatile Optional<String> error = Optional.empty();
        private volatile boolean toBeCancelled;
        private volatile long bytes;
        private volatile long entries;

        Job(String id, Kind kind, String subject, Instant startedAt) {
            this.id = id;
            this.kind = kind;
            this.subject = subject;
            this.startedAt = startedAt;
        }

        void made(long allBytes, long allEntries) throws CancelledException {
            bytes = allBytes;
            entries = allEntries;
            if (toBeCancelled) {
                throw new CancelledException();
            }
        }

        ObjectNode json() {
            ObjectNode json = ControlAnswers.object()
                    .put("id", id)
                    .put("kind", kind.name().toLowerCase(Locale.ROOT))
                    .put("subject", subject)
                    .put("state", state.name().toLowerCase(Locale.ROOT))
                    .put("startedAt", startedAt.toString());
            return json.put("endedAt", endedAt.map(Instant::toString).orElse(null))
                    .put("bytes", bytes)
                    .put("entries", entries)
                    .put("error", error.orElse(null));
        }
    }

    /** Does something as a job. */
    void run(Kind kind, String subject, Action action) throws RefusedException, IOException {
        Job job = begin(kind, subject);
        try {
            action.run(job::made);
            end(job, State.DONE, Optional.empty());
        } catch (CancelledException e) {
            end(job, State.CANCELLED, Optional.empty());
            throw e;
        } catch (RefusedException | IOException | RuntimeException e) {
            end(job, State.FAILED, Optional.of(String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /** Writes something as a job; its bytes are counted on their way. */
    void stream(Kind kind, String subject, OutputStream out, VolumeFiles.Content content) throws IOException {
        try {
            run(kind, subject, progress -> content.writeTo(new Counted(out, progress)));
        } catch (RefusedException e) {
            throw new IOException(e);
        }
    }

    private static final class Counted extends FilterOutputStream {
        private final VolumeFiles.Progress progress;
        private long bytes;

        Counted(OutputStream out, VolumeFiles.Progress progress) {
            super(out);
            this.progress = progress;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            progress.made(++bytes, 0);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            bytes += length;
            progress.made(bytes, 0);
        }
    }

    private Job begin(Kind kind, String subject) {
        forgetOld();
        Job job = new Job(ids.get(), kind, subject, clock.instant());
        jobs.put(job.id, job);
        return job;
    }

    private void end(Job job, State state, Optional<String> error) {
        job.error = error;
        job.endedAt = Optional.of(clock.instant());
        job.state = state;
    }

    private void forgetOld() {
        Instant oldest = clock.instant().minus(KEPT);
        jobs.values()
                .removeIf(job ->
                        job.endedAt.filter(ended -> ended.isBefore(oldest)).isPresent());
        if (jobs.size() >= MOST_KEPT) {
            jobs.values().stream()
                    .filter(job -> job.endedAt.isPresent())
                    .min(Comparator.comparing(job -> job.startedAt))
                    .ifPresent(job -> jobs.remove(job.id));
        }
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/v1/jobs", Pace.QUICK, Set.of(), Set.of(), this::list),
                Route.of(
                        "GET",
                        "/v1/jobs/{id}",
                        Pace.QUICK,
                        Set.of(),
                        Set.of(),
                        (volumes, call) -> ControlAnswers.ok(require(call).json())),
                Route.of("DELETE", "/v1/jobs/{id}", Pace.QUICK, Set.of(), Set.of(), this::cancel));
    }

    private Response list(Volumes volumes, Call call) {
        forgetOld();
        List<Job> newestFirst = jobs.values().stream()
                .sorted(Comparator.comparing((Job job) -> job.startedAt).reversed())
                .toList();
        return ControlAnswers.ok(ControlAnswers.list("jobs", newestFirst, Job::json));
    }

    private Response cancel(Volumes volumes, Call call) throws RefusedException {
        require(call).toBeCancelled = true;
        return ControlAnswers.done();
    }

    private Job require(Call call) throws UnknownJobException {
        return Optional.ofNullable(jobs.get(call.part(0)))
                .orElseThrow(() -> new UnknownJobException(
                        "there is no such job, or it ended more than an hour ago; see: fli jobs list"));
    }
}
