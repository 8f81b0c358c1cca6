package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** A history's id and its name, which is only a label. */
public record Volumeset(String id, String name) {
    /** The one in the field {@code volumeset}. */
    static Volumeset of(JsonNode json) throws IOException {
        Fields fields = new Fields(json.path("volumeset"));
        return new Volumeset(fields.text("id"), fields.text("name"));
    }
}
