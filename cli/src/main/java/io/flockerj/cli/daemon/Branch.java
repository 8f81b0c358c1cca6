package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A branch.
 *
 * @param head the id of its newest snapshot
 * @param volume the volume that works on it
 */
public record Branch(String name, Optional<String> head, Optional<String> volume, long snapshots) {
    /** The branches of an answer. */
    public static List<Branch> all(JsonNode json) throws IOException {
        return Fields.list(json, "branches", each -> {
            Fields fields = new Fields(each);
            return new Branch(
                    fields.text("name"),
                    fields.maybeText("head"),
                    fields.maybeText("volume"),
                    fields.number("snapshots"));
        });
    }
}
