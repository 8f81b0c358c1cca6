package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** The volumes cannot be reached now: still loading, or their pool does not answer. */
public final class VolumesUnavailableException extends RefusedException {
    public VolumesUnavailableException(String message) {
        super(message);
    }
}
