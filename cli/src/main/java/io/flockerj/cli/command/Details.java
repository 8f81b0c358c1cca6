package io.flockerj.cli.command;

import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.util.Optional;

/** What is known of one thing: a line for each property. */
final class Details {
    private final Session session;
    private final Table table = Table.of("", "");

    Details(Session session) {
        this.session = session;
    }

    Details add(String property, String value) {
        return add(property, Cell.of(value));
    }

    Details add(String property, Optional<String> value) {
        return value.map(there -> add(property, there)).orElse(this);
    }

    Details add(String property, Cell value) {
        table.row(new Cell(property + ":", Ink.BOLD), value);
        return this;
    }

    void say() {
        session.say(table);
    }
}
