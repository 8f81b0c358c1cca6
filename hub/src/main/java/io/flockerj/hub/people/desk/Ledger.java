package io.flockerj.hub.people.desk;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.TokenScope;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Recorder;
import java.io.IOException;
import java.util.Optional;

/** Puts on record what callers do. */
final class Ledger {
    private final Recorder recorder;

    Ledger(Recorder recorder) {
        this.recorder = recorder;
    }

    static Act act(ActKind kind, Caller caller) {
        return Act.of(kind, Outcome.BEGUN, actor(caller));
    }

    static Actor actor(Caller caller) {
        return new Actor(
                caller.account().map(Caller.Account::id),
                caller.account().map(Caller.Account::name),
                caller.token().map(TokenScope::token),
                Optional.of(caller.address()),
                Optional.of(caller.request()));
    }

    /** Something that changes what others see. */
    @FunctionalInterface
    interface Doing<T> {
        T run() throws PeopleException, IOException;
    }

    /** Puts it on record that something begins, does it, and puts on record what came of it. */
    <T> T recorded(Act act, Doing<T> doing) throws PeopleException, IOException {
        recorder.record(act.came(Outcome.BEGUN));
        T result;
        try {
            result = doing.run();
        } catch (PeopleException | IOException | RuntimeException e) {
            failed(act, e);
            throw e;
        }
        recorder.record(act.came(Outcome.DONE));
        return result;
    }

    private void failed(Act act, Exception e) {
        try {
            recorder.record(act.came(Outcome.FAILED).with("why", String.valueOf(e.getMessage())));
        } catch (IOException notRecorded) {
            e.addSuppressed(notRecorded);
        }
    }

    /** Puts on record what came of something that is done already, and changes nothing for others. */
    void noted(Act act, Outcome outcome) throws IOException {
        recorder.record(act.came(outcome));
    }
}
