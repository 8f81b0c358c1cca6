package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.PackSource;
import java.util.Optional;

/** What the objects of one repository are called (format.md section 2). */
record Layout(ObjectName base) {
    static Layout of(Id volumeset) {
        return new Layout(ObjectName.of("volumesets", volumeset.hex()));
    }

    ObjectName config() {
        return base.child("config");
    }

    ObjectName epoch() {
        return base.child("epoch");
    }

    ObjectName packs() {
        return base.child("packs");
    }

    ObjectName pack(Hash name) {
        return packs().child(name.hex().substring(0, 2)).child(name.hex());
    }

    /** The pack that an object in the folder of packs is; empty if it is something else. */
    Optional<Hash> packOf(ObjectName name) {
        String last = name.lastSegment();
        return Hash.isValid(last) && name.equals(pack(Hash.parse(last)))
                ? Optional.of(Hash.parse(last))
                : Optional.empty();
    }

    ObjectName list(Hash name) {
        return base.child("lists").child(name.hex());
    }

    /** Reads parts of packs from where they lie. */
    PackSource source(Backend backend) {
        return (pack, from, length) -> backend.read(pack(pack), from, length);
    }

    ObjectName indexes() {
        return base.child("index");
    }

    ObjectName index(Hash name) {
        return indexes().child(name.hex());
    }

    ObjectName commits() {
        return base.child("commits");
    }

    ObjectName commit(Id snapshot) {
        return commits().child(snapshot.hex());
    }

    ObjectName tombstones() {
        return base.child("tombstones");
    }

    ObjectName tombstone(Id snapshot) {
        return tombstones().child(snapshot.hex());
    }

    ObjectName session(Id id) {
        return base.child("sessions").child(id.hex());
    }

    /** A ref by its whole name, such as {@code branches/main}. */
    ObjectName ref(String name) {
        return new ObjectName(base.text() + "/" + name);
    }
}
