package io.flockerj.hub.people;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.id.Id;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Who sees the volumesets of a hub, and what becomes of those that were deleted. Whoever asks was looked at before. */
public final class Volumesets {
    private final Database database;
    private final InstantSource clock;

    public Volumesets(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A volumeset that there is, or that can still be restored. */
    public record Known(VolumesetName name, Id id) {}

    /** All of the hub, those that were deleted and can be restored among them. */
    public List<Known> all() throws DatabaseException {
        return database.read(handle -> VolumesetRows.all(handle).stream()
                .map(row -> new Known(row.name(), row.id()))
                .toList());
    }

    /** Shows a volumeset to others, or hides it from them; never another that has its name by now. */
    public void setVisibility(VolumesetName name, Id volumeset, Visibility visibility)
            throws PeopleException, DatabaseException {
        database.change(handle -> {
            VolumesetRows.Row row = AccountRows.find(handle, name.owner())
                    .flatMap(owner -> VolumesetRows.findPresent(handle, owner.id(), volumeset))
                    .orElseThrow(() -> new UnknownException("volumeset", name.toString()));
            return handle.execute(
                    "UPDATE volumesets SET visibility = ? WHERE owner_id = ? AND id = ?",
                    visibility.written(),
                    row.owner().hex(),
                    row.id().hex());
        });
    }

    /**
     * Restores a volumeset that was deleted, with its rights and protections. The storage has to follow: see {@code Deletion.follow}.
     *
     * @param name what it is to be called, if its old name was taken meanwhile
     */
    public VolumesetName restore(OwnerName owner, Id volumeset, Optional<String> name)
            throws PeopleException, DatabaseException {
        if (name.filter(text -> !BackendRemote.isName(text)).isPresent()) {
            throw new InvalidException("name", "that cannot be the name of a volumeset");
        }
        return database.change(handle -> {
            VolumesetRows.Row row = AccountRows.find(handle, owner)
                    .flatMap(account -> VolumesetRows.find(handle, account.id(), volumeset))
                    .filter(found -> found.removalBegun().isEmpty()
                            && found.restorableUntil()
                                    .filter(clock.instant()::isBefore)
                                    .isPresent())
                    .orElseThrow(() -> new UnknownException("deleted volumeset", volumeset.hex()));
            String called = name.orElse(row.name().name());
            if (VolumesetRows.find(handle, row.owner(), called).isPresent()) {
                throw new ConflictException(
                        "another volumeset is called " + owner + "/" + called + " now: give another name");
            }
            handle.execute(
                    "UPDATE volumesets SET deleted = NULL, restorable_until = NULL, name = ? WHERE owner_id = ? AND id"
                            + " = ?",
                    called,
                    row.owner().hex(),
                    volumeset.hex());
            return new VolumesetName(owner, called);
        });
    }
}
