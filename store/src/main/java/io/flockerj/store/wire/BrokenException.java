package io.flockerj.store.wire;

import java.io.IOException;

/** Bytes are not what they should be: they were damaged, cut short, exchanged, or written by a program that errs. */
public final class BrokenException extends IOException {
    private final String object;
    private final String problem;

    /**
     * @param object what was read, as a person would find it
     * @param problem what is wrong with it
     */
    public BrokenException(String object, String problem) {
        super(object + " is broken: " + problem);
        this.object = object;
        this.problem = problem;
    }

    public String object() {
        return object;
    }

    public String problem() {
        return problem;
    }
}
