package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * What came of a pull, or of the pull that a clone begins with.
 *
 * @param name of the volumeset on the remote
 * @param snapshot the id of what was asked for
 * @param snapshots the ids of those that were brought; none if it was here
 * @param remarks of what was brought, for people
 */
public record Pulled(
        String remote, String name, String snapshot, List<String> snapshots, long bytesWritten, List<String> remarks) {
    public static Pulled of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Pulled(
                fields.text("remote"),
                fields.text("name"),
                fields.text("snapshot"),
                fields.textList("snapshots"),
                fields.number("bytesWritten"),
                fields.textList("remarks"));
    }
}
