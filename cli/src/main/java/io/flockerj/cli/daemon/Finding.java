package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** Something that is amiss with the pool. */
public record Finding(String id, String severity, String subject, String cause, String repair) {
    /** The findings of an answer. */
    public static List<Finding> all(JsonNode json) throws IOException {
        return Fields.list(json, "findings", each -> {
            Fields fields = new Fields(each);
            return new Finding(
                    fields.text("id"),
                    fields.text("severity"),
                    fields.text("subject"),
                    fields.text("cause"),
                    fields.text("repair"));
        });
    }
}
