package io.flockerj.plugin.local;

import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RecordShelf;
import io.flockerj.plugin.volume.LocalVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a pool knows of volumes of other drivers: a record for each, in a directory that is made with the first. */
public final class LocalRecords {
    private static final String LOCAL = "local";

    private final Path pool;
    private final RecordFiles files;
    private final RecordShelf<LocalRecord> records;

    private LocalRecords(Path pool, RecordFiles files, RecordShelf<LocalRecord> records) {
        this.pool = pool;
        this.files = files;
        this.records = records;
    }

    /** Reads what is there. */
    public static LocalRecords load(Path pool, RecordFiles files) throws IOException {
        Path directory = pool.resolve(LOCAL);
        RecordShelf.Form<LocalRecord> form =
                new RecordShelf.Form<>(LocalRecord::id, LocalRecord::write, LocalRecord::read);
        return new LocalRecords(
                pool,
                files,
                Files.exists(directory)
                        ? RecordShelf.load(directory, files, form)
                        : RecordShelf.empty(directory, files, form));
    }

    /** All, the one that was used last first. */
    public List<LocalRecord> all() {
        List<LocalRecord> all = new ArrayList<>();
        records.all().forEach(all::add);
        all.sort(Comparator.comparing(LocalRecord::usedAt).reversed());
        return all;
    }

    /** The one of that name which was used last. */
    public Optional<LocalRecord> find(String name) {
        return all().stream().filter(record -> record.name().equals(name)).findFirst();
    }

    /**
     * The record of a volume. Where it lies elsewhere than it did, it is the same one if nothing is left there: else it is another engine's. Where
     * that can be said of several, nobody knows which of them it is, and their histories are not mixed up.
     *
     * @param isThere whether something still lies at a path of the host
     */
    public Optional<LocalRecord> find(LocalVolumes.Place place, Predicate<Path> isThere) {
        List<LocalRecord> called =
                all().stream().filter(record -> record.isCalled(place)).toList();
        return called.stream()
                .filter(record -> record.mountPoint().equals(place.mountPoint()))
                .findFirst()
                .or(() -> moved(called, isThere).map(record -> record.at(place.mountPoint())));
    }

    private static Optional<LocalRecord> moved(List<LocalRecord> called, Predicate<Path> isThere) {
        List<LocalRecord> gone = called.stream()
                .filter(record -> !isThere.test(record.mountPoint()))
                .toList();
        return gone.size() == 1 ? Optional.of(gone.getFirst()) : Optional.empty();
    }

    /** Writes a record, in place of the one that has its id. */
    public synchronized void put(LocalRecord record) throws IOException {
        if (!Files.exists(pool.resolve(LOCAL))) {
            Files.createDirectory(pool.resolve(LOCAL));
            files.sync(pool);
        }
        records.put(record);
    }
}
