package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Work of the daemon that takes long.
 *
 * @param kind what is done, such as {@code rollback}
 * @param subject what it is done to; may be empty
 * @param phase what is done at this moment, in a word
 */
public record Job(
        String id,
        String kind,
        String subject,
        String state,
        Optional<String> phase,
        Instant startedAt,
        Optional<Instant> endedAt,
        Amount bytes,
        Amount entries,
        OptionalLong bytesPerSecond,
        OptionalLong remainingSeconds,
        Optional<String> error) {
    /** How much is done, and how much there is to do where that is known. */
    public record Amount(long done, OptionalLong total) {}

    public static Job of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Job(
                fields.text("id"),
                fields.text("kind"),
                fields.text("subject"),
                fields.text("state"),
                fields.maybeText("phase"),
                fields.instant("startedAt"),
                fields.maybeInstant("endedAt"),
                new Amount(fields.number("bytes"), fields.maybeNumber("totalBytes")),
                new Amount(fields.number("entries"), fields.maybeNumber("totalEntries")),
                fields.maybeNumber("bytesPerSecond"),
                fields.maybeNumber("remainingSeconds"),
                new Fields(json.path("error")).maybeText("message"));
    }

    /** The jobs of an answer. */
    public static List<Job> all(JsonNode json) throws IOException {
        return Fields.list(json, "jobs", Job::of);
    }

    /** What is done, and to what if that is known. */
    public String title() {
        return subject.isEmpty() ? kind : kind + " of " + subject;
    }

    public boolean isRunning() {
        return state.equals("running");
    }
}
