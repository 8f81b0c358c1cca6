package io.flockerj.store.backend;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps named bytes. It knows nothing of what they mean.
 *
 * <p>An <em>object</em> is made once by {@link #create} and never changes. A <em>value</em> is made and replaced by {@link #swap}. A name
 * is that of an object or of a value, always the same of the two. When a call returns, what it did survives a loss of power of the place
 * where the bytes are kept, and every call that begins later sees it; but {@link #list} may not yet see it on some places, such as another
 * host's cache of a directory. A call that fails may have happened all the same, now or a little later, as after a lost answer: then
 * {@link #create} is repeated, and answers that the object is there; {@link #value} tells whether a {@link #swap} has happened.
 *
 * <p>All calls may be made by many threads and many hosts at once. Errors are those of the place, and say which name was meant.
 */
public interface Backend {
    /**
     * Reads a part of an object.
     *
     * @param from from 0
     * @return at most {@code length} bytes; fewer only where the object ends
     * @throws NoSuchObjectException if there is none of that name
     */
    byte[] read(ObjectName name, long from, int length) throws IOException;

    /**
     * Makes an object if there is none of that name. Nobody ever sees a part of it.
     *
     * @param content its bytes, one array after the other, which nobody changes meanwhile
     * @return whether it was made; if not, there was one, which is as it was
     */
    boolean create(ObjectName name, List<byte[]> content) throws IOException;

    /** Tells of each object and value below a folder, however deep, in any order. A folder that is not there is empty. */
    void list(ObjectName folder, Consumer<Listed> each) throws IOException;

    /** Removes an object or a value. That there is none is no error. */
    void delete(ObjectName name) throws IOException;

    /** The value of that name now; empty if there is none. */
    Optional<Value> value(ObjectName name) throws IOException;

    /**
     * Replaces a value, if it is still the one that is expected. Of all who expect the same, one succeeds at most.
     *
     * @param expected the version that was read; empty if there should be no value
     * @param value at most {@link #LONGEST_VALUE} bytes. Never equal to an earlier one of that name, for some places tell versions
     *     by what they hold: so there is a nonce in it
     * @return the new version; empty if it is not as expected, and then nothing has changed
     */
    Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException;

    /** No value has more bytes. */
    int LONGEST_VALUE = 64 * 1024;
}
