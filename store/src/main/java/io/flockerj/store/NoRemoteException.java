package io.flockerj.store;

import java.io.IOException;

/** A place is no remote. */
public final class NoRemoteException extends IOException {
    /** @param place as people know it */
    public NoRemoteException(String place) {
        super(place + " is no remote: the object 'flockerj' that marks one is not there");
    }
}
