package io.flockerj.plugin.volumedriver;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Work;
import io.flockerj.plugin.volume.FailureText;
import io.flockerj.plugin.volume.NotBroughtException;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A call whose errors are answered as errors: every one but Get. */
class OrdinaryCall implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(OrdinaryCall.class);

    private final CallName name;
    private final VolumesGate gate;
    private final Patience patience;
    private final Preparation preparation;

    /** Reads and checks the arguments, before anything is waited for. */
    interface Preparation {
        Action prepare() throws RefusedException;
    }

    /** Does what is asked, and answers the fields of the answer. */
    interface Action {
        Map<String, ?> carryOut(Volumes volumes) throws RefusedException, IOException;
    }

    OrdinaryCall(CallName name, VolumesGate gate, Patience patience, Preparation preparation) {
        this.name = name;
        this.gate = gate;
        this.patience = patience;
        this.preparation = preparation;
    }

    @Override
    public final Answer run() {
        try {
            Action action = preparation.prepare();
            return Answers.success(action.carryOut(gate.await(patience.atGate())));
        } catch (VolumesUnavailableException e) {
            return failed(Level.WARN, FailureText.of(e));
        } catch (RefusedException e) {
            return failed(Level.INFO, FailureText.of(e));
        } catch (NotBroughtException e) {
            return logged(e, FailureText.of(e));
        } catch (UncheckedIOException e) {
            return diskFailed(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            return diskFailed(e);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("call", name).setCause(e).log("A call failed by a mistake of ours");
            return Answers.error("flockerj made a mistake: " + e + ". Please report it, with the log of flockerj");
        }
    }

    @Override
    public final Answer late(boolean begun) {
        String time = patience.forAnswer().toSeconds() + " s";
        return failed(
                Level.WARN,
                begun
                        ? "this takes longer than " + time + "; " + whatBecomesOfIt()
                        : "no thread was free for this in " + time + ", so it was not begun; try again later");
    }

    @Override
    public final Answer refused() {
        return failed(
                Level.WARN, "too many calls are waiting for a free thread, so this was not begun; try again later");
    }

    /** The end of the sentence that tells a user who has waited for too long what happens now. */
    String whatBecomesOfIt() {
        return "it goes on without you waiting for it; look later whether it is done, or do the same again";
    }

    private Answer diskFailed(IOException e) {
        return logged(e, "the pool or the host's file system failed: " + FailureText.of(e));
    }

    private Answer logged(IOException e, String message) {
        LOG.atError().addKeyValue("call", name).setCause(e).log("A call failed");
        return Answers.error(message + ". The log of flockerj tells more");
    }

    private Answer failed(Level level, String message) {
        LOG.atLevel(level)
                .addKeyValue("call", name)
                .addKeyValue("reason", message)
                .log("A call was answered with an error");
        return Answers.error(message);
    }
}
