package io.flockerj.store;

import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A place for many volumesets. Each has a repository there, found by its id, and names by which people find it. Safe for many threads and
 * many hosts at once.
 */
public interface Remote {
    /** Its own id: wherever it is reached, and however, it is the same remote. */
    Id id();

    /** The names that stand for a volumeset, each with its id. */
    SortedMap<String, Id> names() throws IOException;

    /** The volumeset that a name stands for; empty if it stands for none, or can be none. */
    Optional<Id> find(String name) throws IOException;

    /** Lets a name stand for a volumeset, if it is free. Of two who want one name at once, one gets it. */
    Naming name(String name, Id volumeset) throws IOException;

    /**
     * Frees a name that stands for a volumeset. The repository stays.
     *
     * @return false if it stands for something else, which it then still does
     */
    boolean unname(String name, Id volumeset) throws IOException;

    /**
     * The repository of a volumeset.
     *
     * @throws NoRepositoryException if there is none
     */
    Repository open(Id volumeset) throws IOException;

    /** The repository of a volumeset, which is made if there is none. */
    Repository create(Id volumeset) throws IOException;

    /** What came of naming a volumeset. */
    sealed interface Naming {
        /** The name stands for the volumeset, by this call or before. */
        record Named() implements Naming {}

        /** It stands for another. */
        record Taken(Id volumeset) implements Naming {}

        /** Nothing can have this name. */
        record Invalid() implements Naming {}
    }
}
