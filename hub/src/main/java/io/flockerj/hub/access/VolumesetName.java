package io.flockerj.hub.access;

import io.flockerj.store.BackendRemote;

/**
 * What people call a volumeset of a hub: {@code owner/name}.
 *
 * @param name as it is on the owner's remote
 */
public record VolumesetName(OwnerName owner, String name) implements Comparable<VolumesetName> {
    public VolumesetName {
        if (!BackendRemote.isName(name)) {
            throw new IllegalArgumentException("not the name of a volumeset");
        }
    }

    @Override
    public int compareTo(VolumesetName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return owner + "/" + name;
    }
}
