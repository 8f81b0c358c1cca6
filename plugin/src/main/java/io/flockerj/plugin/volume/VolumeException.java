package io.flockerj.plugin.volume;

/** A request that cannot be carried out as asked. The message is for the person who asked: what, on which volume, why, what to do. */
public abstract class VolumeException extends Exception {
    private final String message;

    protected VolumeException(String message) {
        super(message);
        this.message = message;
    }

    @Override
    public final String getMessage() {
        return message;
    }
}
