package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a person names a snapshot on a hub: a tag, a branch, or the beginning of an id, of 4 digits at least, in this order of precedence; and
 * how many snapshots back from there.
 */
public record SnapshotRef(String name, int back) {
    private static final Pattern REF =
            Pattern.compile("(?<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,127})(?:~(?<back>[0-9]{0,6}))?");
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{4,32}");

    /** Reads {@code main}, {@code v1.0}, {@code 3f2a91}, {@code main~2}, {@code main~}. */
    public static SnapshotRef parse(String text) throws CatalogueException {
        Matcher ref = REF.matcher(text);
        if (!ref.matches()) {
            throw new CatalogueException(
                    Reason.INVALID,
                    "a snapshot is named by a tag, a branch, or 4 to 32 digits of its id, for example main, main~2 or"
                            + " 3f2a91");
        }
        String back = ref.group("back");
        int steps = back == null ? 0 : back.isEmpty() ? 1 : Integer.parseInt(back);
        return new SnapshotRef(ref.group("name"), steps);
    }

    static boolean isPrefix(String name) {
        return PREFIX.matcher(name).matches();
    }
}
