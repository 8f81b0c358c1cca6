package io.flockerj.plugin.history;

import com.google.common.collect.Lists;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of one kind, in memory and on disk: each is one file, replaced as a whole, named by its id. Reading is free of locks;
 * callers see to it that one record is changed by one thread at a time.
 */
public final class RecordShelf<R> {
    private static final Logger LOG = LoggerFactory.getLogger(RecordShelf.class);
    private static final Pattern FILE_NAME =
            Pattern.compile("([0-9a-f]{32})\\.json(" + Pattern.quote(DurableFile.TEMPORARY_SUFFIX) + ")?");
    private static final long LONGEST_RECORD = 1 << 20;

    /** How many threads read records at the start. */
    private static final int READERS = 4;

    /** Fewer files are not worth a thread. */
    private static final int LEAST_SHARE = 500;

    private final Path directory;
    private final RecordFiles files;
    private final Form<R> form;
    private final ConcurrentMap<RandomId, R> records = new ConcurrentHashMap<>();
    private final Set<RandomId> doubtful = ConcurrentHashMap.newKeySet();
    private final Set<RandomId> unreadable = ConcurrentHashMap.newKeySet();
    private final Map<Path, DamagedRecord> damaged = new ConcurrentHashMap<>();

    /** How a record stands in its file. */
    public record Form<R>(Function<R, RandomId> id, Writer<R> writer, Reader<R> reader) {}

    /** Writes a record as bytes. */
    public interface Writer<R> {
        byte[] write(R record) throws IOException;
    }

    /** Reads what a {@link Writer} has written; throws with what is wrong for what is no record. */
    public interface Reader<R> {
        R read(byte[] bytes) throws IOException;
    }

    private RecordShelf(Path directory, RecordFiles files, Form<R> form) {
        this.directory = directory;
        this.files = files;
        this.form = form;
    }

    /** Reads all records in a directory, and clears away what an interrupted write has left there. */
    public static <R> RecordShelf<R> load(Path directory, RecordFiles files, Form<R> form) throws IOException {
        RecordShelf<R> shelf = new RecordShelf<>(directory, files, form);
        shelf.makeDurable();
        List<Path> found;
        try (Stream<Path> entries = Files.list(directory)) {
            found = entries.toList();
        } catch (UncheckedIOException e) {
            throw new IOException("the records in " + directory + " cannot be listed: " + e.getMessage(), e);
        }
        shelf.load(found);
        return shelf;
    }

    /** Without records yet, in a directory that somebody makes before there is to be one. */
    public static <R> RecordShelf<R> empty(Path directory, RecordFiles files, Form<R> form) {
        return new RecordShelf<>(directory, files, form);
    }

