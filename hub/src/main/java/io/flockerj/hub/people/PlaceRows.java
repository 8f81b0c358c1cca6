package io.flockerj.hub.people;

import io.flockerj.store.id.Id;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Finds places in the tables of accounts and volumesets. */
final class PlaceRows {
    private PlaceRows() {}

    /**
     * A place by ids.
     *
     * @param volumeset empty if all of the owner are meant
     */
    record Found(Id owner, Optional<Id> volumeset) {
        /** Condition for rows of exactly this place, with the parameters that {@link #volumesetText} and the owner's id are. */
        static final String CONDITION =
                "owner_id = :owner AND (volumeset_id = :volumeset OR (volumeset_id IS NULL AND :volumeset = ''))";

        String volumesetText() {
            return volumeset.map(Id::hex).orElse("");
        }
    }

    static Found require(Handle handle, Place place) throws UnknownException {
        Account owner = AccountRows.find(handle, place.owner())
                .orElseThrow(() -> new UnknownException("owner", place.owner().value()));
        return switch (place) {
            case Place.Owner _ -> new Found(owner.id(), Optional.empty());
            case Place.Volumeset(var name) ->
                new Found(
                        owner.id(),
                        Optional.of(VolumesetRows.find(handle, owner.id(), name.name())
                                .orElseThrow(() -> new UnknownException("volumeset", name.toString()))
                                .id()));
            case Place.Known(var name, Id id) ->
                new Found(
                        owner.id(),
                        Optional.of(VolumesetRows.findPresent(handle, owner.id(), id)
                                .orElseThrow(() -> new UnknownException("volumeset", name.toString()))
                                .id()));
        };
    }
}
