package io.flockerj.hub.people;

import io.flockerj.hub.audit.Act;
import java.io.IOException;

/** Where acts of people are put on record. What fails here must not be answered as done. */
@FunctionalInterface
public interface Recorder {
    /** Puts an act on record, before it returns. */
    void record(Act act) throws IOException;
}
