package io.flockerj.hub.http;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.guard.Storehouse;

/** Gives callers what they may use of what an owner has stored. */
@FunctionalInterface
public interface Storehouses {
    Storehouse of(Caller caller, OwnerName owner);
}
