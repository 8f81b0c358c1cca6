package io.flockerj.hub.people;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.store.id.Id;

/** What rights are given to, and branches are protected in. */
public sealed interface Place {
    OwnerName owner();

    /** All volumesets of an owner, those to come as well. */
    record Owner(OwnerName owner) implements Place {
        @Override
        public String toString() {
            return owner + "/*";
        }
    }

    /** One volumeset, by the name it has now. */
    record Volumeset(VolumesetName name) implements Place {
        @Override
        public OwnerName owner() {
            return name.owner();
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }

    /** One volumeset that was looked up, never another that has its name by now. */
    record Known(VolumesetName name, Id id) implements Place {
        @Override
        public OwnerName owner() {
            return name.owner();
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }
}
