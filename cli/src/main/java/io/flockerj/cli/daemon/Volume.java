package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A volume, as the control API describes it. Sizes in bytes. */
public record Volume(
        String name,
        Instant createdAt,
        Volumeset volumeset,
        Optional<String> branch,
        String driver,
        String pool,
        OptionalLong bytesUsed,
        Optional<Instant> bytesUsedAt,
        OptionalLong sizeLimit,
        long mountsHeld,
        Optional<String> mountPoint,
        boolean readOnly,
        long snapshots,
        Optional<String> lastSnapshot,
        Optional<Instant> lastSnapshotAt,
        Optional<String> parent,
        Map<String, String> options) {
    public static Volume of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Volume(
                fields.text("name"),
                fields.instant("createdAt"),
                Volumeset.of(json),
                fields.maybeText("branch"),
                fields.text("driver"),
                fields.text("pool"),
                fields.maybeNumber("bytesUsed"),
                fields.maybeInstant("bytesUsedAt"),
                fields.maybeNumber("sizeLimit"),
                fields.number("mountsHeld"),
                fields.maybeText("mountPoint"),
                fields.flag("readOnly"),
                fields.number("snapshots"),
                fields.maybeText("lastSnapshot"),
                fields.maybeInstant("lastSnapshotAt"),
                fields.maybeText("parent"),
                fields.texts("options"));
    }

    /** The volumes of an answer. */
    public static List<Volume> all(JsonNode json) throws IOException {
        return Fields.list(json, "volumes", Volume::of);
    }
}
