package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A remote, as the daemon knows it.
 *
 * @param id its own, the same on every host
 * @param options how it is reached
 * @param token by what name a hub knows the token that the daemon keeps for it
 */
public record Remote(
        String name, String url, String id, Instant addedAt, Map<String, String> options, Optional<String> token) {
    public static Remote of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Remote(
                fields.text("name"),
                fields.text("url"),
                fields.text("id"),
                fields.instant("addedAt"),
                fields.texts("options"),
                fields.maybeText("token"));
    }

    /** The remotes of an answer. */
    public static List<Remote> all(JsonNode json) throws IOException {
        return Fields.list(json, "remotes", Remote::of);
    }
}
