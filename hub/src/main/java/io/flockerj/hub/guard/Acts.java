package io.flockerj.hub.guard;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;

/** What one caller does, put on record. */
final class Acts {
    private final Recording recording;
    private final Actor actor;

    Acts(Recording recording, Caller caller) {
        this.recording = recording;
        this.actor = new Actor(
                caller.account().map(Caller.Account::id),
                caller.account().map(Caller.Account::name),
                caller.token().map(scope -> scope.token()),
                Optional.of(caller.address()),
                Optional.of(caller.request()));
    }

    Act act(ActKind kind, Holding holding) {
        return Act.of(kind, Outcome.BEGUN, actor)
                .on(holding.volumeset(), holding.name().toString());
    }

    /** Of a volumeset that has no name yet. */
    Act act(ActKind kind, Id volumeset, OwnerName owner) {
        return Act.of(kind, Outcome.BEGUN, actor).on(volumeset, owner.value());
    }

    void read(Holding holding, long bytes) throws IOException {
        recording.read(act(ActKind.READ, holding).came(Outcome.DONE), bytes);
    }

    void denied(Holding holding, String what, String why) throws IOException {
        recording.act(
                act(ActKind.DENIAL, holding).came(Outcome.REFUSED).about(what).with("why", why));
    }

    static String text(Optional<RefValue.Target> target) {
        return target.map(there -> there.snapshot().hex()).orElse("none");
    }

    /** Something that changes what others see. */
    interface Change<T> {
        T run() throws IOException;

        /** Whether what came of it is that it was done. */
        boolean isDone(T result);
    }

    /**
     * Puts it on record that something begins, does it, and puts on record what came of it. So what was done is on record whatever happens
     * to the hub meanwhile.
     */
    <T> T recorded(Act act, Change<T> change) throws IOException {
        recording.act(act.came(Outcome.BEGUN));
        T result;
        try {
            result = change.run();
        } catch (IOException | RuntimeException e) {
            try {
                recording.act(act.came(Outcome.FAILED).with("why", String.valueOf(e.getMessage())));
            } catch (IOException notRecorded) {
                e.addSuppressed(notRecorded);
            }
            throw e;
        }
        recording.act(act.came(change.isDone(result) ? Outcome.DONE : Outcome.FAILED));
        return result;
    }
}
