package io.flockerj.plugin.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.SnapshotFormat;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.id.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a volumeset on a remote since it was last asked.
 *
 * @param id of this record
 * @param remote the remote's own id
 * @param name of the volumeset there
 */
record Tracking(
        RandomId id,
        RandomId remote,
        Volumeset volumeset,
        String name,
        Map<String, Tip> branches,
        Map<String, Tip> tags) {
    private static final int FORMAT = 1;

    Tracking {
        branches = ImmutableSortedMap.copyOf(branches);
        tags = ImmutableSortedMap.copyOf(tags);
    }

    /** The id of the one record for a volumeset on a remote: made of both theirs. */
    static RandomId idOf(RandomId remote, Volumeset volumeset) {
        String both = remote.hex() + volumeset.id().hex();
        return new RandomId(
                Sha256.of(both.getBytes(StandardCharsets.US_ASCII)).hex().substring(0, 32));
    }

    /**
     * Where a branch or tag ends.
     *
     * @param branch the branch's id; empty for a tag
     * @param commit SHA-256 of the commit object, in hexadecimal digits
     * @param generation of the ref there
     */
    record Tip(Optional<RandomId> branch, RandomId snapshot, String commit, long generation) {
        private ObjectNode json() {
            ObjectNode json = RecordFields.newObject();
            branch.ifPresent(of -> json.put("branch", of.hex()));
            return json.put("snapshot", snapshot.hex()).put("commit", commit).put("generation", generation);
        }

        private static Tip read(RecordFields fields) {
            return new Tip(
                    fields.optional("branch", fields::id),
                    fields.id("snapshot"),
                    fields.text("commit"),
                    fields.number("generation"));
        }
    }

    /**
     * As JSON: {@code {"format": 1, "id": "<32 hex>", "remote": "<32 hex>", "volumeset": {"id": "<32 hex>", "name": "db"}, "name":
     * "db", "branches": {"main": {"branch": "<32 hex>", "snapshot": "<32 hex>", "commit": "<64 hex>", "generation": 7}}, "tags": {}}}.
     */
    byte[] write() throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT).put("id", id.hex()).put("remote", remote.hex());
        json.set("volumeset", SnapshotFormat.json(volumeset));
        json.put("name", name);
        ObjectNode ofBranches = json.putObject("branches");
        branches.forEach((key, tip) -> ofBranches.set(key, tip.json()));
        ObjectNode ofTags = json.putObject("tags");
        tags.forEach((key, tip) -> ofTags.set(key, tip.json()));
        return RecordFields.write(json);
    }

    static Tracking read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            return new Tracking(
                    fields.id("id"),
                    fields.id("remote"),
                    SnapshotFormat.volumeset(fields.object("volumeset")),
                    fields.text("name"),
                    tips(fields.object("branches")),
                    tips(fields.object("tags")));
        });
    }

    private static Map<String, Tip> tips(RecordFields fields) {
        ImmutableMap.Builder<String, Tip> tips = ImmutableMap.builder();
        fields.json().fieldNames().forEachRemaining(key -> tips.put(key, Tip.read(fields.object(key))));
        return tips.buildOrThrow();
    }
}
