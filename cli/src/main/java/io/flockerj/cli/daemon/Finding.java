package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Something that is amiss with the pool. */
public record Finding(
        String id, String severity, String subject, String cause, String repair, Optional<String> rebuild) {
    /** The findings of an answer. */
    public static List<Finding> all(JsonNode json) throws IOException {
        return all(json, "findings");
    }

    /** What was rebuilt. */
    public static List<Finding> rebuilt(JsonNode json) throws IOException {
        return all(json, "rebuilt");
    }

    private static List<Finding> all(JsonNode json, String list) throws IOException {
        return Fields.list(json, list, each -> {
            Fields fields = new Fields(each);
            return new Finding(
                    fields.text("id"),
                    fields.text("severity"),
                    fields.text("subject"),
                    fields.text("cause"),
                    fields.text("repair"),
                    fields.maybeText("rebuild"));
        });
    }
}
