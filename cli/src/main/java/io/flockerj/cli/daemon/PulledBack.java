package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/**
 * What came of a pull into a volume of another driver.
 *
 * @param kept where what it held before is kept; empty if there was nothing, or nothing was replaced
 */
public record PulledBack(Pulled pulled, Optional<String> kept) {
    public static PulledBack of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new PulledBack(Pulled.of(json), fields.maybeText("kept"));
    }
}
