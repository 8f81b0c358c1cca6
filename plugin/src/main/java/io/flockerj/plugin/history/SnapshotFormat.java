package io.flockerj.plugin.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A snapshot's record as JSON, format 1:
 *
 * <pre>{@code
 * {"format": 1, "id": "<32 hex>", "volumeset": {"id": "<32 hex>", "name": "db"}, "parent": "<32 hex>",
 *  "time": "2026-11-03T23:32:00.123456789Z", "author": "ann", "volume": {"id": "<32 hex>", "name": "db"},
 *  "branch": {"id": "<32 hex>", "name": "main"}, "atomic": true, "paused": false,
 *  "group": {"id": "<32 hex>", "index": 0, "size": 2, "gapNanos": 0}, "restoredFrom": "<32 hex>", "charged": 4096,
 *  "torn": {"files": 12, "first": ["/data/log"]},
 *  "message": "before the migration", "labels": {"build": "17"}, "held": true, "tree": "<32 hex>",
 *  "removedAt": "2026-11-04T08:00:00Z", "foreign": true, "digest": "<64 hex>", "remotes": ["<32 hex>"]}
 * }</pre>
 *
 * What has no value is left out; with {@code removedAt} and without {@code tree} it is a tombstone. Readers refuse formats that they do not know, and pass
 * over fields that they do not know, which are gone when the record is next written.
 */
public final class SnapshotFormat {
    private static final int FORMAT = 1;

    private SnapshotFormat() {}

    static byte[] write(Snapshot snapshot) throws IOException {
        return RecordFields.write(json(snapshot));
    }

    static Snapshot read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, SnapshotFormat::snapshot);
    }

    /** A snapshot as a JSON object, to stand in a file of its own or in another record. */
    public static ObjectNode json(Snapshot snapshot) {
        Snapshot.Taking taking = snapshot.taking();
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT).put("id", snapshot.id().hex());
        json.set("volumeset", json(snapshot.volumeset()));
        snapshot.parent().ifPresent(parent -> json.put("parent", parent.hex()));
        json.put("time", taking.time().toString());
        taking.author().ifPresent(author -> json.put("author", author));
        json.putObject("volume").put("id", taking.volumeId().hex()).put("name", taking.volume());
        json.set("branch", json(taking.branch()));
        json.put("atomic", taking.atomic()).put("paused", taking.paused());
        taking.group()
                .ifPresent(group -> json.putObject("group")
                        .put("id", group.id().hex())
                        .put("index", group.index())
                        .put("size", group.size())
                        .put("gapNanos", group.gapNanos()));
        taking.restoredFrom().ifPresent(from -> json.put("restoredFrom", from.hex()));
        taking.charged().ifPresent(bytes -> json.put("charged", bytes));
        if (taking.torn().files() > 0) {
            ObjectNode torn = json.putObject("torn").put("files", taking.torn().files());
            taking.torn().first().forEach(torn.putArray("first")::add);
        }
        snapshot.remarks().message().ifPresent(message -> json.put("message", message));
        if (!snapshot.remarks().labels().isEmpty()) {
            snapshot.remarks().labels().forEach(json.putObject("labels")::put);
        }
        if (snapshot.remarks().held()) {
            json.put("held", true);
        }
        snapshot.tree().ifPresent(tree -> json.put("tree", tree.toString()));
        snapshot.removedAt().ifPresent(when -> json.put("removedAt", when.toString()));
        put(json, snapshot.sharing());
        return json;
    }

    /** Reads what {@link #json(Snapshot)} has written. */
    public static Snapshot snapshot(RecordFields fields) {
        fields.format(FORMAT, FORMAT);
        RecordFields volume = fields.object("volume");
        Snapshot.Taking taking = new Snapshot.Taking(
                fields.instant("time"),
                fields.optional("author", fields::text),
                volume.text("name"),
                volume.id("id"),
                branch(fields.object("branch")),
                fields.flag("atomic"),
                fields.flag("paused"),
                fields.optional("group", fields::object).map(SnapshotFormat::group),
                fields.optional("restoredFrom", fields::id),
                fields.has("charged") ? OptionalLong.of(fields.number("charged")) : OptionalLong.empty(),
                fields.optional("torn", fields::object)
                        .map(SnapshotFormat::torn)
                        .orElse(Torn.NONE));
        return new Snapshot(
                fields.id("id"),
                volumeset(fields.object("volumeset")),
                fields.optional("parent", fields::id),
                taking,
                new Snapshot.Remarks(
                        fields.optional("message", fields::text),
                        labels(fields),
                        fields.has("held") && fields.flag("held")),
                fields.optional("tree", fields::id).map(TreeId::new),
                fields.optional("removedAt", fields::instant),
                new Snapshot.Sharing(
                        fields.has("foreign") && fields.flag("foreign"),
                        fields.optional("digest", fields::text),
                        fields.has("remotes") ? fields.ids("remotes") : Set.of()));
    }

    private static void put(ObjectNode json, Snapshot.Sharing sharing) {
        if (sharing.foreign()) {
            json.put("foreign", true);
        }
        sharing.digest().ifPresent(digest -> json.put("digest", digest));
        if (!sharing.remotes().isEmpty()) {
            sharing.remotes().stream().map(RandomId::hex).sorted().forEach(json.putArray("remotes")::add);
        }
    }

    /** A volumeset as other records name it. */
    public static ObjectNode json(Volumeset volumeset) {
        return RecordFields.newObject()
                .put("id", volumeset.id().hex())
                .put("name", volumeset.name().value());
    }

    /** Reads what {@link #json(Volumeset)} has written. */
    public static Volumeset volumeset(RecordFields fields) {
        return new Volumeset(fields.id("id"), new Name(fields.text("name")));
    }

    /** A branch as other records name it. */
    public static ObjectNode json(Branch branch) {
        return RecordFields.newObject()
                .put("id", branch.id().hex())
                .put("name", branch.name().value());
    }

    /** Reads what {@link #json(Branch)} has written. */
    public static Branch branch(RecordFields fields) {
        return new Branch(fields.id("id"), new Name(fields.text("name")));
    }

    private static Snapshot.Group group(RecordFields fields) {
        return new Snapshot.Group(
                fields.id("id"),
                Math.toIntExact(fields.number("index")),
                Math.toIntExact(fields.number("size")),
                fields.number("gapNanos"));
    }

    private static Torn torn(RecordFields fields) {
        return new Torn(fields.number("files"), fields.texts("first"));
    }

    private static Map<String, String> labels(RecordFields fields) {
        Optional<RecordFields> given = fields.optional("labels", fields::object);
        if (given.isEmpty()) {
            return Map.of();
        }
        ImmutableMap.Builder<String, String> labels = ImmutableMap.builder();
        given.get()
                .json()
                .fieldNames()
                .forEachRemaining(key -> labels.put(key, given.get().text(key)));
        return labels.buildOrThrow();
    }
}
