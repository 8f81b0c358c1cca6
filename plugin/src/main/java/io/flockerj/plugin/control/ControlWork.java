package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of the control API; the one place where its errors become answers. */
record ControlWork(Action action) implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(ControlWork.class);
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    /** What the call does. */
    interface Action {
        Answer run() throws RefusedException, IOException;
    }

    @Override
    public Answer run() {
        return attempt();
    }

    /** A refusal or failure as it is answered. */
    static Answer answer(Exception e) {
        if (e instanceof RefusedException refused) {
            Refusal refusal = Refusal.of(refused);
            return new Answer.Reply(ControlAnswers.error(refusal.status(), refusal.code(), refused.getMessage()));
        }
        LOG.atError().setCause(e).log("A call of the control API failed");
        return new Answer.Reply(ControlAnswers.error(FAILED, "failed", String.valueOf(e.getMessage())));
    }

    @Override
    public Answer late(boolean begun) {
        String goesOn = begun ? "; it goes on, look again later" : "";
        return new Answer.Reply(ControlAnswers.error(UNAVAILABLE, "late", "the call takes too long" + goesOn));
    }

    @Override
    public Answer refused() {
        return new Answer.Reply(
                ControlAnswers.error(UNAVAILABLE, "busy", "too many calls are waiting; try again in a moment"));
    }

    private Answer attempt() {
        try {
            return action.run();
        } catch (RefusedException | IOException | UncheckedIOException e) {
            return answer(e);
        }
    }
}
