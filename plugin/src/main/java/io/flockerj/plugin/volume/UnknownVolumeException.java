package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** No volume has that name. */
public final class UnknownVolumeException extends RefusedException {
    public UnknownVolumeException(String message) {
        super(message);
    }
}
