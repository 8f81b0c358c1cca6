package io.flockerj.store.backend;

import java.io.IOException;

/** There is no object of that name. */
public final class NoSuchObjectException extends IOException {
    private final ObjectName name;

    /** @param place where it was looked for */
    public NoSuchObjectException(ObjectName name, String place) {
        super("there is no " + name + " in " + place);
        this.name = name;
    }

    public ObjectName name() {
        return name;
    }
}
