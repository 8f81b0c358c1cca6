package io.flockerj.store.wire;

import java.io.IOException;

/** An object is of a version, or needs a feature, that this program does not know; a newer one may. */
public final class UnsupportedException extends IOException {
    private final String object;
    private final String needs;

    /**
     * @param object what was read, as a person would find it
     * @param needs what a program has to know to read it
     */
    public UnsupportedException(String object, String needs) {
        this(object, needs, "a newer flockerj");
    }

    private UnsupportedException(String object, String needs, String remedy) {
        super(object + " needs " + needs + ", which this program does not know; use " + remedy + " on this host");
        this.object = object;
        this.needs = needs;
    }

    /**
     * The same, told with which program knows it.
     *
     * @param program the oldest one, with its version
     */
    public UnsupportedException knownSince(String program) {
        UnsupportedException told = new UnsupportedException(object, needs, program + " or newer");
        told.initCause(this);
        return told;
    }
}
