package io.flockerj.plugin.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.SnapshotFormat;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.RemoteException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A volume of another driver that was pushed, or pulled into.
 *
 * @param id of the volume, for its snapshots
 * @param name as the engine has it
 * @param mountPoint where it was last, a path of the host
 * @param branch that it works on
 * @param base the snapshot that it held when it was pushed or pulled last
 * @param usedAt when that was
 */
public record LocalRecord(
        RandomId id,
        String name,
        String driver,
        Path mountPoint,
        Volumeset volumeset,
        Branch branch,
        Optional<RandomId> base,
        Instant usedAt) {
    private static final int FORMAT = 1;

    /** One of which nothing was ever pushed or pulled; with a volumeset of its own, of its name. */
    public static LocalRecord unused(LocalVolumes.Place place, Supplier<RandomId> ids, Instant now)
            throws RemoteException {
        Name label = Name.parse(place.name())
                .orElseThrow(() -> new RemoteException(
                        RemoteException.Reason.INVALID,
                        Quoted.text(place.name()) + " cannot be the name of a history: a name is " + Name.RULE
                                + "; bring it into a volume of another name, with: fli import docker:" + place.name()
                                + " NAME"));
        RandomId id = ids.get();
        return new LocalRecord(
                id,
                place.name(),
                place.driver(),
                place.mountPoint(),
                new Volumeset(ids.get(), label),
                new Branch(id, Name.MAIN),
                Optional.empty(),
                now);
    }

    /** The same volume, with this snapshot as what it holds, on a branch of that one's volumeset. */
    public LocalRecord holding(Volumeset its, Branch on, RandomId snapshot, Instant when) {
        return new LocalRecord(id, name, driver, mountPoint, its, on, Optional.of(snapshot), when);
    }

    /** The same volume, where it lies now. */
    public LocalRecord at(Path place) {
        return new LocalRecord(id, name, driver, place, volumeset, branch, base, usedAt);
    }

    boolean isCalled(LocalVolumes.Place place) {
        return name.equals(place.name()) && driver.equals(place.driver());
    }

    /**
     * As JSON: {@code {"format": 1, "id": "<32 hex>", "name": "pgdata", "driver": "local", "mountPoint": "/var/lib/docker/volumes/pgdata/_data",
     * "volumeset": {"id": "<32 hex>", "name": "pgdata"}, "branch": {"id": "<32 hex>", "name": "main"}, "base": "<32 hex>", "usedAt":
     * "2026-11-03T23:32:00Z"}}.
     */
    byte[] write() throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT).put("id", id.hex()).put("name", name).put("driver", driver);
        json.put("mountPoint", mountPoint.toString());
        json.set("volumeset", SnapshotFormat.json(volumeset));
        json.set("branch", SnapshotFormat.json(branch));
        base.ifPresent(snapshot -> json.put("base", snapshot.hex()));
        return RecordFields.write(json.put("usedAt", usedAt.toString()));
    }

    static LocalRecord read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            return new LocalRecord(
                    fields.id("id"),
                    fields.text("name"),
                    fields.text("driver"),
                    Path.of(fields.text("mountPoint")),
                    SnapshotFormat.volumeset(fields.object("volumeset")),
                    SnapshotFormat.branch(fields.object("branch")),
                    fields.optional("base", fields::id),
                    fields.instant("usedAt"));
        });
    }
}
