package io.flockerj.store.index;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers what is in the packs of repositories, in a directory of its own: a folder for each repository, and in it runs, named by what is in
 * them. Up to a size of all together; what was not used for longest is forgotten first. Nothing is synced, anybody may delete anything, and
 * what cannot be read or written is not remembered: that is no error. For many threads.
 */
public final class IndexCache {
    private static final String UNFINISHED = ".new";

    private final Path directory;
    private final long most;
    private final InstantSource clock;
    private final AtomicLong unfinished = new AtomicLong();

    private IndexCache(Path directory, long most, InstantSource clock) {
        this.directory = directory;
        this.most = most;
        this.clock = clock;
    }

    /**
     * Opens what is in a directory, which only this one uses.
     *
     * @param most how many bytes all files may have together; while something is added, it may be more
     * @param clock tells what was used last
     */
    public static IndexCache open(Path directory, long most, InstantSource clock) {
        IndexCache cache = new IndexCache(directory, most, clock);
        files(directory).stream()
                .flatMap(folder -> files(folder).stream())
                .filter(file -> file.toString().endsWith(UNFINISHED))
                .forEach(cache::forget);
        cache.trim();
        return cache;
    }

    /**
     * What is remembered of a repository; to be closed.
     *
     * @param repository its own id, not that of the volumeset
     */
    public DiskChunkIndex index(Id repository) {
        return new DiskChunkIndex(this, directory.resolve(repository.hex()));
    }

    /** Forgets what is remembered of other repositories. */
    public void forgetAllBut(Id repository) {
        for (Path folder : files(directory)) {
            if (!folder.endsWith(repository.hex())) {
                files(folder).forEach(this::forget);
                forget(folder);
            }
        }
    }

    /** The runs in a folder that can be read. Others are forgotten. */
    List<IndexRun> runs(Path folder) {
        List<IndexRun> runs = new ArrayList<>();
        for (Path file : files(folder)) {
            if (Hash.isValid(String.valueOf(file.getFileName()))) {
                try {
                    runs.add(IndexRun.open(file));
                } catch (IOException | InternalError e) {
                    forget(file);
                }
            }
        }
        return runs;
    }

    /** Writes a run, and opens it. */
    IndexRun write(Path folder, List<RunSource> sources) throws IOException {
        Path file = Files.createDirectories(folder).resolve(unfinished.incrementAndGet() + UNFINISHED);
        try {
            Hash name = RunWriter.write(file, sources);
            Path target = folder.resolve(name.hex());
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            IndexRun run = IndexRun.open(target);
            used(run);
            return run;
        } finally {
            forget(file);
        }
    }

    void used(IndexRun run) {
        try {
            Files.setLastModifiedTime(run.file(), FileTime.from(clock.instant()));
        } catch (IOException e) {
            // Somebody has deleted it.
        }
    }

    void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It stays then, and is tried again some time.
        }
    }

    private record Sized(Path file, BasicFileAttributes attributes) {}

    /** Forgets what is too much. A run that is in use stays readable for those that use it. */
    synchronized void trim() {
        List<Sized> all = new ArrayList<>();
        long total = 0;
        for (Path folder : files(directory)) {
            for (Path file : files(folder)) {
                try {
                    all.add(new Sized(file, Files.readAttributes(file, BasicFileAttributes.class)));
                    total += all.getLast().attributes().size();
                } catch (IOException e) {
                    // Somebody has deleted it.
                }
            }
        }
        all.sort(Comparator.comparing(sized -> sized.attributes().lastModifiedTime()));
        for (Sized oldest : all) {
            if (total <= most) {
                return;
            }
            forget(oldest.file());
            total -= oldest.attributes().size();
        }
    }

    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            paths.forEach(files::add);
        } catch (IOException | DirectoryIteratorException e) {
            // What cannot be listed is not remembered.
        }
        return files;
    }
}
