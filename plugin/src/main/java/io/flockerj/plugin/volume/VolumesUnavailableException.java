package io.flockerj.plugin.volume;

/** The volumes cannot be reached now: still loading, or their pool does not answer. */
public final class VolumesUnavailableException extends VolumeException {
    public VolumesUnavailableException(String message) {
        super(message);
    }
}
