package io.flockerj.plugin.control;

import com.google.common.base.Throwables;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.StreamedResponse;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Errands;
import io.flockerj.plugin.volume.UnfinishedException;
import io.flockerj.plugin.volume.UnfinishedWork.Order;
import io.flockerj.plugin.volume.VolumeBusyException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that can take long, as others may look at it and cancel it. It goes on when the client goes that asked for it. Jobs that
 * somebody has been told of are remembered for an hour after their end; all of them are forgotten when the daemon ends, but for those
 * that are resumed: of these what was asked for is kept until they have ended, and begun again by the next daemon.
 */
final class Jobs implements Errands {
    /** The header of an answer that names the job which it is the answer of. */
    static final String HEADER = "Flockerj-Job";

    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_KEPT = 1000;
    private static final long MOST_KEPT_BYTES = 16 << 20;

    /** How often a job is begun at most. */
    private static final int MOST_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private final Clock clock;
    private final Supplier<String> ids;
    private final Executor threads;
    private final Executor transfers;
    private final Duration prompt;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    /** Those under way, by kind and subject; guards itself. */
    private final Map<String, Errand> errands = new HashMap<>();
    /** Jobs that are begun again as soon as there is a thread for them. */
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Pieces of work that have ended; it may run over. */
    private final AtomicInteger ended = new AtomicInteger();

    private volatile boolean isStopping;

    /**
     * No jobs yet.
     *
     * @param ids 32 hexadecimal digits, none ever twice
     * @param threads do the work of those jobs that no stream belongs to; they throw {@link RejectedExecutionException} when
     *     there are too many
     * @param transfers likewise, of transfers, most of which wait for each other; nobody else is to wait for them
     * @param prompt how long a call waits for its job before it tells of it
     */
    Jobs(Clock clock, Supplier<String> ids, Executor threads, Executor transfers, Duration prompt) {
        this.clock = clock;
        this.ids = ids;
        this.threads = threads;
        this.transfers = transfers;
        this.prompt = prompt;
    }

    /**
     * Does something. Its own answer if it ends soon, and then nothing is left of the job; else one that tells of the
     * job.
     *
     * @param isTransfer whether it waits for others of its sort
     */
    Response answer(String kind, String subject, boolean isTransfer, Job.Action action) {
        Job job = begin(kind, subject);
        return answer(isTransfer ? transfers : threads, job, () -> run(job, action), () -> {});
    }

    /** @param accepted before somebody is told of the job */
    private Response answer(Executor by, Job job, Runnable work, Runnable accepted) {
        try {
            execute(by, work);
        } catch (RejectedExecutionException e) {
            jobs.remove(job.id());
            return ControlWork.busy();
        }
        Optional<Response> soon = job.await(prompt);
        if (soon.isEmpty()) {
            accepted.run();
            return ControlAnswers.accepted(job);
        }
        jobs.remove(job.id());
        return soon.get();
    }

    /** Throws {@link RejectedExecutionException} if there are too many. */
    private void execute(Executor by, Runnable work) {
        by.execute(() -> {
            try {
                work.run();
            } finally {
                ended.incrementAndGet();
                executeWaiting();
            }
        });
    }

    /**
     * While none can be begun others are under way, and the end of each is another occasion. What ends before the one that was refused waits
     * again has not seen it, so then it is tried once more.
     */
    private void executeWaiting() {
        int before;
        do {
            before = ended.get();
        } while (!isWaitingBegun() && ended.get() != before);
    }

