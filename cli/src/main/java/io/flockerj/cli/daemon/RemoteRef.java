package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * A branch or tag on a remote.
 *
 * @param snapshot the id of what it names
 */
public record RemoteRef(String name, String snapshot) {
    static List<RemoteRef> all(JsonNode json, String field) throws IOException {
        return Fields.list(json, field, each -> {
            Fields fields = new Fields(each);
            return new RemoteRef(fields.text("name"), fields.text("snapshot"));
        });
    }
}
