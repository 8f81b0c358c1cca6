package io.flockerj.plugin.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.volume.Finding;
import io.flockerj.plugin.volume.PoolView;
import io.flockerj.plugin.volume.SnapshotView;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.VolumeHistory;
import io.flockerj.plugin.volume.VolumeView;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The control API's answers, as {@code docs/control-api.yaml} describes them. */
final class ControlAnswers {
    private static final String MEDIA_TYPE = "application/json";
    static final String LINES = "application/x-ndjson";
    static final int OK = 200;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ControlAnswers() {}

    static Response ok(ObjectNode body) {
        return new Response(OK, MEDIA_TYPE, bytes(body));
    }

    static Response created(ObjectNode body) {
        return new Response(CREATED, MEDIA_TYPE, bytes(body));
    }

    /** The answer where there is nothing to say but that it is done. */
    static Response done() {
        return ok(object());
    }

    static Response error(int status, String code, String message) {
        ObjectNode body = object();
        body.putObject("error").put("code", code).put("message", message);
        return new Response(status, MEDIA_TYPE, bytes(body));
    }

    /** The answer to a call whose work goes on as a job. */
    static Response accepted(Job job) {
        return new Response(
                ACCEPTED,
                MEDIA_TYPE,
                Map.of("Location", "/v1/jobs/" + job.id(), Jobs.HEADER, job.id()),
                bytes(job.json()));
    }

    /** One JSON object on a line of its own. */
    static void writeLine(OutputStream out, ObjectNode line) throws IOException {
        out.write(bytes(line));
        out.write('\n');
    }

    /** What an answer says. */
    static JsonNode parse(Response answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException("what was written as JSON can always be read", e);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** An object that holds a list under a name. */
    static <T> ObjectNode list(String name, Collection<T> values, Function<T, ObjectNode> json) {
        ObjectNode body = object();
        ArrayNode list = body.putArray(name);
        values.forEach(value -> list.add(json.apply(value)));
        return body;
    }

    static ObjectNode volume(VolumeView volume) {
        ObjectNode json = object();
        json.put("name", volume.name().value())
                .put("createdAt", volume.createdAt().toString());
        json.set("volumeset", volumeset(volume.volumesetId(), volume.volumesetName()));
        put(json, "branch", volume.branch());
        json.put("driver", volume.driver()).put("pool", volume.pool());
        putNumber(json, "bytesUsed", volume.bytesUsed());
        put(json, "bytesUsedAt", volume.bytesUsedAt().map(Instant::toString));
        putNumber(json, "sizeLimit", volume.sizeLimit());
        json.put("mountsHeld", volume.mountsHeld());
        put(json, "mountPoint", volume.mountPoint().map(Path::toString));
        json.put("readOnly", volume.readOnly()).put("snapshots", volume.snapshots());
        put(json, "lastSnapshot", volume.newest().map(VolumeView.Newest::id));
        put(json, "lastSnapshotAt", volume.newest().map(newest -> newest.time().toString()));
        put(json, "parent", volume.parent());
        json.set("options", texts(volume.options()));
        return json;
    }

    /** What is left to say of an archive when it has been written. */
    static Response exported(VolumeFiles.LeftOut leftOut) {
        ObjectNode json = object();
        json.putObject("leftOut")
                .put("sockets", leftOut.sockets())
                .put("marks", leftOut.marks())
                .put("attributes", leftOut.attributes());
        return ok(json);
    }

    static ObjectNode snapshot(SnapshotView snapshot) {
        ObjectNode json = object();
        json.put("id", snapshot.id());
        json.set("volumeset", volumeset(snapshot.volumesetId(), snapshot.volumesetName()));
        put(json, "parent", snapshot.parent());
        put(json, "keptParent", snapshot.keptParent());
        json.put("time", snapshot.time().toString());
        put(json, "author", snapshot.author());
        put(json, "message", snapshot.message());
        json.set("labels", texts(snapshot.labels()));
        snapshot.tags().forEach(json.putArray("tags")::add);
        snapshot.heads().forEach(json.putArray("heads")::add);
        json.put("branch", snapshot.branch())
                .put("volume", snapshot.volume())
                .put("atomic", snapshot.atomic())
                .put("paused", snapshot.paused());
        json.set(
                "torn",
                snapshot.torn().<JsonNode>map(ControlAnswers::torn).orElse(JsonNodeFactory.instance.nullNode()));
        json.set(
                "group",
                snapshot.group().<JsonNode>map(ControlAnswers::group).orElse(JsonNodeFactory.instance.nullNode()));
        put(json, "restoredFrom", snapshot.restoredFrom());
        json.put("held", snapshot.held()).put("state", state(snapshot));
        snapshot.remotes().forEach(json.putArray("remotes")::add);
        return json;
    }

    private static String state(SnapshotView snapshot) {
        if (snapshot.elsewhere()) {
            return "elsewhere";
        }
        return snapshot.removed() ? "trash" : "kept";
    }

    private static ObjectNode torn(SnapshotView.TornView torn) {
        ObjectNode json = object().put("files", torn.files());
        torn.first().forEach(json.putArray("first")::add);
        return json;
    }

    private static ObjectNode group(SnapshotView.GroupView group) {
        return object().put("id", group.id())
                .put("index", group.index())
                .put("size", group.size())
                .put("gapNanos", group.gapNanos());
    }

    static ObjectNode branch(VolumeHistory.BranchView branch) {
        ObjectNode json = object().put("name", branch.name());
        put(json, "head", branch.head());
        put(json, "volume", branch.volume());
        return json.put("snapshots", branch.snapshots());
    }

    static ObjectNode tag(VolumeHistory.TagView tag) {
        return object().put("name", tag.name()).put("snapshot", tag.snapshot());
    }

    static ObjectNode trash(VolumeHistory.TrashView entry) {
        ObjectNode json = object().put("id", entry.id())
                .put("kind", kind(entry))
                .put("name", entry.name())
                .put("removedAt", entry.removedAt().toString());
        put(json, "destroyedAt", entry.destroyedAt().map(Instant::toString));
        return json.put("snapshots", entry.snapshots());
    }

    static String kind(VolumeHistory.TrashView entry) {
        return entry.kind().name().toLowerCase(Locale.ROOT);
    }

    static ObjectNode finding(Finding finding) {
        ObjectNode json = object().put("id", finding.id())
                .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .put("subject", finding.subject())
                .put("cause", finding.cause())
                .put("repair", finding.repair());
        return json.put("rebuild", finding.rebuild().orElse(null));
    }

    static ObjectNode info(PoolView pool, String version, Map<String, String> settings) {
        ObjectNode json = object().put("version", version)
                .put("api", "1")
                .put("volumes", pool.volumes())
                .put("snapshots", pool.snapshots());
        ObjectNode place = json.putObject("pool")
                .put("id", pool.id())
                .put("description", pool.description())
                .put("driver", pool.driver())
                .put("totalBytes", pool.totalBytes())
                .put("availableBytes", pool.availableBytes());
        put(place, "refusal", pool.refusal());
        put(place, "snapshotsRefusal", pool.snapshotsRefusal());
        json.set("settings", texts(settings));
        return json;
    }

    private static ObjectNode volumeset(String id, String name) {
        return object().put("id", id).put("name", name);
    }

    private static ObjectNode texts(Map<String, String> texts) {
        ObjectNode json = object();
        texts.forEach(json::put);
        return json;
    }

    private static void put(ObjectNode json, String field, Optional<String> text) {
        json.put(field, text.orElse(null));
    }

    static void putNumber(ObjectNode json, String field, Optional<Long> number) {
        json.put(field, number.orElse(null));
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }
}
