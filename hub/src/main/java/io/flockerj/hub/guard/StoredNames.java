package io.flockerj.hub.guard;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.NameValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The values in an owner's storage that say which volumeset a name stands for. They follow what was decided where rights are: whoever is late
 * with it may do it again, for nobody decides by them.
 */
public final class StoredNames {
    static final ObjectName FOLDER = new ObjectName("names");

    private final Backend backend;
    private final Supplier<Id> nonces;

    /**
     * @param backend an owner's
     * @param nonces ids that never come twice
     */
    public StoredNames(Backend backend, Supplier<Id> nonces) {
        this.backend = backend;
        this.nonces = nonces;
    }

    /** A value as it was read, and what it says. */
    record Known(Value value, NameValue says) {
        boolean standsFor(Id volumeset) {
            return says.volumeset().equals(Optional.of(volumeset));
        }
    }

    Optional<Known> find(String name) throws IOException {
        ObjectName stored = FOLDER.child(name);
        Optional<Value> value = backend.value(stored);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(new Known(
                        value.get(),
                        NameValue.read(stored.text(), value.get().bytes().toArray())));
    }

    /** Lets a name stand for a volumeset; what the storage holds then. */
    public Optional<Value> follow(String name, Id volumeset) throws IOException {
        return follow(name, find(name), volumeset);
    }

    /**
     * As the other, if the name still is as it was.
     *
     * @throws UnavailableException if it is not
     */
    Optional<Value> follow(String name, Optional<Known> known, Id volumeset) throws IOException {
        if (known.isPresent() && known.get().standsFor(volumeset)) {
            return known.map(Known::value);
        }
        if (put(name, known, Optional.of(volumeset)).isEmpty()) {
            throw new UnavailableException("the name " + name + " is being changed by another", false, null);
        }
        return find(name).map(Known::value);
    }

    /** Lets a name stand for nothing, if it stands for this volumeset. */
    public void free(String name, Id volumeset) throws IOException {
        Optional<Known> known = find(name);
        if (known.isPresent() && known.get().standsFor(volumeset)) {
            put(name, known, Optional.empty());
        }
    }

    /** Of several at once one succeeds, and that will do: they all want the same. */
    private Optional<Version> put(String name, Optional<Known> before, Optional<Id> volumeset) throws IOException {
        long generation = before.map(there -> there.says().generation()).orElse(0L) + 1;
        NameValue value = new NameValue(name, volumeset, nonces.get(), generation);
        return backend.swap(
                FOLDER.child(name), before.map(there -> there.value().version()), value.write());
    }
}
