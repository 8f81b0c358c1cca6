package io.flockerj.cli.text;

/**
 * What the place where text goes can show.
 *
 * @param colours whether it is a terminal that shows them
 * @param width in characters; the last column of a table is cut there, except where it is {@link #UNLIMITED}
 */
public record Style(boolean colours, int width) {
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** A file or a pipe. */
    public static final Style PLAIN = new Style(false, UNLIMITED);

    public String paint(Ink ink, String text) {
        return colours ? ink.paint(text) : text;
    }
}
