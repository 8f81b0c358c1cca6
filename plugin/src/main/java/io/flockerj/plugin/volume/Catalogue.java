package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.DamagedRecord;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** The volume's name and, after the last {@code @}, its id; with a suffix while it is written. */
    private static final Pattern FILE_NAME =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.@~-]{0,199})@([0-9a-f]{32})\\.json("
                    + Pattern.quote(DurableFile.TEMPORARY_SUFFIX) + ")?");

    private static final long LONGEST_RECORD = 64 * 1024;

    private final Path directory;
    private final RecordFiles files;
    private final ConcurrentSkipListMap<VolumeName, VolumeRecord> live = new ConcurrentSkipListMap<>();
    private final Map<RandomId, VolumeRecord> removed = new ConcurrentHashMap<>();
    private final Map<VolumeName, String> unreadable = new ConcurrentHashMap<>();
    private final Set<VolumeName> contested = new HashSet<>();
    private final Set<RandomId> doubtful = ConcurrentHashMap.newKeySet();
    private final Map<Path, DamagedRecord> damaged = new ConcurrentHashMap<>();

    private Catalogue(Path directory, RecordFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** Reads all records in a directory, and clears away what an interrupted write has left there. */
    static Catalogue load(Path directory, RecordFiles files) throws IOException {
        Catalogue catalogue = new Catalogue(directory, files);
        catalogue.makeDurable();
        List<Path> found;
        try (Stream<Path> entries = Files.list(directory)) {
            found = entries.toList();
        } catch (UncheckedIOException e) {
            throw new IOException("the records in " + directory + " cannot be listed: " + e.getMessage(), e);
        }
        for (Path file : found) {
            catalogue.load(file, file.getFileName().toString());
        }
        // Never are two volumes of one name made: where one is there, the damaged record is of one in the trash.
        catalogue.unreadable.keySet().removeAll(catalogue.live.keySet());
        return catalogue;
    }

    /** Perhaps the records were changed by a process that died before it got here. */
    private void makeDurable() {
        try {
            files.sync(directory);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("directory", directory).log("The records cannot be synced");
        }
    }

    /**
     * The volume of that name.
     *
     * @throws UncheckedIOException if there may be one whose record cannot be read
     */
    Optional<VolumeRecord> find(VolumeName name) {
        VolumeRecord record = live.get(name);
        String damage = unreadable.get(name);
        if (record == null && damage != null) {
            throw new UncheckedIOException(damage, new IOException(damage));
        }
        return Optional.ofNullable(record);
    }

    /** The volumes that exist, in the order of their names. */
    Collection<VolumeRecord> volumes() {
        return Collections.unmodifiableCollection(live.values());
    }

    /** Their names. */
    List<String> names() {
        return live.keySet().stream().map(VolumeName::value).toList();
    }

    /** The volumes that work on a volumeset, in the order of their names. */
    List<VolumeRecord> of(Volumeset volumeset) {
        return live.values().stream()
                .filter(record -> record.volumeset().id().equals(volumeset.id()))
                .toList();
    }

    /** The volumes in the trash. */
    Collection<VolumeRecord> trash() {
        return Collections.unmodifiableCollection(removed.values());
    }

    /**
     * Whether every file among the records is one and could be read, so that what no record names is known to belong to none.
     */
    boolean isComplete() {
        return damaged.isEmpty();
    }

    /** What cannot be read, or is no record. */
    List<DamagedRecord> damaged() {
        return List.copyOf(damaged.values());
    }

    /** The volume whose record a damaged file is, as the file's name tells; empty if two readable ones have that name. */
    Optional<VolumeName> nameOf(DamagedRecord record) {
        Matcher matcher = FILE_NAME.matcher(record.file().getFileName().toString());
        return matcher.matches() && VolumeName.isName(matcher.group(1))
                ? Optional.of(new VolumeName(matcher.group(1))).filter(name -> !contested.contains(name))
                : Optional.empty();
    }

    /** Takes a damaged file away; it stays under another name. */
    void setAside(DamagedRecord record, Path aside) throws IOException {
        files.keep(record.file(), aside);
        files.delete(record.file());
        forget(record);
    }

    /** Writes a record in place of a damaged file, which stays under another name. */
    void rebuild(DamagedRecord record, Path aside, VolumeRecord written) throws IOException {
        if (!record.file().equals(file(written))) {
            throw new IllegalArgumentException(record.file() + " is not the record of " + written.name());
        }
        files.keep(record.file(), aside);
        try {
            put(written);
        } catch (IOException | RuntimeException e) {
            record.putBack(files, aside, e);
            throw e;
        }
        forget(record);
    }

    private void forget(DamagedRecord record) {
        damaged.remove(record.file());
        nameOf(record)
                .filter(name -> damaged.values().stream()
                        .noneMatch(other -> nameOf(other).equals(Optional.of(name))))
                .ifPresent(unreadable::remove);
    }

    /**
     * Writes a record, new or changed; when this returns the change survives a loss of power. After a failure the record is as it
     * was before, here and on disk; if that fails too it is here as it is found on disk, and to be {@link #settle}d.
     */
    void put(VolumeRecord record) throws IOException {
        try {
            files.replace(file(record), RecordFormat.write(record));
        } catch (DurableFile.UnchangedFileException e) {
            throw e;
        } catch (IOException e) {
            putBack(record, e);
            throw e;
        }
        doubtful.remove(record.id());
        show(record);
    }

    /**
     * Makes sure that a record survives a loss of power as it is shown, before anybody relies on it: it may not after a failure
     * that could not be undone.
     */
    void settle(VolumeRecord shown) throws IOException {
        if (doubtful.contains(shown.id())) {
            put(shown);
        }
    }

    /** A volume in the trash. */
    Optional<VolumeRecord> findRemoved(RandomId id) {
        return Optional.ofNullable(removed.get(id));
    }

    /** Forgets a volume in the trash. */
    void delete(VolumeRecord record) throws IOException {
        files.delete(file(record));
        removed.remove(record.id());
    }

    /** A change that was refused shall not show after the next start either. */
    private void putBack(VolumeRecord failed, IOException failure) {
        VolumeRecord before = Optional.ofNullable(live.get(failed.name()))
                .filter(shown -> shown.id().equals(failed.id()))
                .orElse(removed.get(failed.id()));
        try {
            if (before == null) {
                files.delete(file(failed));
            } else {
                files.replace(file(failed), RecordFormat.write(before));
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
            doubtful.add(failed.id());
            readAgain(failed, failure);
        }
    }

    private void readAgain(VolumeRecord failed, IOException failure) {
        Path file = file(failed);
        try {
            show(read(file));
        } catch (NoSuchFileException e) {
            hide(failed);
        } catch (IOException e) {
            failure.addSuppressed(e);
            hide(failed);
            reportUnreadable(file, failed.name(), failed.id(), e);
        }
    }

    private void show(VolumeRecord record) {
        if (record.removedAt().isEmpty()) {
            live.put(record.name(), record);
            removed.remove(record.id());
        } else {
            removed.put(record.id(), record);
            hideLive(record);
        }
    }

    private void hide(VolumeRecord record) {
        hideLive(record);
        removed.remove(record.id());
    }

    private void hideLive(VolumeRecord record) {
        live.computeIfPresent(record.name(), (name, shown) -> shown.id().equals(record.id()) ? null : shown);
    }

    private Path file(VolumeRecord record) {
        return directory.resolve(record.name() + "@" + record.id() + ".json");
    }

    private void load(Path file, String fileName) {
        Matcher matcher = FILE_NAME.matcher(fileName);
        if (!matcher.matches() || !VolumeName.isName(matcher.group(1))) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("A file among the records is none; until it is moved away no tree is taken for nobody's");
            damaged.put(file, new DamagedRecord(file, Optional.empty(), "it is not named as a record is"));
            return;
        }
        try {
            if (matcher.group(3) == null) {
                VolumeRecord record = read(file);
                if (record.removedAt().isEmpty()) {
                    refuseSecond(record);
                }
                show(record);
            } else {
                files.delete(file);
            }
        } catch (IOException e) {
            report(file, matcher, e);
        }
    }

    private VolumeRecord read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_RECORD) {
            throw new IOException("it is larger than " + LONGEST_RECORD + " bytes");
        }
        VolumeRecord record = RecordFormat.read(Files.readAllBytes(file));
        if (!file.equals(file(record))) {
            throw new IOException("it is the record of " + record.name() + " with the id " + record.id());
        }
        return record;
    }

    /** Neither of two volumes of one name is shown: nobody can tell which of them is meant. */
    private void refuseSecond(VolumeRecord record) throws IOException {
        VolumeName name = record.name();
        if (live.remove(name) != null) {
            contested.add(name);
        }
        if (contested.contains(name)) {
            throw new IOException("there is another volume of that name");
        }
    }

    private void report(Path file, Matcher matcher, IOException e) {
        if (matcher.group(3) == null) {
            reportUnreadable(file, new VolumeName(matcher.group(1)), new RandomId(matcher.group(2)), e);
        } else {
            LOG.atWarn().setCause(e).addKeyValue("file", file).log("What an interruption left cannot be cleared away");
        }
    }

    private void reportUnreadable(Path file, VolumeName name, RandomId id, IOException e) {
        LOG.atError().setCause(e).addKeyValue("file", file).log("A volume's record cannot be read");
        damaged.put(file, new DamagedRecord(file, Optional.of(id), String.valueOf(e.getMessage())));
        unreadable.put(
                name,
                "the record of volume " + name + " cannot be read (" + file + ": " + e.getMessage()
                        + "); restore that file from a backup, or move it away to give the volume up");
    }
}
