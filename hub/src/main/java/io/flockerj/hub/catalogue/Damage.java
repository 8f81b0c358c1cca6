package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;

/** Tells what is wrong in the storage, and in which object: never that what was asked for is not there. */
final class Damage {
    private Damage() {}

    /** Something that reads the storage. */
    interface Reading<T> {
        T read() throws IOException;
    }

    static <T> T told(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (BrokenException e) {
            throw damaged(e.object() + " in the hub's storage is damaged: " + e.problem(), e);
        } catch (NoSuchObjectException e) {
            throw damaged(e.name() + " is missing in the hub's storage", e);
        }
    }

    static CatalogueException damaged(String what, IOException cause) {
        return new CatalogueException(
                Reason.DAMAGED, what + "; tell who runs the hub, and push the snapshot again where it is whole", cause);
    }
}
