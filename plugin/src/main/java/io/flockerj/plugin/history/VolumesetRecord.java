package io.flockerj.plugin.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What people have said of a volumeset, beyond what its snapshots tell: tags, and branches that were renamed.
 *
 * @param tags each names a snapshot
 * @param branchNames by the id of the branch
 */
record VolumesetRecord(Volumeset volumeset, Map<Name, RandomId> tags, Map<RandomId, Name> branchNames) {
    private static final int FORMAT = 1;

    VolumesetRecord {
        tags = ImmutableSortedMap.copyOf(tags);
        branchNames = ImmutableMap.copyOf(branchNames);
    }

    VolumesetRecord(Volumeset volumeset) {
        this(volumeset, Map.of(), Map.of());
    }

    VolumesetRecord tagged(Name tag, RandomId snapshot) {
        Map<Name, RandomId> changed = new TreeMap<>(tags);
        changed.put(tag, snapshot);
        return new VolumesetRecord(volumeset, changed, branchNames);
    }

    VolumesetRecord untagged(Name tag) {
        Map<Name, RandomId> changed = new TreeMap<>(tags);
        changed.remove(tag);
        return new VolumesetRecord(volumeset, changed, branchNames);
    }

    VolumesetRecord renamed(RandomId branch, Name name) {
        Map<RandomId, Name> changed = new HashMap<>(branchNames);
        changed.put(branch, name);
        return new VolumesetRecord(volumeset, tags, changed);
    }

    /**
     * As JSON: {@code {"format": 1, "id": "<32 hex>", "name": "db", "tags": {"v1": "<32 hex>"}, "branches": {"<32 hex>": "main"}}}.
     */
    byte[] write() throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT)
                .put("id", volumeset.id().hex())
                .put("name", volumeset.name().value());
        ObjectNode tagged = json.putObject("tags");
        tags.forEach((tag, snapshot) -> tagged.put(tag.value(), snapshot.hex()));
        ObjectNode branches = json.putObject("branches");
        branchNames.forEach((id, name) -> branches.put(id.hex(), name.value()));
        return RecordFields.write(json);
    }

    static VolumesetRecord read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            ImmutableMap.Builder<Name, RandomId> tags = ImmutableMap.builder();
            RecordFields tagged = fields.object("tags");
            tagged.json().fieldNames().forEachRemaining(tag -> tags.put(new Name(tag), tagged.id(tag)));
            ImmutableMap.Builder<RandomId, Name> branches = ImmutableMap.builder();
            RecordFields named = fields.object("branches");
            named.json().fieldNames().forEachRemaining(id -> branches.put(new RandomId(id), new Name(named.text(id))));
            return new VolumesetRecord(SnapshotFormat.volumeset(fields), tags.buildOrThrow(), branches.buildOrThrow());
        });
    }
}
