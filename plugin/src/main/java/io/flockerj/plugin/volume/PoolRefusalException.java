package io.flockerj.plugin.volume;

/** The pool is in no state to take new volumes: nearly full, or read-only. */
public final class PoolRefusalException extends VolumeException {
    public PoolRefusalException(String message) {
        super(message);
    }
}
