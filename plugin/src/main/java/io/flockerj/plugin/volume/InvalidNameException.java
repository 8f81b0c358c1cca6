package io.flockerj.plugin.volume;

/** A name that no volume can have. */
public final class InvalidNameException extends VolumeException {
    public InvalidNameException(String message) {
        super(message);
    }
}
