package io.flockerj.plugin.volume;

/** A request that cannot be carried out as asked. The message is for the person who asked: what, on which volume, why, what to do. */
public abstract class VolumeException extends Exception {
    protected VolumeException(String message) {
        super(message);
    }
}
