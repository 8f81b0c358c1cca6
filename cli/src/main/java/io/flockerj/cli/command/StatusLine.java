package io.flockerj.cli.command;

import io.flockerj.cli.text.Printable;
import java.io.PrintStream;

/** A line on the standard error that is written over and over, where that is a terminal and a person looks at it. */
final class StatusLine {
    private final PrintStream err;
    private final boolean shown;
    private final int width;
    private int length;

    StatusLine(Session session) {
        err = session.around().err();
        shown = session.around().terminal().err() && !session.json();
        width = session.around().terminal().width();
    }

    void show(String text) {
        if (shown) {
            String safe = Printable.of(text);
            // What reaches the last column would be continued in the next line, and stay.
            String line = safe.length() < width ? safe : safe.substring(0, Math.max(0, width - 1));
            err.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
            err.flush();
            length = line.length();
        }
    }

    void clear() {
        if (length > 0) {
            err.print("\r" + " ".repeat(length) + "\r");
            err.flush();
            length = 0;
        }
    }
}
