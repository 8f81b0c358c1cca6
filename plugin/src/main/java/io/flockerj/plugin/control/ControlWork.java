package io.flockerj.plugin.control;

import com.google.common.base.Throwables;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.Work;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.volume.FailureText;
import io.flockerj.plugin.volume.OutOfSpace;
import io.flockerj.store.NoRemoteException;
import io.flockerj.store.backend.NoSuchPlaceException;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of the control API; the one place where its errors become answers. */
record ControlWork(Action action) implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(ControlWork.class);
    private static final int FORBIDDEN = 403;
    private static final int MISSING = 404;
    private static final int CONFLICT = 409;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;
    private static final int FULL = 507;

    /** What the call does. */
    interface Action {
        Answer run() throws RefusedException, IOException;
    }

    @Override
    public Answer run() {
        try {
            return action.run();
        } catch (RefusedException | IOException | UncheckedIOException e) {
            report(e);
            return new Answer.Reply(response(e));
        }
    }

    /** A refusal or failure as it is answered. */
    static Response response(Throwable e) {
        return switch (e) {
            case RefusedException refused -> {
                Refusal refusal = Refusal.of(refused);
                yield ControlAnswers.error(refusal.status(), refusal.code(), refused.getMessage());
            }
            case CancelledException cancelled ->
                ControlAnswers.error(CONFLICT, "cancelled", String.valueOf(cancelled.getMessage()));
            default ->
                OutOfSpace.message(e)
                        .map(message -> ControlAnswers.error(FULL, Refusal.NO_SPACE, message))
                        .or(() -> elsewhere(e))
                        .orElseGet(() -> ControlAnswers.error(FAILED, "failed", FailureText.of(e)));
        };
    }

    /** If it is a remote that did not do it: nothing is wrong here. */
    private static Optional<Response> elsewhere(Throwable e) {
        String message = FailureText.of(e);
        for (Throwable cause : Throwables.getCausalChain(e)) {
            switch (cause) {
                case UnavailableException _ -> {
                    return Optional.of(ControlAnswers.error(UNAVAILABLE, "unavailable", message));
                }
                case NotAllowedException _ -> {
                    return Optional.of(ControlAnswers.error(FORBIDDEN, "not-allowed", message));
                }
                case NoSuchPlaceException _, NoRemoteException _ -> {
                    return Optional.of(ControlAnswers.error(MISSING, Refusal.NO_SUCH_REMOTE, message));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    /** Logs what is not the caller's doing. */
    static void report(Exception e) {
        if (e instanceof RefusedException
                || e instanceof CancelledException
                || OutOfSpace.message(e).isPresent()) {
            return;
        }
        if (elsewhere(e).isPresent()) {
            LOG.atWarn().setCause(e).log("A remote did not do what it was asked for");
        } else {
            LOG.atError().setCause(e).log("A call of the control API failed");
        }
    }

    static Response busy() {
        return ControlAnswers.error(UNAVAILABLE, "busy", "too many calls are waiting; try again in a moment");
    }

    @Override
    public Answer late(boolean begun) {
        String remedy = begun
                ? "; ask for less, such as some paths only, or when less is going on"
                : "; too much is going on, try again in a moment";
        return new Answer.Reply(ControlAnswers.error(UNAVAILABLE, "late", "the call takes too long" + remedy));
    }

    @Override
    public Answer refused() {
        return new Answer.Reply(busy());
    }

    /** A job that was to write the answer ends with it. */
    @Override
    public void undelivered(Answer answer) {
        if (answer instanceof Answer.Stream stream && stream.response().producer() instanceof Jobs.Streaming job) {
            job.abandon();
        }
    }
}
