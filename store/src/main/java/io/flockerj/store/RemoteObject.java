package io.flockerj.store;

import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is meant by the name of an object, a value or a folder on a remote (format.md section 2): for whoever stands between a remote and
 * those who use it.
 *
 * @param volumeset whose repository it is in; empty for what belongs to the remote itself
 * @param key a hash, an id or a name, by its kind; empty for what there is one of, and for folders
 */
public record RemoteObject(Kind kind, Optional<Id> volumeset, String key) {
    private static final String VOLUMESETS = "volumesets";
    private static final int KEY_OF_PACK = 2;

    /** All that a program of this version reads and writes. */
    public enum Kind {
        /** What a remote is known by. An object. */
        MARK("flockerj", Key.NONE),
        /** A name of a volumeset. A value. */
        NAME("names", Key.NAME),
        /** The folder of names. */
        NAMES("names", Key.NONE),
        /** What all programs agree on. An object. */
        CONFIG("config", Key.NONE),
        /** How often garbage was collected. A value. */
        EPOCH("epoch", Key.NONE),
        /** An object that its hash names. */
        PACK("packs", Key.HASH),
        PACKS("packs", Key.NONE),
        /** A list of packs: an object that its hash names. */
        LIST("lists", Key.HASH),
        /** What is in many packs: an object that its hash names. */
        INDEX("index", Key.HASH),
        INDEXES("index", Key.NONE),
        /** A snapshot. An object. */
        COMMIT("commits", Key.ID),
        COMMITS("commits", Key.NONE),
        /** What is left of a snapshot. An object. */
        TOMBSTONE("tombstones", Key.ID),
        /** A value. */
        BRANCH("branches", Key.REF),
        BRANCHES("branches", Key.NONE),
        /** A value. */
        TAG("tags", Key.REF),
        TAGS("tags", Key.NONE),
        /** A writer at work. A value. */
        SESSION("sessions", Key.ID);

        private final String segment;
        private final Key keyed;

        Kind(String segment, Key keyed) {
            this.segment = segment;
            this.keyed = keyed;
        }

        private boolean isOfRemote() {
            return this == MARK || this == NAME || this == NAMES;
        }

        /** Whether its key is the SHA-256 of all of its bytes. */
        public boolean isNamedByHash() {
            return keyed == Key.HASH;
        }
    }

    /** What stands behind the folder. */
    private enum Key {
        NONE,
        HASH,
        ID,
        NAME,
        REF;

        private static final Pattern REF_NAME = Pattern.compile("(?!(latest|live)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

        boolean isValid(String key) {
            return switch (this) {
                case NONE -> key.isEmpty();
                case HASH -> Hash.isValid(key);
                case ID -> Id.isValid(key);
                case NAME -> BackendRemote.isName(key);
                case REF -> REF_NAME.matcher(key).matches();
            };
        }
    }

    /** What a name means; empty if it means nothing to this program. */
    public static Optional<RemoteObject> parse(ObjectName name) {
        String[] segments = name.text().split("/", -1);
        if (!segments[0].equals(VOLUMESETS)) {
            return of(segments, Optional.empty());
        }
        if (segments.length < 3 || !Id.isValid(segments[1])) {
            return Optional.empty();
        }
        return of(Arrays.copyOfRange(segments, 2, segments.length), Optional.of(Id.parse(segments[1])));
    }

    private static Optional<RemoteObject> of(String[] segments, Optional<Id> volumeset) {
        return key(segments)
                .flatMap(key -> Arrays.stream(Kind.values())
                        .filter(kind -> kind.isOfRemote() == volumeset.isEmpty())
                        .filter(kind -> kind.segment.equals(segments[0]) && kind.keyed.isValid(key))
                        .findFirst()
                        .map(kind -> new RemoteObject(kind, volumeset, key)));
    }

    /** Packs lie in folders named by the first digits of their hash. */
    private static Optional<String> key(String[] segments) {
        if (segments.length == 1) {
            return Optional.of("");
        }
        boolean isPack = segments[0].equals(Kind.PACK.segment);
        if (segments.length == KEY_OF_PACK + 1 && isPack && segments[KEY_OF_PACK].startsWith(segments[1])) {
            return segments[1].length() == 2 ? Optional.of(segments[KEY_OF_PACK]) : Optional.empty();
        }
        return segments.length == 2 && !isPack ? Optional.of(segments[1]) : Optional.empty();
    }

    /** The key of what is named by a hash. */
    public Hash hash() {
        return Hash.parse(key);
    }

    /** The key of what is named by an id. */
    public Id id() {
        return Id.parse(key);
    }
}
