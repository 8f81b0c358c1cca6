package io.flockerj.plugin.volume;

/** Some process has the volume mounted, so nothing may happen to its files. */
public final class VolumeInUseException extends VolumeException {
    public VolumeInUseException(String message) {
        super(message);
    }
}
