package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A removed volume or snapshot.
 *
 * @param kind what it is: a volume or a single snapshot
 * @param destroyedAt when it will be; empty if it stays while there is space
 * @param snapshots that go with it
 */
public record TrashEntry(
        String id, String kind, String name, Instant removedAt, Optional<Instant> destroyedAt, long snapshots) {
    /** The entries of an answer. */
    public static List<TrashEntry> all(JsonNode json) throws IOException {
        return Fields.list(json, "entries", each -> {
            Fields fields = new Fields(each);
            return new TrashEntry(
                    fields.text("id"),
                    fields.text("kind"),
                    fields.text("name"),
                    fields.instant("removedAt"),
                    fields.maybeInstant("destroyedAt"),
                    fields.number("snapshots"));
        });
    }
}
