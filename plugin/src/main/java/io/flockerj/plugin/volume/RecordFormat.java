package io.flockerj.plugin.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.SnapshotFormat;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;

/**
 * A volume's record as JSON, format 2:
 *
 * <pre>{@code
 * {"format": 2, "id": "<32 hex>", "name": "db", "volumeset": {"id": "<32 hex>", "name": "db"},
 *  "branch": {"id": "<32 hex>", "name": "main"}, "base": "<32 hex>", "tree": "<32 hex>",
 *  "createdAt": "2026-11-03T23:32:00Z", "options": {"size": 1073741824, "compression": "zstd", "cow": true, "uid": 0,
 *  "gid": 0, "mode": 493, "from": "db@v1", "readOnly": false, "remote": "nas"}, "rolledBackTo": {a snapshot's record},
 *  "removedAt": "2026-11-04T08:00:00Z"}
 * }</pre>
 *
 * What has no value is left out. Format 1, which is read too, had the branch's name in {@code branch}, and no {@code base},
 * {@code from}, {@code readOnly} and {@code rolledBackTo}. A reader refuses a format that it does not know, and values of the
 * wrong kind. Fields that it does not know are passed over and are gone when the record is next written: what must not be lost
 * that way raises the format.
 */
final class RecordFormat {
    static final int FORMAT = 2;
    private static final int OLDEST_FORMAT = 1;

    private RecordFormat() {}

    static byte[] write(VolumeRecord record) throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT)
                .put("id", record.id().hex())
                .put("name", record.name().value());
        json.set("volumeset", SnapshotFormat.json(record.volumeset()));
        json.set("branch", SnapshotFormat.json(record.branch()));
        record.base().ifPresent(base -> json.put("base", base.hex()));
        json.put("tree", record.tree().toString())
                .put("createdAt", record.createdAt().toString());
        writeOptions(json.putObject("options"), record.options());
        record.rolledBackTo().ifPresent(snapshot -> json.set("rolledBackTo", SnapshotFormat.json(snapshot)));
        record.removedAt().ifPresent(when -> json.put("removedAt", when.toString()));
        return RecordFields.write(json);
    }

    /** Reads a record back; throws {@link IOException}, with what is wrong, for anything else. */
    static VolumeRecord read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(OLDEST_FORMAT, FORMAT);
            RandomId id = fields.id("id");
            return new VolumeRecord(
                    id,
                    new VolumeName(fields.text("name")),
                    SnapshotFormat.volumeset(fields.object("volumeset")),
                    fields.isText("branch")
                            ? new Branch(id, new Name(fields.text("branch")))
                            : SnapshotFormat.branch(fields.object("branch")),
                    fields.optional("base", fields::id),
                    new TreeId(fields.id("tree")),
                    fields.instant("createdAt"),
                    readOptions(fields.object("options")),
                    fields.optional("rolledBackTo", fields::object).map(SnapshotFormat::snapshot),
                    fields.optional("removedAt", fields::instant));
        });
    }

    private static void writeOptions(ObjectNode json, VolumeOptions options) {
        options.size().ifPresent(size -> json.put("size", size.bytes()));
        options.compression().ifPresent(compression -> json.put("compression", compression.word()));
        options.copyOnWrite().ifPresent(cow -> json.put("cow", cow));
        options.uid().ifPresent(uid -> json.put("uid", uid));
        options.gid().ifPresent(gid -> json.put("gid", gid));
        options.mode().ifPresent(mode -> json.put("mode", mode));
        options.from().ifPresent(from -> json.put("from", from));
        options.readOnly().ifPresent(readOnly -> json.put("readOnly", readOnly));
        options.remote().ifPresent(remote -> json.put("remote", remote));
    }

    private static VolumeOptions readOptions(RecordFields fields) {
        return new VolumeOptions(
                fields.optional("size", fields::number).map(ByteSize::new),
                fields.optional("compression", fields::text).map(RecordFormat::compression),
                fields.optional("cow", fields::flag),
                fields.optional("uid", fields::number).map(Math::toIntExact),
                fields.optional("gid", fields::number).map(Math::toIntExact),
                fields.optional("mode", fields::number).map(Math::toIntExact),
                fields.optional("from", fields::text),
                fields.optional("readOnly", fields::flag),
                fields.optional("remote", fields::text));
    }

    private static Compression compression(String word) {
        return Compression.parse(word)
                .orElseThrow(() -> new IllegalArgumentException("there is no compression '" + word + "'"));
    }
}
