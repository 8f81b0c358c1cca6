package io.flockerj.hub.guard;

import io.flockerj.hub.audit.Act;
import java.io.IOException;

/** Where acts are put on record. What fails here must not be answered as done. */
public interface Recording {
    /** Puts an act on record. */
    void act(Act act) throws IOException;

    /**
     * Puts it on record that bytes are read, before they are sent.
     *
     * @param bytes how many
     */
    void read(Act act, long bytes) throws IOException;
}
