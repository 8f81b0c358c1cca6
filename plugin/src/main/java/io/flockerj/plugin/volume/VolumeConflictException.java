package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** A volume of that name exists and differs from what was asked. */
public final class VolumeConflictException extends RefusedException {
    public VolumeConflictException(String message) {
        super(message);
    }
}
