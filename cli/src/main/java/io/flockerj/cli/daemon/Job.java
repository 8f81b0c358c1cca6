package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Work of the daemon that takes long. */
public record Job(
        String id,
        String kind,
        String subject,
        String state,
        Instant startedAt,
        Optional<Instant> endedAt,
        long bytes,
        long entries,
        Optional<String> error) {
    public static Job of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Job(
                fields.text("id"),
                fields.text("kind"),
                fields.text("subject"),
                fields.text("state"),
                fields.instant("startedAt"),
                fields.maybeInstant("endedAt"),
                fields.number("bytes"),
                fields.number("entries"),
                fields.maybeText("error"));
    }

    /** The jobs of an answer. */
    public static List<Job> all(JsonNode json) throws IOException {
        return Fields.list(json, "jobs", Job::of);
    }
}
