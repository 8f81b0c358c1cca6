package io.flockerj.plugin.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * Files of a snapshot that is not of one moment which were never found at rest: they changed each time that they were read, were replaced each
 * time, or their other names came and went. What is there of them may be of several moments, or not at all.
 *
 * @param files how many
 * @param first where some of them are in the volume, for people; up to {@link #MOST_NAMED}, of up to {@link #LONGEST} characters
 */
public record Torn(long files, List<String> first) {
    public static final Torn NONE = new Torn(0, List.of());

    /** More would not be read. */
    public static final int MOST_NAMED = 10;

    public static final int LONGEST = 256;

    public Torn {
        first = List.copyOf(first);
        if (files < first.size() || first.size() > MOST_NAMED) {
            throw new IllegalArgumentException(first.size() + " torn files are named of " + files);
        }
        if (first.stream().anyMatch(name -> name.length() > LONGEST)) {
            throw new IllegalArgumentException("a torn file's name has more than " + LONGEST + " characters");
        }
    }

    /** With one more. Of a longer path the end is kept. */
    public Torn and(String path) {
        if (first.size() == MOST_NAMED) {
            return new Torn(files + 1, first);
        }
        List<String> named = new ArrayList<>(first);
        named.add(end(path));
        return new Torn(files + 1, named);
    }

    private static String end(String path) {
        if (path.length() <= LONGEST) {
            return path;
        }
        int from = path.length() - LONGEST + 1;
        return "…" + path.substring(Character.isLowSurrogate(path.charAt(from)) ? from + 1 : from);
    }
}
