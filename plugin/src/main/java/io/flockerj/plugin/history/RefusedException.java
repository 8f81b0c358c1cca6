package io.flockerj.plugin.history;

/** A request that cannot be carried out as asked. The message is for the person who asked: what, on which thing, why, what to do. */
public abstract class RefusedException extends Exception {
    private final String message;

    protected RefusedException(String message) {
        super(message);
        this.message = message;
    }

    @Override
    public final String getMessage() {
        return message;
    }
}
