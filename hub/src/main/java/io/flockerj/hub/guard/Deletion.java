package io.flockerj.hub.guard;

import io.flockerj.hub.access.VolumesetName;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Value;
import io.flockerj.store.history.NameValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Deletes a volumeset as every client does: by freeing its name, which the guard decides, records, and does. */
public final class Deletion {
    private static final int TRIES = 5;

    private final Supplier<Id> nonces;

    /** @param nonces that never come twice */
    public Deletion(Supplier<Id> nonces) {
        this.nonces = nonces;
    }

    /**
     * Deletes what a name stands for.
     *
     * @return which volumeset; empty if the caller may not know of any
     * @throws RefusedException if the caller may not delete it
     */
    public Optional<Id> run(Storehouse storehouse, VolumesetName volumeset) throws IOException {
        ObjectName name = value(volumeset);
        Optional<Id> tried = Optional.empty();
        for (int times = 0; times < TRIES; times++) {
            Optional<Value> value = storehouse.value(name);
            if (value.isEmpty()) {
                return tried;
            }
            NameValue says = NameValue.read(name.text(), value.get().bytes().toArray());
            // The name may stand for another one by now, which nobody has asked to delete.
            if (says.volumeset().isEmpty() || (tried.isPresent() && !tried.equals(says.volumeset()))) {
                return tried;
            }
            tried = says.volumeset();
            NameValue free = new NameValue(says.name(), Optional.empty(), nonces.get(), says.generation() + 1);
            if (storehouse
                    .swap(name, Optional.of(value.get().version()), free.write())
                    .isPresent()) {
                return tried;
            }
        }
        throw new UnavailableException(
                "the name " + volumeset + " was changed by others again and again", tried.isPresent(), null);
    }

    /** Lets the storage follow what the tables say of a name, if it did not yet. */
    public static void follow(Storehouse storehouse, VolumesetName volumeset) throws IOException {
        storehouse.value(value(volumeset));
    }

    private static ObjectName value(VolumesetName volumeset) {
        return new ObjectName("names").child(volumeset.name());
    }
}
