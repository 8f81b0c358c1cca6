package io.flockerj.hub.catalogue;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.store.id.Id;

/** A repository on the hub: what an owner has of a volumeset. */
public record Stored(OwnerName owner, Id volumeset) {
    @Override
    public String toString() {
        return owner + " " + volumeset.abbreviated();
    }
}
