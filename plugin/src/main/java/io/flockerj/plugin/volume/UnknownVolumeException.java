package io.flockerj.plugin.volume;

/** No volume has that name. */
public final class UnknownVolumeException extends VolumeException {
    public UnknownVolumeException(String message) {
        super(message);
    }
}
