package io.flockerj.hub.database;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What is done with an open database. It may be done several times, until it was undisturbed by others: so it does nothing else.
 *
 * @param <X> what it may throw, which undoes it
 */
@FunctionalInterface
public interface Work<T extends @Nullable Object, X extends Exception> {
    T on(Handle handle) throws X;
}
