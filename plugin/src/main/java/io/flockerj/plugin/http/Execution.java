package io.flockerj.plugin.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One piece of work on its way to an answer: a race between the work and its time. */
final class Execution implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    /** Where the answer goes. Called once, on the event loop. */
    interface Recipient {
        /**
         * Takes the answer.
         *
         * @param undelivered to be run if the client does not receive the answer; never blocks
         */
        void receive(Answer answer, Runnable undelivered);
    }

    private enum Stage {
        WAITING,
        RUNNING,
        ANSWERED,
        LATE
    }

    private final Plan.Later plan;
    private final Workers workers;
    private final InFlight inFlight;
    private final EventLoop loop;
    private final Recipient recipient;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private @Nullable Future<?> timer;

    Execution(Plan.Later plan, Workers workers, InFlight inFlight, EventLoop loop, Recipient recipient) {
        this.plan = plan;
        this.workers = workers;
        this.inFlight = inFlight;
        this.loop = loop;
        this.recipient = recipient;
    }

    /** Starts the race. On the event loop. */
    void start() {
        timer = loop.schedule(this::late, plan.within().toNanos(), TimeUnit.NANOSECONDS);
        inFlight.enter();
        try {
            workers.execute(plan.pace(), this);
        } catch (RejectedExecutionException e) {
            inFlight.leave();
            stage.set(Stage.ANSWERED);
            deliver(plan.work().refused(), () -> {});
        }
    }

    @Override
    public void run() {
        try {
            if (stage.compareAndSet(Stage.WAITING, Stage.RUNNING)) {
                finish(attempt());
            }
        } finally {
            inFlight.leave();
        }
    }

    private Answer attempt() {
        try {
            return plan.work().run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("A call failed in a way that was not foreseen; its connection is dropped");
            return new Answer.Drop();
        }
    }

    private void finish(Answer answer) {
        if (!stage.compareAndSet(Stage.RUNNING, Stage.ANSWERED)) {
            undelivered(answer);
            return;
        }
        try {
            loop.execute(() -> deliver(answer, () -> undeliveredLater(answer)));
        } catch (RejectedExecutionException e) {
            undelivered(answer); // The server has been stopped.
        }
    }

    private void late() {
        boolean begun = !stage.compareAndSet(Stage.WAITING, Stage.LATE);
        if (!begun || stage.compareAndSet(Stage.RUNNING, Stage.LATE)) {
            deliver(plan.work().late(begun), () -> {});
        }
    }

    private void deliver(Answer answer, Runnable undelivered) {
        if (timer != null) {
            timer.cancel(false);
        }
        recipient.receive(answer, undelivered);
    }

    private void undeliveredLater(Answer answer) {
        inFlight.enter();
        workers.executeAlways(() -> {
            try {
                undelivered(answer);
            } finally {
                inFlight.leave();
            }
        });
    }

    private void undelivered(Answer answer) {
        try {
            plan.work().undelivered(answer);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("What was done for a client that has gone could not be undone");
        }
    }
}
