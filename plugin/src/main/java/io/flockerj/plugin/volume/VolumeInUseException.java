package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** Some process has the volume mounted, so nothing may happen to its files. */
public final class VolumeInUseException extends RefusedException {
    public VolumeInUseException(String message) {
        super(message);
    }
}
