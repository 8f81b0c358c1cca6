package io.flockerj.store;

import io.flockerj.store.id.Id;
import java.io.IOException;

/** A volumeset has no repository at a place. */
public final class NoRepositoryException extends IOException {
    public NoRepositoryException(Id volumeset, String place) {
        super("there is no repository of volumeset " + volumeset.abbreviated() + " in " + place);
    }
}
