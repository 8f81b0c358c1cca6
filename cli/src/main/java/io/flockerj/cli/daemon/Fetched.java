package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * What is known of a volumeset on a remote after a fetch.
 *
 * @param newSnapshots how many were not known before
 */
public record Fetched(String remote, String name, List<RemoteRef> branches, long newSnapshots) {
    /** The volumesets of an answer. */
    public static List<Fetched> all(JsonNode json) throws IOException {
        return Fields.list(json, "fetched", each -> {
            Fields fields = new Fields(each);
            return new Fetched(
                    fields.text("remote"),
                    fields.text("name"),
                    RemoteRef.all(each, "branches"),
                    fields.number("newSnapshots"));
        });
    }
}
