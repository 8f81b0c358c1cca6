package io.flockerj.plugin.volume;

/** A volume of that name exists and differs from what was asked. */
public final class VolumeConflictException extends VolumeException {
    public VolumeConflictException(String message) {
        super(message);
    }
}
