package io.flockerj.store.wire;

import java.io.IOException;

/** An object is of a version, or needs a feature, that this program does not know; a newer one may. */
public final class UnsupportedException extends IOException {
    /**
     * @param object what was read, as a person would find it
     * @param needs what a program has to know to read it
     */
    public UnsupportedException(String object, String needs) {
        super(object + " needs " + needs + ", which this program does not know; use a newer one");
    }
}
