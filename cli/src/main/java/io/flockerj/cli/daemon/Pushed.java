package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What came of a push.
 *
 * @param name of the volumeset there
 * @param branches where they end now; that of the ref that was pushed is the first
 * @param tags that are there now
 * @param snapshots the ids of those that were sent
 * @param remarks of what was sent, for people
 */
public record Pushed(
        String remote,
        String name,
        List<MovedBranch> branches,
        List<String> tags,
        List<String> snapshots,
        long bytesSent,
        List<String> remarks) {
    /**
     * A branch on a remote.
     *
     * @param snapshot that it ends at
     * @param before that it ended at; empty if there was no such branch
     */
    public record MovedBranch(String name, String snapshot, Optional<String> before) {
        private static MovedBranch of(JsonNode json) throws IOException {
            Fields fields = new Fields(json);
            return new MovedBranch(fields.text("name"), fields.text("snapshot"), fields.maybeText("before"));
        }
    }

    public static Pushed of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Pushed(
                fields.text("remote"),
                fields.text("name"),
                Fields.list(json, "branches", MovedBranch::of),
                fields.textList("tags"),
                fields.textList("snapshots"),
                fields.number("bytesSent"),
                fields.textList("remarks"));
    }
}
