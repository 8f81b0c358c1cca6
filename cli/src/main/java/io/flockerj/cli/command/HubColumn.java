package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.hub.BadHubAnswerException;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One thing that is shown of what a hub answers: a column of a table, or a line of the details.
 *
 * @param field of the answer's objects
 */
record HubColumn(String title, String field, Kind kind, boolean isAlwaysThere) {
    /** What is in it. */
    enum Kind {
        NAME,
        TEXT,
        LIST,
        PAIRS,
        FLAG,
        /** How long ago, or in how long. */
        TIME,
        /** When, to the second. */
        MOMENT
    }

    private static final String NOTHING = "-";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    static HubColumn name(String title, String field) {
        return new HubColumn(title, field, Kind.NAME, true);
    }

    static HubColumn text(String title, String field) {
        return new HubColumn(title, field, Kind.TEXT, true);
    }

    static HubColumn list(String title, String field) {
        return new HubColumn(title, field, Kind.LIST, true);
    }

    /** An object of texts. */
    static HubColumn pairs(String title, String field) {
        return new HubColumn(title, field, Kind.PAIRS, true);
    }

    static HubColumn flag(String title, String field) {
        return new HubColumn(title, field, Kind.FLAG, false);
    }

    static HubColumn time(String title, String field) {
        return new HubColumn(title, field, Kind.TIME, true);
    }

    static HubColumn moment(String title, String field) {
        return new HubColumn(title, field, Kind.MOMENT, true);
    }

    /** The same, of what may be left out. */
    HubColumn perhaps() {
        return new HubColumn(title, field, kind, false);
    }

    /** A row for each object of a list. */
    static Table table(Session session, JsonNode list, HubColumn... columns) throws IOException {
        List<String> titles = new ArrayList<>();
        for (HubColumn column : columns) {
            titles.add(column.title());
        }
        Table table = Table.of(titles.toArray(String[]::new));
        for (JsonNode object : list) {
            Cell[] row = new Cell[columns.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = columns[i].cell(session, object, true);
            }
            table.row(row);
        }
        return table;
    }

    /** A line for each that the object has. */
    static Details details(Session session, JsonNode object, HubColumn... columns) throws IOException {
        Details details = new Details(session);
        for (HubColumn column : columns) {
            if (column.isAlwaysThere() || !object.path(column.field()).isMissingNode()) {
                details.add(column.title(), column.cell(session, object, false));
            }
        }
        return details;
    }

    static String list(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(each -> all.add(each.asText()));
        return String.join(", ", all);
    }

    private static String pairs(JsonNode texts, boolean isShort) {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : texts.properties()) {
            String value = each.getValue().asText();
            boolean isId = ID.matcher(value).matches();
            all.add(each.getKey() + "=" + (isId && isShort ? Snapshot.shortId(value) : value));
        }
        return String.join(", ", all);
    }

    /** What it is of one object, in full. */
    String text(Session session, JsonNode object) throws IOException {
        return cell(session, object, false).text();
    }

    private Cell cell(Session session, JsonNode object, boolean isShort) throws IOException {
        JsonNode value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            if (isAlwaysThere) {
                throw new BadHubAnswerException("the hub's answer has no proper \"" + field + "\"");
            }
            return Cell.of(kind == Kind.FLAG ? "no" : NOTHING);
        }
        return switch (kind) {
            case NAME -> new Cell(value.asText(), Ink.GREEN);
            case TEXT -> Cell.of(value.asText().isEmpty() ? NOTHING : value.asText());
            case LIST -> Cell.of(list(value));
            case PAIRS -> Cell.of(pairs(value, isShort));
            case FLAG -> Cell.of(value.asBoolean() ? "yes" : "no");
            case TIME ->
                Cell.of(
                        isShort
                                ? session.times().age(time(value))
                                : session.times().full(time(value)));
            case MOMENT -> Cell.of(session.times().local(time(value)));
        };
    }

    private Instant time(JsonNode value) throws IOException {
        String text = value.asText();
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new BadHubAnswerException("the hub's answer has no time in \"" + field + "\" but: " + text);
        }
    }
}
