package io.flockerj.plugin.volume;

import java.time.Duration;

/** The door to the volumes, closed until their pool is open and their records are loaded. */
public interface VolumesGate {
    /**
     * The volumes, as soon as they are there.
     *
     * @param atMost how long to wait for them; zero does not wait
     * @throws VolumesUnavailableException when they are not there by then; the message says why, and what to do
     */
    Volumes await(Duration atMost) throws VolumesUnavailableException;
}
