package io.flockerj.hub.deletion;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.guard.FolderBackend;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.guard.StoredNames;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Volumesets;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores volumesets that were deleted: with their rights, their names in the storage, and on record. Whoever asks was looked at before. */
public final class Restorations {
    private static final Logger LOG = LoggerFactory.getLogger(Restorations.class);

    private final Volumesets volumesets;
    private final StreamingBackend storage;
    private final Recording recording;
    private final Supplier<Id> ids;

    /**
     * @param storage of the whole hub
     * @param ids that never come twice
     */
    public Restorations(Volumesets volumesets, StreamingBackend storage, Recording recording, Supplier<Id> ids) {
        this.volumesets = volumesets;
        this.storage = storage;
        this.recording = recording;
        this.ids = ids;
    }

    /**
     * Restores a volumeset, as {@link Volumesets#restore} does.
     *
     * @param who wants it, for the record
     * @param name what it is to be called, if its old name was taken meanwhile
     */
    public VolumesetName restore(Actor who, OwnerName owner, Id volumeset, Optional<String> name)
            throws PeopleException, IOException {
        String before = volumesets.deleted(owner).stream()
                .filter(deleted -> deleted.id().equals(volumeset))
                .map(deleted -> deleted.name().toString())
                .findFirst()
                .orElse(owner.value());
        Act act = Act.of(ActKind.RESTORATION, Outcome.BEGUN, who).on(volumeset, before);
        recording.act(act);
        VolumesetName restored;
        try {
            restored = volumesets.restore(owner, volumeset, name);
        } catch (PeopleException | IOException e) {
            recording.act(act.came(Outcome.FAILED).with("why", String.valueOf(e.getMessage())));
            throw e;
        }
        recording.act(act.on(volumeset, restored.toString()).came(Outcome.DONE));
        follow(restored, volumeset);
        return restored;
    }

    private void follow(VolumesetName name, Id volumeset) {
        try {
            new StoredNames(FolderBackend.of(storage, name.owner()), ids).follow(name.name(), volumeset);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("volumeset", name)
                    .log("The storage does not have the name of a restored volumeset yet; it follows when it is used");
        }
    }
}
