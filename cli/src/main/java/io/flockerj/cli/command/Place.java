package io.flockerj.cli.command;

import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Escapes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A path in a snapshot or in a live volume: {@code VOLUME[@REF]:PATH}. Without a REF it is the live volume.
 *
 * @param ref as the control API takes it
 * @param shown the ref as it was typed
 */
record Place(String ref, String path, String shown) {
    private static final String LIVE = "@live";

    Place(String ref, String path) {
        this(ref, path, ref);
    }

    /** Whether this is a place in a volume at all: there is a colon that is in no braces, and no slash before it. */
    static boolean isMeant(String text) {
        int colon = colon(text);
        return colon > 0 && text.substring(0, colon).indexOf('/') < 0;
    }

    /** Without a colon it is all of the volume. */
    static Place parse(String text) throws CommandException {
        int colon = colon(text);
        String ref = colon < 0 ? text : text.substring(0, colon);
        if (ref.isEmpty()) {
            throw CommandException.usage("which volume? Write " + text + " as VOLUME[@REF]:PATH");
        }
        String path = colon < 0 ? "" : text.substring(colon + 1);
        return new Place(Refs.namesSnapshot(ref) ? ref : ref + LIVE, normal(path));
    }

    /** The same in the snapshot that the ref names now, whatever it may name later; a live volume is what it is. */
    Place pinned(Session session) throws IOException {
        return isLive() ? this : new Place(Refs.exact(ref, Refs.resolve(session, ref)), path, shown);
    }

    /** Another path in the same. */
    Place at(String other) {
        return new Place(ref, other, shown);
    }

    /** As the daemon writes it: names with a slash before each. Empty ones and dots say nothing; two dots are its to refuse. */
    private static String normal(String path) {
        return "/" + String.join("/", names(path));
    }

    /** The first colon that does not belong to a time. */
    private static int colon(String text) {
        int open = text.indexOf("@{");
        int close = open < 0 ? -1 : text.indexOf('}', open);
        int first = text.indexOf(':');
        return close >= 0 && first > open ? text.indexOf(':', close) : first;
    }

    boolean isLive() {
        return ref.endsWith(LIVE);
    }

    String volume() {
        return isLive() ? ref.substring(0, ref.length() - LIVE.length()) : Refs.volumeOf(ref);
    }

    /** What is asked about it. */
    Target target(Session session, String question) {
        return Target.of("v1", question)
                .with("ref", ref)
                .with("zone", session.zone())
                .with("path", path);
    }

    /** The last part of a path; the volume itself has none. */
    static String name(String path) {
        String trimmed = path.replaceAll("/+$", "");
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    /** What is left of a path below this one's; the two may have been escaped in different ways. */
    String below(String entry) {
        List<String> base = names(path);
        List<String> whole = names(entry);
        boolean isBelow = whole.size() > base.size()
                && IntStream.range(0, base.size())
                        .allMatch(i -> Arrays.equals(Escapes.bytes(base.get(i)), Escapes.bytes(whole.get(i))));
        return isBelow
                ? String.join("/", whole.subList(base.size(), whole.size()))
                : whole.isEmpty() ? "" : whole.getLast();
    }

    private static List<String> names(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }

    @Override
    public String toString() {
        return (isLive() ? volume() : shown) + ":" + path;
    }
}
