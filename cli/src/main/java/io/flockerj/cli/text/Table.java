package io.flockerj.cli.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Rows of cells, aligned. */
public final class Table {
    private static final String GAP = "  ";
    private static final int LEAST_ROOM = 12;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * What stands in one column of one row.
     *
     * @param text as it is to be seen, without colours; made {@link Printable}
     */
    public record Cell(String text, Ink ink) {
        public Cell {
            text = Printable.of(text);
        }

        public static Cell of(String text) {
            return new Cell(text, Ink.PLAIN);
        }

        int width() {
            return text.codePointCount(0, text.length());
        }
    }

    private record Column(String title, boolean toTheRight) {}

    private Table() {}

    /** A table whose columns have these titles; those that begin with {@code >} hold numbers, aligned to the right. */
    public static Table of(String... titles) {
        Table table = new Table();
        for (String title : titles) {
            boolean toTheRight = title.startsWith(">");
            table.columns.add(new Column(toTheRight ? title.substring(1) : title, toTheRight));
        }
        return table;
    }

    /** Adds a row with a cell for each column. */
    public Table row(Cell... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Adds a row of plain text. */
    public Table row(String... cells) {
        Cell[] all = new Cell[cells.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = Cell.of(cells[i]);
        }
        return row(all);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, with the titles first if there are any; without blanks at their ends. */
    public List<String> lines(Style style) {
        List<List<Cell>> all = new ArrayList<>();
        if (columns.stream().anyMatch(column -> !column.title().isEmpty())) {
            all.add(columns.stream()
                    .map(column -> new Cell(column.title(), Ink.BOLD))
                    .toList());
        }
        all.addAll(rows);
        int[] widths = new int[columns.size()];
        for (List<Cell> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).width());
            }
        }
        return all.stream().map(row -> line(row, widths, style)).toList();
    }

    private String line(List<Cell> row, int[] widths, Style style) {
        StringBuilder line = new StringBuilder();
        int used = 0;
        int last = lastFilled(row);
        for (int i = 0; i <= last; i++) {
            Cell cell = row.get(i);
            String before = i == 0 ? "" : GAP;
            String pad = String.join("", Collections.nCopies(widths[i] - cell.width(), " "));
            boolean right = columns.get(i).toTheRight();
            used += before.length() + (right ? pad.length() : 0);
            String text = i == columns.size() - 1 ? cut(cell.text(), style.width() - used) : cell.text();
            line.append(before).append(right ? pad : "").append(style.paint(cell.ink(), text));
            if (!right && i < last) {
                line.append(pad);
                used += pad.length();
            }
            used += cell.width();
        }
        return line.toString();
    }

    private static int lastFilled(List<Cell> row) {
        int last = row.size() - 1;
        while (last > 0 && row.get(last).text().isEmpty()) {
            last--;
        }
        return last;
    }

    /** What does not fit any more is cut, with a sign that it was; unless hardly anything would be left of it. */
    private static String cut(String text, int room) {
        if (text.codePointCount(0, text.length()) <= room || room < LEAST_ROOM) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, room - 1)) + "…";
    }
}
