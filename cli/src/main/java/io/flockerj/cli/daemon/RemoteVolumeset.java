package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** A volumeset on a remote, as the remote says. */
public record RemoteVolumeset(String name, String id, List<RemoteRef> branches, List<RemoteRef> tags) {
    /** The volumesets of an answer. */
    public static List<RemoteVolumeset> all(JsonNode json) throws IOException {
        return Fields.list(json, "volumesets", each -> {
            Fields fields = new Fields(each);
            return new RemoteVolumeset(
                    fields.text("name"),
                    fields.text("id"),
                    RemoteRef.all(each, "branches"),
                    RemoteRef.all(each, "tags"));
        });
    }
}
