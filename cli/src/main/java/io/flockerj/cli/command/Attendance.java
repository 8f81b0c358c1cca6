package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Job;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command that waits for a job: it shows how far the job is, and cancels it when a signal ends this process, which then waits
 * until what was begun is undone.
 */
final class Attendance implements Daemon.Watch {
    private static final long UNDONE_WITHIN_SECONDS = 60;

    private final Session session;
    private final Daemon.Cancellation cancellation;
    private final StatusLine line;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<Optional<Job>> last = new AtomicReference<>(Optional.empty());
    private final Thread hook = new Thread(this::cancel, "cancel the job");

    private Attendance(Session session, Daemon.Cancellation cancellation) {
        this.session = session;
        this.cancellation = cancellation;
        this.line = new StatusLine(session);
    }

    static Attendance begin(Session session, Daemon.Cancellation cancellation) {
        Attendance attendance = new Attendance(session, cancellation);
        Runtime.getRuntime().addShutdownHook(attendance.hook);
        return attendance;
    }

    @Override
    public void show(JsonNode json) throws IOException {
        Job job = Job.of(json);
        last.set(Optional.of(job));
        if (!job.isRunning()) {
            return;
        }
        if (session.json()) {
            session.tellProgress(json);
        } else {
            line.show(ProgressText.of(job));
        }
    }

    private void cancel() {
        try {
            cancellation.run();
            if (!ended.await(UNDONE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                tell("the job has been cancelled, and has not ended yet; see: fli jobs list");
            } else if (last.get().filter(job -> job.state().equals("done")).isPresent()) {
                tell("it was done before it could be cancelled");
            } else {
                tell(last.get().flatMap(Job::error).orElse("cancelled"));
            }
        } catch (IOException e) {
            tell("the job could not be cancelled: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String what) {
        session.remark(what);
        session.around().err().flush();
    }

    @Override
    public void close() {
        line.clear();
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            leaveItToTheHook();
        }
    }

    /** The process ends when the hook does, and it is the hook that tells how the job ended. */
    private static void leaveItToTheHook() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
