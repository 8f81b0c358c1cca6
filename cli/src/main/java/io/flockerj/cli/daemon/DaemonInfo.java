package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The daemon and its pool. Sizes in bytes. */
public record DaemonInfo(
        String version, String api, long volumes, long snapshots, Pool pool, Map<String, String> settings) {
    /**
     * Where the volumes live.
     *
     * @param refusal why the pool takes no new volumes and snapshots now, if it does not
     * @param snapshotsRefusal why its snapshots can be neither read nor taken now, if they cannot; nothing from a daemon that does not tell
     */
    public record Pool(
            String id,
            String description,
            String driver,
            long totalBytes,
            long availableBytes,
            Optional<String> refusal,
            Optional<String> snapshotsRefusal) {}

    public static DaemonInfo of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        Fields pool = new Fields(json.path("pool"));
        return new DaemonInfo(
                fields.text("version"),
                fields.text("api"),
                fields.number("volumes"),
                fields.number("snapshots"),
                new Pool(
                        pool.text("id"),
                        pool.text("description"),
                        pool.text("driver"),
                        pool.number("totalBytes"),
                        pool.number("availableBytes"),
                        pool.maybeText("refusal"),
                        pool.maybeText("snapshotsRefusal")),
                fields.texts("settings"));
    }
}