    /** Answers false if one was refused. */
    private boolean isWaitingBegun() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            try {
                execute(transfers, next);
            } catch (RejectedExecutionException e) {
                waiting.add(next);
                return false;
            }
        }
        return true;
    }

    /**
     * Work that somebody waits for, or has waited for.
     *
     * @param options how it is done
     * @param end its outcome
     * @param told whether somebody knows of the job
     */
    private record Errand(Job job, Map<String, String> options, CompletableFuture<Void> end, AtomicBoolean told) {}

    @Override
    public void run(String kind, String subject, Map<String, String> options, Duration patience, Work work)
            throws RefusedException, IOException {
        Errand errand = begun(kind, subject, options, work);
        try {
            if (!isDone(errand, patience)) {
                throw new UnfinishedException(subject + " takes longer than " + patience.toSeconds()
                        + " s; it goes on as the job " + errand.job().id() + ", which fli jobs shows. Do the same again"
                        + " when it is done");
            }
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            Throwables.throwIfInstanceOf(cause, RefusedException.class);
            Throwables.throwIfInstanceOf(cause, IOException.class);
            Throwables.throwIfUnchecked(cause);
            throw new IOException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while waiting for the job " + errand.job().id());
        } finally {
            if (errand.end().isDone() && !errand.told().get()) {
                jobs.remove(errand.job().id());
            }
        }
    }

    private static boolean isDone(Errand errand, Duration patience) throws ExecutionException, InterruptedException {
        try {
            errand.end().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            errand.told().set(true);
            if (!errand.end().isDone()) {
                return false;
            }
            errand.end().get();
        }
        return true;
    }

    private Errand begun(String kind, String subject, Map<String, String> options, Work work) throws RefusedException {
        String key = kind + " " + subject;
        synchronized (errands) {
            Errand under = errands.get(key);
            if (under != null && !under.options().equals(options)) {
                throw new VolumeConflictException(subject + " is being made with other options, by the job "
                        + under.job().id() + "; wait for its end, or cancel it with: fli jobs cancel "
                        + under.job().id());
            }
            if (under != null) {
                return under;
            }
            Errand errand = new Errand(
                    begin(kind, subject), Map.copyOf(options), new CompletableFuture<>(), new AtomicBoolean());
            try {
                execute(threads, () -> carryOut(key, errand, work));
            } catch (RejectedExecutionException e) {
                jobs.remove(errand.job().id());
                throw new VolumeBusyException("too many jobs are waiting; try again in a moment");
            }
            errands.put(key, errand);
            return errand;
        }
    }

    private void carryOut(String key, Errand errand, Work work) {
        Optional<Throwable> failure = Optional.empty();
        try {
            errand.job().run(progress -> {
                work.run(progress);
                return ControlAnswers.done();
            });
        } catch (RefusedException | IOException | RuntimeException e) {
            ControlWork.report(e);
            failure = Optional.of(e);
        } catch (Error e) {
            failure = Optional.of(e);
            throw e;
        } finally {
            synchronized (errands) {
                errands.remove(key);
            }
            failure.ifPresentOrElse(
                    errand.end()::completeExceptionally, () -> errand.end().complete(null));
        }
    }

    private static void run(Job job, Job.Action action) {
        try {
            job.run(action);
        } catch (RefusedException | IOException | RuntimeException e) {
            ControlWork.report(e);
        }
    }

    /**
     * As {@link #answer}, of a job that outlives the daemon. Its order is written when somebody is told of it: what ends sooner is not held up.
     *
     * @param text the order, as {@link #resume} gets it
     */
    Response answerResumed(String kind, Call call, JobOrders orders, String text, Job.Action action) {
        Job job = begin(kind, call.subject());
        Remembered remembered =
                new Remembered(job, orders, new Order(job.id(), kind, call.subject(), text, 1, call.askedAt()));
        return answer(transfers, job, () -> carryOut(remembered, action), remembered::put);
    }

    /** Begins again what an earlier daemon did not end, under the same id. What has ended the daemon each time is given up. */
    void resume(Order order, JobOrders orders, Job.Action action) {
        Job job = new Job(order.id(), order.kind(), order.subject(), clock);
        if (jobs.putIfAbsent(order.id(), job) != null) {
            return;
        }
        if (order.attempts() >= MOST_ATTEMPTS) {
            orders.remove(order);
            job.fail("it was begun " + order.attempts() + " times, and each time the daemon ended before it was done;"
                    + " look into the daemon's log, and begin it anew");
            return;
        }
        job.phase("beginning again");
        Remembered remembered = new Remembered(job, orders, order.attempted(order.attempts() + 1));
        remembered.put();
        LOG.atInfo()
                .addKeyValue("job", order.id())
                .addKeyValue("kind", order.kind())
                .addKeyValue("subject", order.subject())
                .log("A job is begun again, for the daemon ended in its midst");
        waiting.add(() -> carryOut(remembered, action));
        executeWaiting();
    }

    private void carryOut(Remembered remembered, Job.Action action) {
        try {
            run(remembered.job, action);
        } finally {
            // One that the end of the daemon cuts off is begun again; that is not its fault.
            remembered.end(isStopping && !remembered.job.isDone());
        }
    }

    /** A job and the order for it, which is on disk until the job has ended. */
    private static final class Remembered {
        private final Job job;
        private final JobOrders orders;
        private final Order order;
        private boolean isWritten;

        Remembered(Job job, JobOrders orders, Order order) {
            this.job = job;
            this.orders = orders;
            this.order = order;
            job.whenUnwanted(this::forget);
        }

        /** Even if the work does not end for long. */
        private synchronized void forget() {
            if (isWritten) {
                orders.remove(order);
                isWritten = false;
            }
        }

        synchronized void put() {
            if (!job.hasEnded() && !job.isUnwanted()) {
                orders.put(order);
                isWritten = true;
            }
        }

        synchronized void end(boolean isCutOff) {
            if (isWritten && isCutOff) {
                orders.put(order.attempted(order.attempts() - 1));
            } else if (isWritten) {
                orders.remove(order);
            }
        }
    }

    /** An answer that is written as a job, which its headers name. */
    StreamedResponse stream(String kind, String subject, String contentType, VolumeFiles.Archive archive) {
        Job job = begin(kind, subject);
        return new StreamedResponse(
                ControlAnswers.OK, contentType, Map.of(HEADER, job.id()), new Streaming(job, archive));
    }

    /** Writes an answer as a job. */
    record Streaming(Job job, VolumeFiles.Archive archive) implements StreamedResponse.Producer {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                job.run(progress -> {
                    progress.phase("exporting");
                    return ControlAnswers.exported(archive.writeTo(new Counted(out, progress), progress));
                });
            } catch (RefusedException e) {
                throw new IOException(e);
            }
        }

        /** If it is never asked for, because the client has gone. */
        void abandon() {
            job.fail("the client has gone");
        }
    }

    /** Tells how much has been written to a stream. */
    private static final class Counted extends FilterOutputStream {
        private final Progress progress;

        Counted(OutputStream out, Progress progress) {
            super(out);
            this.progress = progress;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            progress.add(1, 0);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            progress.add(length, 0);
        }
    }

    /** A job that whoever calls this is about to do. */
    Job begin(String kind, String subject) {
        forgetOld();
        Job job = new Job(ids.get(), kind, subject, clock);
        jobs.put(job.id(), job);
        return job;
    }

    /** As {@link #begin(String, String)}, under an id that the client has chosen. */
    Job begin(String id, String kind, String subject) throws BadRequestException {
        forgetOld();
        Job job = new Job(id, kind, subject, clock);
        if (jobs.putIfAbsent(id, job) != null) {
            throw new BadRequestException("there is a job " + id + " already; choose an id at random");
        }
        return job;
    }

    /** Those that run, and those that have ended within the last hour; the newest first. */
    List<Job> all() {
        forgetOld();
        return jobs.values().stream()
                .sorted(Comparator.comparing(Job::startedAt).reversed())
                .toList();
    }

    Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    private void forgetOld() {
        Instant oldest = clock.instant().minus(KEPT);
        List<Job> ended = jobs.values().stream()
                .filter(Job::hasEnded)
                .sorted(Comparator.comparing((Job job) -> job.endedAt().orElse(Instant.MAX))
                        .reversed())
                .toList();
        int kept = 0;
        long bytes = 0;
        for (Job job : ended) {
            bytes += job.size();
            boolean isOld = job.endedAt().orElse(Instant.MAX).isBefore(oldest);
            if (isOld || ++kept > MOST_KEPT || bytes > MOST_KEPT_BYTES) {
                jobs.remove(job.id());
            }
        }
    }

    /** Asks all jobs to end. */
    void cancelAll() {
        isStopping = true;
        jobs.values().forEach(Job::cancel);
    }

    /** Waits until all jobs have ended; false if that took too long. */
    boolean awaitEnd(Duration atMost) {
        Collection<Job> left = List.copyOf(jobs.values());
        Instant deadline = clock.instant().plus(atMost);
        return left.stream()
                .allMatch(job ->
                        job.await(Duration.between(clock.instant(), deadline)).isPresent());
    }
}
