package io.flockerj.plugin.volume;

/** Another call has been working on the volume for longer than this one may wait. */
public final class VolumeBusyException extends VolumeException {
    public VolumeBusyException(String message) {
        super(message);
    }
}
