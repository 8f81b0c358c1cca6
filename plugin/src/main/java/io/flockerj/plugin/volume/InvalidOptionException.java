package io.flockerj.plugin.volume;

/** Options of Create that are unknown, malformed, or beyond what the pool can keep. */
public final class InvalidOptionException extends VolumeException {
    public InvalidOptionException(String message) {
        super(message);
    }
}