    /** Reads files on several threads, for most of the time of a start goes into this where there are many. */
    private void load(List<Path> found) throws IOException {
        int share = Math.max(LEAST_SHARE, Math.ceilDiv(found.size(), READERS));
        try (ExecutorService readers = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("records-", 0).factory())) {
            List<Future<?>> shares = new ArrayList<>();
            for (List<Path> files : Lists.partition(found, share)) {
                shares.add(readers.submit(() -> files.forEach(this::load)));
            }
            for (Future<?> each : shares) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the records in " + directory + " were read");
        } catch (ExecutionException e) {
            throw new IOException("the records in " + directory + " cannot be read: " + e.getCause(), e.getCause());
        }
    }

    /** Perhaps the records were changed by a process that died before it got here. */
    private void makeDurable() {
        try {
            files.sync(directory);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("directory", directory).log("The records cannot be synced");
        }
    }

    private void load(Path file) {
        Matcher matcher = FILE_NAME.matcher(file.getFileName().toString());
        try {
            if (!matcher.matches()) {
                throw new IOException("it is not named as a record is");
            }
            if (matcher.group(2) == null) {
                R record = read(file);
                records.put(form.id().apply(record), record);
            } else {
                files.delete(file);
            }
        } catch (IOException e) {
            Optional<RandomId> id = matcher.matches() && matcher.group(2) == null
                    ? Optional.of(new RandomId(matcher.group(1)))
                    : Optional.empty();
            id.ifPresent(unreadable::add);
            damaged.put(file, new DamagedRecord(file, id, String.valueOf(e.getMessage())));
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log(
                            "A file among the records cannot be read; until it is moved away no tree is taken for nobody's");
        }
    }

    private R read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_RECORD) {
            throw new IOException("it is larger than " + LONGEST_RECORD + " bytes");
        }
        R record = form.reader().read(Files.readAllBytes(file));
        if (!file.equals(file(record))) {
            throw new IOException("it is the record of " + form.id().apply(record));
        }
        return record;
    }

    /** Whether every file among the records is one and could be read. */
    public boolean isComplete() {
        return damaged.isEmpty();
    }

    /** What cannot be read. */
    public List<DamagedRecord> damaged() {
        return List.copyOf(damaged.values());
    }

    /** Deletes a damaged file, for good. */
    public void discard(DamagedRecord record) throws IOException {
        files.delete(record.file());
        record.id().ifPresent(unreadable::remove);
        damaged.remove(record.file());
    }

    /** Takes a damaged file away; it stays under another name. */
    void setAside(DamagedRecord record, Path aside) throws IOException {
        files.keep(record.file(), aside);
        files.delete(record.file());
        record.id().ifPresent(unreadable::remove);
        damaged.remove(record.file());
    }

    /** Writes a record in place of a damaged file, which stays under another name. */
    void rebuild(DamagedRecord record, Path aside, R written) throws IOException {
        RandomId id = form.id().apply(written);
        if (!record.file().equals(file(written))) {
            throw new IllegalArgumentException(record.file() + " is not the record of " + id);
        }
        files.keep(record.file(), aside);
        unreadable.remove(id);
        try {
            put(written);
        } catch (IOException | RuntimeException e) {
            unreadable.add(id);
            record.putBack(files, aside, e);
            throw e;
        }
        damaged.remove(record.file());
    }

    /** The record of that id. */
    public Optional<R> find(RandomId id) {
        return Optional.ofNullable(records.get(id));
    }

    /** All, in no order. */
    public Iterable<R> all() {
        return records.values();
    }

    /**
     * Writes a record, new or changed; when this returns the change survives a loss of power. After a failure the record is as it
     * was before, here and, unless that fails too, on disk; until then {@link #settle} has something to do.
     */
    public void put(R record) throws IOException {
        RandomId id = form.id().apply(record);
        refuseUnreadable(record, id);
        byte[] content = form.writer().write(record);
        if (content.length > LONGEST_RECORD) {
            throw new DurableFile.UnchangedFileException(new IOException("the record " + file(record)
                    + " would be larger than " + LONGEST_RECORD + " bytes; there are too many names in it"));
        }
        try {
            files.replace(file(record), content);
        } catch (DurableFile.UnchangedFileException e) {
            throw e;
        } catch (IOException e) {
            putBack(record, e);
            throw e;
        }
        doubtful.remove(id);
        records.put(id, record);
    }

    /** What cannot be read may say more than what would be written over it. */
    private void refuseUnreadable(R record, RandomId id) throws IOException {
        if (unreadable.contains(id)) {
            throw new DurableFile.UnchangedFileException(new IOException("the record " + file(record)
                    + " cannot be read, and is not written over; restore it from a backup, or move it away, and start"
                    + " the daemon again"));
        }
    }

    private void putBack(R failed, IOException failure) {
        R before = records.get(form.id().apply(failed));
        try {
            if (before == null) {
                files.delete(file(failed));
            } else {
                files.replace(file(failed), form.writer().write(before));
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
            doubtful.add(form.id().apply(failed));
        }
    }

    /** Makes sure that a record is on disk as it is shown here, before something is destroyed for it. */
    void settle(R shown) throws IOException {
        if (doubtful.contains(form.id().apply(shown))) {
            put(shown);
        }
    }

    /** Whether a record that is not shown may be on disk all the same, after a failure. */
    boolean isDoubtful(RandomId id) {
        return doubtful.contains(id);
    }

    /** Removes a record, for good. */
    public void delete(R record) throws IOException {
        refuseUnreadable(record, form.id().apply(record));
        files.delete(file(record));
        records.remove(form.id().apply(record));
    }

    private Path file(R record) {
        return directory.resolve(form.id().apply(record) + ".json");
    }
}
