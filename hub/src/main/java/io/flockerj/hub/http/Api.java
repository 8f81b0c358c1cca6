package io.flockerj.hub.http;

import java.util.List;

/** A part of what a hub answers, beside the objects of its owners. */
@FunctionalInterface
public interface Api {
    /**
     * Its routes.
     *
     * @param callers tells who makes a request
     * @param storehouses what they may use of what is stored
     */
    List<Mount> mounts(Callers callers, Storehouses storehouses);
}
