package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * A tag.
 *
 * @param snapshot the id of what it names
 */
public record Tag(String name, String snapshot) {
    /** The tags of an answer. */
    public static List<Tag> all(JsonNode json) throws IOException {
        return Fields.list(json, "tags", each -> {
            Fields fields = new Fields(each);
            return new Tag(fields.text("name"), fields.text("snapshot"));
        });
    }
}
