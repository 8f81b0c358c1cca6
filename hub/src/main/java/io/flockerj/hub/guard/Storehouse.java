package io.flockerj.hub.guard;

import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.id.Hash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an owner has stored, as far as one caller may use it: the calls of a {@link io.flockerj.store.backend.Backend}, with content that
 * comes and goes through little memory. What is not allowed fails with a {@link RefusedException}; what may not be read fails with a
 * {@link NoSuchObjectException}, as if it were not there.
 */
public interface Storehouse {
    /** How an object may be uploaded; asked before a byte of it is taken. */
    Terms terms(ObjectName name) throws IOException;

    /**
     * What an upload has to keep to.
     *
     * @param longest so many bytes at most
     */
    record Terms(long longest) {}

    /**
     * Bytes that have come, in a file that nobody changes.
     *
     * @param hash SHA-256 of them
     */
    record Deposit(Path file, long size, Hash hash) {}

    /** Makes an object if there is none of that name; tells whether it was made. */
    boolean create(ObjectName name, Deposit deposit) throws IOException;

    /** Opens a part of an object. */
    Part open(ObjectName name, long from, long length) throws IOException;

    /** Tells of each object and value below a folder, in any order. */
    void list(ObjectName folder, Consumer<Listed> each) throws IOException;

    /** Removes an object or a value. */
    void delete(ObjectName name) throws IOException;

    /** The value of that name now. */
    Optional<Value> value(ObjectName name) throws IOException;

    /** Replaces a value, if it is still the one that is expected; empty if it is not. */
    Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException;
}
