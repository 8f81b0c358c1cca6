package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** Another call has been working on the volume for longer than this one may wait. */
public final class VolumeBusyException extends RefusedException {
    public VolumeBusyException(String message) {
        super(message);
    }
}
