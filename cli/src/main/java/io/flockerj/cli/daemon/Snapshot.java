package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A snapshot, as the control API describes it.
 *
 * @param torn files that were never at rest while it was taken; nothing from a daemon that does not tell
 * @param remotes the names of those that are known to hold it; none from a daemon that does not tell
 */
public record Snapshot(
        String id,
        Volumeset volumeset,
        Optional<String> parent,
        Optional<String> keptParent,
        Instant time,
        Optional<String> author,
        Optional<String> message,
        Map<String, String> labels,
        List<String> tags,
        List<String> heads,
        String branch,
        String volume,
        boolean atomic,
        boolean paused,
        Optional<Torn> torn,
        Optional<Group> group,
        Optional<String> restoredFrom,
        boolean held,
        String state,
        OptionalLong ownBytes,
        List<String> remotes) {
    /**
     * The snapshots that were taken in one call.
     *
     * @param index the place in the order of taking, from 0
     * @param gapNanos since the first one
     */
    public record Group(String id, long index, long size, long gapNanos) {}

    /** How many files, and the paths of some. */
    public record Torn(long files, List<String> first) {}

    private static final int SHORT_ID = 12;

    public static Snapshot of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Snapshot(
                fields.text("id"),
                Volumeset.of(json),
                fields.maybeText("parent"),
                fields.maybeText("keptParent"),
                fields.instant("time"),
                fields.maybeText("author"),
                fields.maybeText("message"),
                fields.texts("labels"),
                fields.textList("tags"),
                fields.textList("heads"),
                fields.text("branch"),
                fields.text("volume"),
                fields.flag("atomic"),
                fields.flag("paused"),
                torn(json.path("torn")),
                group(json.path("group")),
                fields.maybeText("restoredFrom"),
                fields.flag("held"),
                fields.text("state"),
                fields.maybeNumber("ownBytes"),
                fields.textList("remotes"));
    }

    private static Optional<Group> group(JsonNode json) throws IOException {
        if (!json.isObject()) {
            return Optional.empty();
        }
        Fields fields = new Fields(json);
        return Optional.of(
                new Group(fields.text("id"), fields.number("index"), fields.number("size"), fields.number("gapNanos")));
    }

    private static Optional<Torn> torn(JsonNode json) throws IOException {
        if (!json.isObject()) {
            return Optional.empty();
        }
        Fields fields = new Fields(json);
        return Optional.of(new Torn(fields.number("files"), fields.textList("first")));
    }

    /** The snapshots of an answer. */
    public static List<Snapshot> all(JsonNode json) throws IOException {
        return Fields.list(json, "snapshots", Snapshot::of);
    }

    /** Whether it is known from a remote, and not here. */
    public boolean isElsewhere() {
        return state.equals("elsewhere");
    }

    /** The first 12 digits of an id, as people see it. */
    public static String shortId(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }

    public String shortId() {
        return shortId(id);
    }
}
