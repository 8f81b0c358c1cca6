package io.flockerj.hub.deletion;

import io.flockerj.store.RemoteObject;
import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * What an owner's storage holds of a volumeset that is to go. It goes in such an order that whoever reads the storage meanwhile, or what a hub
 * has left that ended, never finds a branch without its snapshot, nor a snapshot without its data; and it is a repository until the end.
 */
final class StoredVolumeset {
    private static final int PACK_FOLDERS = 256;

    /** What goes first; what is not known goes after these. */
    private static final List<Kind> FIRST =
            List.of(Kind.BRANCH, Kind.TAG, Kind.SESSION, Kind.COMMIT, Kind.TOMBSTONE, Kind.LIST, Kind.INDEX, Kind.PACK);

    private static final Comparator<ObjectName> ORDER =
            Comparator.comparingInt(StoredVolumeset::rank).thenComparing(Comparator.naturalOrder());

    private final Backend backend;
    private final ObjectName folder;

    /** @param backend an owner's */
    StoredVolumeset(Backend backend, Id volumeset) {
        this.backend = backend;
        this.folder = ObjectName.of("volumesets", volumeset.hex());
    }

    /**
     * What came of a removal.
     *
     * @param removed so many objects and values
     * @param isEmpty whether there was nothing to begin with
     */
    record Progress(int removed, boolean isEmpty) {}

    private static int rank(ObjectName name) {
        Optional<Kind> kind = RemoteObject.parse(name).map(RemoteObject::kind);
        if (kind.isPresent() && kind.get() == Kind.CONFIG) {
            return FIRST.size() + 1;
        }
        int rank = kind.map(FIRST::indexOf).orElse(-1);
        return rank < 0 ? FIRST.size() : rank;
    }

    /**
     * Removes some of it.
     *
     * @param most no more than that
     * @param mayGoOn is asked before each
     */
    Progress remove(int most, BooleanSupplier mayGoOn) throws IOException {
        List<ObjectName> names = first(most);
        if (names.isEmpty()) {
            removeFolders();
            return new Progress(0, true);
        }
        int removed = 0;
        for (ObjectName name : names) {
            if (!mayGoOn.getAsBoolean()) {
                break;
            }
            backend.delete(name);
            removed++;
        }
        return new Progress(removed, false);
    }

    private List<ObjectName> first(int most) throws IOException {
        PriorityQueue<ObjectName> first = new PriorityQueue<>(ORDER.reversed());
        backend.list(folder, listed -> {
            first.add(listed.name());
            if (first.size() > most) {
                first.remove();
            }
        });
        List<ObjectName> names = new ArrayList<>(first);
        names.sort(ORDER);
        return names;
    }

    /** Where folders are directories, empty ones have been left. */
    private void removeFolders() throws IOException {
        ObjectName packs = folder.child("packs");
        for (int number = 0; number < PACK_FOLDERS; number++) {
            backend.delete(packs.child(HexFormat.of().toHexDigits((byte) number)));
        }
        for (String each :
                List.of("packs", "branches", "tags", "sessions", "commits", "tombstones", "lists", "index")) {
            backend.delete(folder.child(each));
        }
        backend.delete(folder);
    }
}
