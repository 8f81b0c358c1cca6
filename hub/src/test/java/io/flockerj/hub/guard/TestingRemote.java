package io.flockerj.hub.guard;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.guard.Storehouse.Deposit;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SessionValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The remote of {@code team} with the volumeset {@code team/db}: the snapshots 10 ← 11 ← 12 and 20, {@code main} at 11, tag {@code v1}. */
final class TestingRemote {
    static final OwnerName TEAM = new OwnerName("team");
    static final VolumesetName DB = new VolumesetName(TEAM, "db");
    static final Id VOLUMESET = new Id(1, 1);
    static final Id BRANCH = new Id(2, 2);
    static final Id SESSION = new Id(3, 3);
    static final Id TOMBSTONE = new Id(4, 4);

    final MemoryStorage storage = new MemoryStorage();
    final FolderBackend backend = FolderBackend.of(storage, TEAM);
    final Supplier<Id> ids = Id.source(new Random(1));
    private final Path directory;
    private int files;

    TestingRemote(Path directory) throws IOException {
        this.directory = directory;
        BackendRemote remote = BackendRemote.create(backend, ids);
        Repository repository = remote.create(VOLUMESET);
        remote.name("db", VOLUMESET);
        for (byte[] commit : List.of(commit(10, 0), commit(11, 10), commit(12, 11), commit(20, 0))) {
            repository.commit(Commit.read("a commit", commit));
        }
        for (String folder : List.of("packs", "lists", "index")) {
            byte[] bytes = named(folder, "there");
            backend.create(hashed(folder, bytes), List.of(bytes));
        }
        backend.create(in("tombstones/" + TOMBSTONE.hex()), List.of("flkjTOMB".getBytes(StandardCharsets.US_ASCII)));
        backend.swap(in("branches/main"), Optional.empty(), ref("branches/main", Optional.of(11), 1));
        backend.swap(in("tags/v1"), Optional.empty(), ref("tags/v1", Optional.of(10), 1));
        backend.swap(in("sessions/" + SESSION.hex()), Optional.empty(), session(1));
        backend.swap(in("epoch"), Optional.empty(), "an epoch".getBytes(StandardCharsets.US_ASCII));
    }

    static ObjectName in(String name) {
        return new ObjectName("volumesets/" + VOLUMESET.hex() + "/" + name);
    }

    static Id id(int number) {
        return new Id(0, number);
    }

    /** An object of a folder whose names are hashes. */
    static byte[] named(String folder, String text) {
        String magic = switch (folder) {
            case "packs" -> "flkjPACK";
            case "lists" -> "flkjLIST";
            case "index" -> "flkjINDX";
            default -> throw new IllegalArgumentException(folder);
        };
        return (magic + text).getBytes(StandardCharsets.US_ASCII);
    }

    static ObjectName hashed(String folder, byte[] bytes) {
        String hash = Sha256.of(bytes).hex();
        return in(folder + "/" + (folder.equals("packs") ? hash.substring(0, 2) + "/" : "") + hash);
    }

    static byte[] commit(int snapshot, int parent) {
        return commit(VOLUMESET, snapshot, parent, new PackList(List.of(), List.of()), List.of());
    }

    static byte[] commit(Id volumeset, int snapshot, int parent, PackList packs, List<Ancestor> lineage) {
        SnapshotRecord record = new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                new SnapshotRecord.Named(new Id(7, 7), "db"),
                new SnapshotRecord.Named(BRANCH, "main"),
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Hash hash = new Hash(1, 2, 3, snapshot);
        return new Commit(
                        volumeset,
                        id(snapshot),
                        parent == 0 ? Optional.empty() : Optional.of(id(parent)),
                        Instant.EPOCH,
                        new TreeRef(hash, hash, new Totals(0, 0, 0)),
                        packs,
                        lineage,
                        0,
                        record)
                .write();
    }

    static RefValue.Target target(int snapshot) {
        int parent = switch (snapshot) {
            case 11 -> 10;
            case 12 -> 11;
            default -> 0;
        };
        return new RefValue.Target(id(snapshot), Commit.hash(commit(snapshot, parent)));
    }

    byte[] ref(String name, Optional<Integer> snapshot, long generation) {
        boolean isBranch = name.startsWith("branches/");
        return new RefValue(
                        name,
                        snapshot.map(TestingRemote::target),
                        ids.get(),
                        generation,
                        isBranch ? Optional.of(BRANCH) : Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .write();
    }

    byte[] session(long generation) {
        return new SessionValue(SESSION, 0, ids.get(), generation, Optional.empty(), Optional.empty()).write();
    }

    Deposit deposit(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("deposit" + files++), bytes);
        return new Deposit(file, bytes.length, Sha256.of(bytes));
    }
}
