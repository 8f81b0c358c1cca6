package io.flockerj.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws a history of snapshots beside their lines: each has one parent at most, and comes before it. Branches are columns;
 * where two meet, a line joins them.
 */
public final class History {
    private static final char SNAPSHOT = '*';
    private static final char BRANCH = '|';

    /** The ids that the columns wait for; empty where a column has ended. */
    private final List<String> columns = new ArrayList<>();

    private final boolean goesOn;
    private final List<String> known;

    /**
     * Draws snapshots in this order.
     *
     * @param ids all that will be drawn
     * @param goesOn whether there are more, so that a parent that is not drawn is still to come
     */
    public History(List<String> ids, boolean goesOn) {
        this.known = List.copyOf(ids);
        this.goesOn = goesOn;
    }

    /** The next snapshot's drawing: lines that join columns above it, then its own, which is the last. */
    public List<String> next(String id, Optional<String> parent) {
        List<String> lines = new ArrayList<>();
        int column = columns.indexOf(id);
        if (column < 0) {
            column = place();
            columns.set(column, id);
        }
        for (int other = columns.size() - 1; other > column; other--) {
            if (columns.get(other).equals(id)) {
                lines.add(join(column, other));
                columns.set(other, "");
            }
        }
        dropEnded();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            line.append(i == 0 ? "" : " ")
                    .append(i == column ? SNAPSHOT : columns.get(i).isEmpty() ? ' ' : BRANCH);
        }
        lines.add(line.toString());
        columns.set(column, parent.filter(this::willCome).orElse(""));
        dropEnded();
        return lines;
    }

    private boolean willCome(String id) {
        return goesOn || known.contains(id);
    }

    private int place() {
        int free = columns.indexOf("");
        if (free >= 0) {
            return free;
        }
        columns.add("");
        return columns.size() - 1;
    }

    private void dropEnded() {
        while (!columns.isEmpty() && columns.getLast().isEmpty() && columns.size() > 1) {
            columns.removeLast();
        }
    }

    /** Such as {@code |/}, or {@code |_|/} across a column between. */
    private String join(int column, int other) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                line.append(i == other ? '/' : i > column && i < other ? '_' : ' ');
            }
            line.append(i == other || columns.get(i).isEmpty() ? ' ' : BRANCH);
        }
        return line.toString().stripTrailing();
    }
}
