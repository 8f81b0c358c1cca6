package io.flockerj.integration.rivals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An engine that runs containers with volumes. */
interface Containers {
    /** A container that has a volume until it is closed. */
    interface Container extends AutoCloseable {
        /** The volume as the container sees it, from here. */
        Path top();

        @Override
        void close() throws IOException;
    }

    /**
     * Starts a container with a volume that is there.
     *
     * @param name of the container, like that of no other
     * @return empty if there is no such volume, or somebody has taken it away in between
     */
    Optional<Container> start(Line line, String volume, String name) throws IOException;

    /** Makes a volume, as the engine does it. */
    void create(Line line, String volume) throws IOException;

    /** Removes a volume, as the engine does it. */
    void remove(Line line, String volume) throws IOException;
}
