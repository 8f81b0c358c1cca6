package io.flockerj.plugin.volume;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All records of a pool, in memory and on disk. Each is one file, replaced as a whole, named after the volume's name and id, so
 * that a record that cannot be read still tells whose it is: its volume must never seem not to exist.
 *
 * <p>Reading is free of locks. Callers see to it that one volume is changed by one thread at a time.
 */
final class Catalogue {
    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    /** The volume's name, which holds no {@code @}, and its id. */
    private static final Pattern FILE_NAME = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.-]{0,127})@[0-9a-f]{32}\\.json");

    private static final long LONGEST_RECORD = 64 * 1024;

    private final Path directory;
    private final ConcurrentSkipListMap<VolumeName, VolumeRecord> live = new ConcurrentSkipListMap<>();
    private final Map<RandomId, VolumeRecord> removed = new ConcurrentHashMap<>();
    private final Map<VolumeName, String> unreadable = new ConcurrentHashMap<>();

    private Catalogue(Path directory) {
        this.directory = directory;
    }

    /** Reads all records in a directory, and clears away what an interrupted write has left there. */
    static Catalogue load(Path directory) throws IOException {
        Catalogue catalogue = new Catalogue(directory);
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.toList();
        }
        for (Path file : files) {
            if (file.toString().endsWith(DurableFile.TEMPORARY_SUFFIX)) {
                Files.deleteIfExists(file);
            } else {
                catalogue.load(file, file.getFileName().toString());
            }
        }
        return catalogue;
    }

    /**
     * The volume of that name.
     *
     * @throws UncheckedIOException if there is one and its record cannot be read
     */
    Optional<VolumeRecord> find(VolumeName name) {
        String damage = unreadable.get(name);
        if (damage != null) {
            throw new UncheckedIOException(new IOException(damage));
        }
        return Optional.ofNullable(live.get(name));
    }

    /** The volumes that exist, in the order of their names. */
    Collection<VolumeRecord> volumes() {
        return Collections.unmodifiableCollection(live.values());
    }

    /** The volumes in the trash. */
    Collection<VolumeRecord> trash() {
        return Collections.unmodifiableCollection(removed.values());
    }

    /** Whether every record could be read, so that what no record names is known to belong to none. */
    boolean isComplete() {
        return unreadable.isEmpty();
    }

    /** Writes a record, new or changed; when this returns the change survives a loss of power. */
    void put(VolumeRecord record) throws IOException {
        DurableFile.replace(file(record), RecordFormat.write(record));
        show(record);
    }

    /** Forgets a volume in the trash. */
    void delete(VolumeRecord record) throws IOException {
        DurableFile.delete(file(record));
        removed.remove(record.id());
    }

    private void show(VolumeRecord record) {
        if (record.removedAt().isEmpty()) {
            live.put(record.name(), record);
        } else {
            removed.put(record.id(), record);
            live.computeIfPresent(record.name(), (name, shown) -> shown.id().equals(record.id()) ? null : shown);
        }
    }

    private Path file(VolumeRecord record) {
        return directory.resolve(record.name() + "@" + record.id() + ".json");
    }

    private void load(Path file, String fileName) {
        Matcher matcher = FILE_NAME.matcher(fileName);
        if (!matcher.matches()) {
            LOG.atWarn().addKeyValue("file", file).log("A file among the records is none, and is left alone");
            return;
        }
        try {
            if (Files.size(file) > LONGEST_RECORD) {
                throw new IOException("it is larger than " + LONGEST_RECORD + " bytes");
            }
            VolumeRecord record = RecordFormat.read(Files.readAllBytes(file));
            if (!file.equals(file(record))) {
                throw new IOException("it is the record of " + record.name() + " with the id " + record.id());
            }
            VolumeRecord other = live.get(record.name());
            if (record.removedAt().isEmpty() && other != null) {
                throw new IOException("another volume of that name has the id " + other.id());
            }
            show(record);
        } catch (IOException e) {
            reportUnreadable(file, matcher.group(1), e);
        }
    }

    private void reportUnreadable(Path file, String name, IOException e) {
        LOG.atError().setCause(e).addKeyValue("file", file).log("A volume's record cannot be read");
        unreadable.put(
                new VolumeName(name),
                "the record of volume " + name + " cannot be read (" + file + ": " + e.getMessage()
                        + "); restore that file from a backup, or move it away to give the volume up");
    }
}
