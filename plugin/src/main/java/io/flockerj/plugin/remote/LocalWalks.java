package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.LiveCapture;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.tree.NodeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures directories that are not of the pool, each time at the cost of what has changed since it was captured for the same remote. How they
 * looked then is remembered in files that may be deleted by anybody.
 *
 * @param directory for these files alone
 * @param boot the kernel's id of this boot
 */
record LocalWalks(Path directory, String boot) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWalks.class);

    /** Some 100 bytes for each name; more volumes are seldom pushed in turn. */
    private static final int MOST_FILES = 100;

    private static final long MOST_BYTES = 1L << 30;

    /**
     * What was captured for a remote.
     *
     * @param volume that was captured
     * @param remote that it went to
     */
    record Course(RandomId volume, RandomId remote) {
        private String prefix() {
            return volume.hex() + "-" + remote.hex() + "-";
        }
    }

    /**
     * Captures a directory.
     *
     * @param since the snapshot on the remote whose content it held the last time, if all that this needs is there
     * @param nodes of the remote's trees
     */
    LiveCapture.Taken capture(
            Path root, Course course, Optional<RandomId> since, ChunkWriter writer, NodeSource nodes, Progress progress)
            throws IOException {
        DurableFile.createDirectories(directory);
        Path last = directory.resolve(course.prefix() + since.map(RandomId::hex).orElse("nothing"));
        Path next = next(course);
        return new LiveCapture(writer, boot, progress).capture(root, last, next, nodes);
    }

    private Path next(Course course) {
        return directory.resolve(course.prefix() + "next" + DurableFile.TEMPORARY_SUFFIX);
    }

    /** What was captured last is on the remote, as this snapshot. */
    void committed(Course course, RandomId snapshot) {
        Path file = directory.resolve(course.prefix() + snapshot.hex());
        try {
            Files.move(next(course), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            for (Path older : files()) {
                boolean isOfCourse = String.valueOf(older.getFileName()).startsWith(course.prefix());
                if (isOfCourse && !older.equals(file)) {
                    Files.deleteIfExists(older);
                }
            }
            makeRoom();
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("directory", directory)
                    .log("How a volume looked cannot be remembered; the next push reads all of it");
        }
    }

    /** What was captured last is of no use. */
    void forget(Course course) throws IOException {
        Files.deleteIfExists(next(course));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private void makeRoom() throws IOException {
        List<Path> newestFirst = files().stream()
                .sorted(Comparator.comparing(LocalWalks::writtenAt).reversed())
                .toList();
        long bytes = 0;
        int count = 0;
        for (Path file : newestFirst) {
            bytes += Files.size(file);
            if (++count > MOST_FILES || (bytes > MOST_BYTES && count > 1)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime writtenAt(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
