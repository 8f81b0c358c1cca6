package io.flockerj.store.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A backend that also moves objects through little memory: for a server that hands them on for many. */
public interface StreamingBackend extends Backend {
    /**
     * As {@link #create(ObjectName, java.util.List)}, with what is in a file.
     *
     * @param content nobody writes to it any more, though it may not be durable yet. It may be removed once this returns
     */
    boolean create(ObjectName name, Path content) throws IOException;

    /**
     * Opens a part of an object. What is read then may fail as the place does.
     *
     * @param from from 0
     * @param length so many bytes at most; fewer only where the object ends; 0 to ask for the size
     * @throws NoSuchObjectException if there is none of that name
     */
    Part open(ObjectName name, long from, long length) throws IOException;

    /**
     * A part of an object, to be closed.
     *
     * @param size of the whole object
     * @param length how many bytes there are in the part
     * @param bytes exactly those
     */
    record Part(long size, long length, InputStream bytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
