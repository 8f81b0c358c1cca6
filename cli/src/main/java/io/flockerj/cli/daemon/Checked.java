package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * What was found of a volumeset on a remote.
 *
 * @param snapshots how many there are
 * @param bytesRead of their content
 * @param hurt snapshots, branches and tags that cannot be used as they should
 * @param brokenPacks in which something else than their names promise was found
 */
public record Checked(
        String remote, String name, long snapshots, long bytesRead, List<Hurt> hurt, List<Hurt> brokenPacks) {
    /**
     * Something that is not as it should be.
     *
     * @param what a snapshot's id, a branch or tag by its whole name, or a pack
     */
    public record Hurt(String what, String why) {
        private static Hurt of(JsonNode json) throws IOException {
            Fields fields = new Fields(json);
            return new Hurt(fields.text("what"), fields.text("why"));
        }
    }

    public static Checked of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Checked(
                fields.text("remote"),
                fields.text("name"),
                fields.number("snapshots"),
                fields.number("bytesRead"),
                Fields.list(json, "hurt", Hurt::of),
                Fields.list(json, "brokenPacks", Hurt::of));
    }

    public boolean isWhole() {
        return hurt.isEmpty() && brokenPacks.isEmpty();
    }
}
