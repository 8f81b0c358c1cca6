package io.flockerj.store.tree;

import io.flockerj.store.wire.Bytes;

/**
 * A name in a directory: 1 to 255 bytes of any kind but 0 and {@code /}, and neither {@code .} nor {@code ..}; so it can name nothing
 * outside. The root of a tree alone has the empty name.
 */
public record EntryName(Bytes bytes) implements Comparable<EntryName> {
    public static final int LONGEST = 255;
    public static final EntryName ROOT = new EntryName(Bytes.EMPTY);

    public EntryName {
        if (bytes.length() > 0 && !isValid(bytes)) {
            throw new IllegalArgumentException("not a name in a directory: " + bytes);
        }
    }

    /** Whether bytes are a name; the empty one is not. */
    public static boolean isValid(Bytes bytes) {
        if (bytes.length() < 1 || bytes.length() > LONGEST) {
            return false;
        }
        boolean dots = bytes.length() <= 2;
        for (int i = 0; i < bytes.length(); i++) {
            byte each = bytes.at(i);
            if (each == 0 || each == '/') {
                return false;
            }
            dots &= each == '.';
        }
        return !dots;
    }

    @Override
    public int compareTo(EntryName other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toString();
    }
}
