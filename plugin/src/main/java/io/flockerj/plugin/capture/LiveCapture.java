package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts trees into a repository that are written to meanwhile, on any file system, at the cost of looking at every name and reading what
 * has changed since the last time. A catalogue remembers how everything looked then. What comes of it is not of one moment: each file is
 * as it was when the walk got to it. For one thread.
 */
public final class LiveCapture {
    /** So often a walk is made, if names of files come and go. After the last of them all that is left over are single names. */
    private static final int MOST_WALKS = 5;

    private static final int WALKS_WITH_ALL_LINKS = 2;

    private final ChunkWriter chunks;
    private final String boot;
    private final Progress progress;
    private final long margin;

    /**
     * Makes one.
     *
     * @param chunks takes chunks and nodes, and is finished and closed by the caller
     * @param boot the kernel's id of this boot, and whatever else has to be as it was: a catalogue of another is not believed
     * @param progress is told of each name and of the bytes that were read; may end the work
     */
    public LiveCapture(ChunkWriter chunks, String boot, Progress progress) {
        this(chunks, boot, progress, Scan.MARGIN);
    }

    /** @param margin as in {@link Scan} */
    LiveCapture(ChunkWriter chunks, String boot, Progress progress, long margin) {
        this.chunks = chunks;
        this.boot = boot;
        this.progress = progress;
        this.margin = margin;
    }

    /**
     * A tree that was captured.
     *
     * @param torn the files that were never found at rest; {@link Captured#remarks} says more of them
     */
    public record Taken(Captured captured, Torn torn) {}

    /**
     * Puts a tree there.
     *
     * @param root the directory that the volume is
     * @param catalogue of the last time, if there is one; what does not fit is as good as none
     * @param next where a catalogue of this time is written, on a file system with the clock of the directory's. It is of use as soon as the tree is in the
     *     repository for good
     * @param nodes gives those of the tree of the last time
     * @throws IOException also if there is something that no tree can hold (format.md section 17), or directories are moved about faster than
     *     they can be followed
     */
    public Taken capture(Path root, Path catalogue, Path next, NodeSource nodes) throws IOException {
        try (FileHandle directory = FileHandle.openDirectory(root)) {
            Set<LiveLinks.Inode> apart = new HashSet<>();
            Origin here = Origin.of(boot, directory);
            Path last = catalogue;
            for (int walk = 1; ; walk++) {
                try {
                    Optional<Taken> taken = sinceLast(directory, here, last, next, nodes, new Links(walk, apart));
                    if (taken.isPresent()) {
                        return taken.get();
                    }
                    // What was read is not read again.
                    chunks.finish();
                    last = next;
                } catch (ChangedMeanwhileException | LinuxException e) {
                    boolean mayPass = !(e instanceof LinuxException failure)
                            || LiveLinks.isVanished(failure)
                            || failure.is(Errno.ESTALE);
                    if (walk >= MOST_WALKS || !mayPass) {
                        throw e;
                    }
                    last = catalogue;
                }
            }
        }
    }

    /**
     * Which files with several names are kept as one file, in so many walks. Where names go away faster than they are walked over, ever
     * fewer are.
     *
     * @param apart files of which in an earlier walk only one name was met
     */
    private record Links(int walk, Set<LiveLinks.Inode> apart) implements LiveWalk.Apart {
        @Override
        public boolean test(FileStatus status, Scan scan) {
            if (walk >= MOST_WALKS || apart.contains(LiveLinks.Inode.of(status))) {
                return true;
            }
            // A name that is given or taken away is a change of the file.
            return walk > WALKS_WITH_ALL_LINKS && !scan.isSettled(Seen.of(status, Optional.empty()));
        }
    }

    private Optional<Taken> sinceLast(
            FileHandle directory, Origin here, Path catalogue, Path next, NodeSource nodes, Links links)
            throws IOException {
        Optional<CatalogueReader> last = CatalogueReader.open(catalogue, here);
        if (last.isEmpty()) {
            return walk(directory, here, null, next, links);
        }
        try (CatalogueReader seen = last.get()) {
            OlderTree older = new OlderTree(seen.tree(), nodes);
            return walk(directory, here, new LiveWalk.Since(seen, older), next, links);
        } catch (BrokenException | NoSuchObjectException e) {
            return walk(directory, here, null, next, links);
        }
    }

    /** Empty if it has to be made again, with more files apart. */
    private Optional<Taken> walk(
            FileHandle directory, Origin here, LiveWalk.@Nullable Since since, Path next, Links links)
            throws IOException {
        try (CaptureRun run = new CaptureRun(chunks, BlockHashes.NONE, progress);
                CatalogueWriter catalogue = new CatalogueWriter(next, here, margin)) {
            // Who writes to memory that a file is mapped into changes its times only when the page was clean. This
            // cleans all pages; it
            // comes after the moment that the catalogue is of, and before anything is looked at.
            directory.syncFileSystem();
            FileHandle root = directory.openDirectoryBelow(new byte[0]);
            FileStatus top = FileStatus.of(root);
            progress.expect(
                    Progress.UNKNOWN,
                    since == null
                            ? Progress.UNKNOWN
                            : since.seen().tree().totals().entries() - 1); // The root has no name to be looked at.
            try (LiveWalk walk = new LiveWalk(run, new DirectoryChain(root), top, since, catalogue, links)) {
                TreeRef tree = walk.run();
                links.apart().addAll(walk.incomplete());
                return walk.incomplete().isEmpty()
                        ? Optional.of(new Taken(run.captured(tree), walk.torn()))
                        : Optional.empty();
            }
        }
    }
}
