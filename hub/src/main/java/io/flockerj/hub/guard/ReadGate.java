package io.flockerj.hub.guard;

import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.store.backend.StreamingBackend;
import java.io.IOException;
import java.util.Optional;

/**
 * Decides who may read of a volumeset what the hub has made of its objects, as {@link GuardedBackend} decides who may read the objects: whoever
 * may not finds nothing, with the same words as where nothing is, and who is not signed in is told to sign in.
 */
public final class ReadGate {
    private final StreamingBackend storage;
    private final Admission admission;
    private final Recording recording;

    /** @param storage of the whole hub */
    public ReadGate(StreamingBackend storage, Admission admission, Recording recording) {
        this.storage = storage;
        this.admission = admission;
        this.recording = recording;
    }

    /**
     * Something that may be read.
     *
     * @param remote of the owner: not guarded, so that it is for reading this volumeset only
     */
    public record Admitted(Caller caller, Holding holding, StreamingBackend remote) {}

    /** Lets the caller in who may read a volumeset. */
    public Admitted admit(Caller caller, VolumesetName name) throws IOException {
        Optional<Holding> holding = admission.find(caller, name).filter(there -> there.allows(caller, Right.READ));
        if (holding.isEmpty()) {
            throw caller.isSignedIn() ? GuardedBackend.noSuchVolumeset(name.owner()) : GuardedBackend.signIn();
        }
        return new Admitted(caller, holding.get(), remote(storage, name.owner()));
    }

    /** An owner's remote in the storage. */
    public static StreamingBackend remote(StreamingBackend storage, OwnerName owner) {
        return FolderBackend.of(storage, owner);
    }

    /** Puts it on record, before it is sent, that so many bytes are read. */
    public void record(Admitted admitted, String what, long bytes) throws IOException {
        Acts acts = new Acts(recording, admitted.caller());
        recording.read(acts.act(ActKind.READ, admitted.holding()).about(what).came(Outcome.DONE), bytes);
    }
}
