package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.Snapshotting.Consistency;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Copies a subvolume with those that are nested in it, which the kernel leaves out: it puts an empty directory in the place of
 * each. The copy of the outer one is taken first, and then, in the place of each empty directory, that of the one which the copy
 * still names there. So it does not matter where the source's containers move directories meanwhile; only to open a nested one it
 * is looked for where it is now.
 */
final class SubvolumeCopy {
    /** A nested subvolume is looked for so often while others move it about. */
    private static final int LOOKS = 20;

    /** How often it is looked for what was missed. */
    private static final int LAST_LOOKS = 3;

    private static final byte[] ROOT = {};

    private final FileHandle source;
    private final FileHandle parent;
    private final byte[] name;
    private final Kind kind;
    private final Deque<Gap> gaps = new ArrayDeque<>();
    /** Where the copies lie that were taken writable, outer ones first. */
    private final List<byte[]> unlocked = new ArrayList<>();

    private final Set<Long> copied = new HashSet<>();
    private Map<Long, byte[]> places = Map.of();

    private SubvolumeCopy(FileHandle source, FileHandle parent, String name, Kind kind) {
        this.source = source;
        this.parent = parent;
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.kind = kind;
    }

    /** What is to be made. */
    sealed interface Kind {
        /** A copy that nothing can change. */
        record ReadOnly() implements Kind {}

        /**
         * A copy that can be written to.
         *
         * @param group the quota group that it is put into as it is made, if nothing is nested in it
         */
        record Writable(OptionalLong group) implements Kind {}
    }

    /** An empty directory in the copy, where the source has a subvolume. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Gap(long subvolume, byte[] directory, byte[] name) {
        byte[] path() {
            return RawPath.joined(directory, name);
        }
    }

    /** Nested subvolumes were moved about, so that some may not have been copied, or twice. */
    static final class MovedException extends IOException {
        private static final long serialVersionUID = 1;

        MovedException(String message) {
            super(message);
        }
    }

    /**
     * Makes the copy. A read-only one is durable when this returns, a writable one if it is {@link Consistency#ATOMIC}. After a
     * failure part of it may be left.
     *
     * @param name is not taken in {@code parent}, else {@code EEXIST}
     * @throws MovedException if it is worth trying again
     */
    static Consistency make(FileHandle source, FileHandle parent, String name, Kind kind) throws IOException {
        return new SubvolumeCopy(source, parent, name, kind).make();
    }

    private Consistency make() throws IOException {
        long id = Btrfs.subvolumeId(source);
        List<Btrfs.NestedReference> before = Btrfs.nestedIn(source, id);
        copy(source, id, before, parent, new Gap(id, ROOT, name), ROOT);
        if (gaps.isEmpty() && unlocked.isEmpty()) {
            return Consistency.ATOMIC;
        }
        boolean hasNested = !gaps.isEmpty();
        try (FileHandle root = parent.openDirectoryAt(name)) {
            while (!gaps.isEmpty()) {
                fill(root, gaps.remove());
            }
            refuseMissing(root);
            lock(root);
        }
        return hasNested ? Consistency.NESTED : Consistency.ATOMIC;
    }

    /**
     * What was there before the copy, and so has a smaller id, and still is, must have been copied. A look in the midst of a move may
     * not see what is moved; a commit waits for the moves that are under way, so looks with commits between them see it.
     */
    private void refuseMissing(FileHandle root) throws IOException {
        Set<Long> missing = new HashSet<>(look().keySet());
        for (int looks = 1; looks < LAST_LOOKS; looks++) {
            commit(root);
            missing.addAll(look().keySet());
        }
        long copy = Btrfs.subvolumeId(root);
        missing.removeIf(id -> id > copy || copied.contains(id));
        if (!missing.isEmpty()) {
            throw new MovedException("nested subvolumes of " + source + " were moved while it was copied");
        }
    }

    private void commit(FileHandle root) throws IOException {
        try {
            Btrfs.commit(root);
        } catch (LinuxException e) {
            if (!e.is(Errno.EDQUOT)) {
                throw e;
            }
            parent.syncFileSystem();
        }
    }

    /** @param path where the copy will be, below the copy's root */
    private void copy(
            FileHandle subvolume,
            long id,
            List<Btrfs.NestedReference> before,
            FileHandle directory,
            Gap gap,
            byte[] path)
            throws IOException {
        boolean isLocked = before.isEmpty() && kind instanceof Kind.ReadOnly;
        take(subvolume, directory, gap.name(), isLocked, before.isEmpty() && path.length == 0);
        List<Btrfs.NestedReference> after = Btrfs.nestedIn(subvolume, id);
        if (before.isEmpty() && after.isEmpty()) {
            return;
        }
        try (FileHandle copy = directory.openDirectoryAt(gap.name())) {
            boolean hasGaps = addGaps(Btrfs.subvolumeId(copy), path, before, after);
            if (isLocked && !hasGaps) {
                // What lies in the source was made since it was copied.
                return;
            }
            if (isLocked) {
                Btrfs.makeWritable(copy);
            }
        }
        unlocked.add(path);
    }

    private void take(FileHandle subvolume, FileHandle directory, byte[] entry, boolean isLocked, boolean isWhole)
            throws IOException {
        if (isWhole && kind instanceof Kind.Writable(OptionalLong group) && group.isPresent()) {
            Btrfs.snapshot(subvolume, directory, entry, group.getAsLong());
        } else {
            Btrfs.snapshot(subvolume, directory, entry, isLocked);
        }
    }

    private boolean addGaps(
            long copy, byte[] path, List<Btrfs.NestedReference> before, List<Btrfs.NestedReference> after)
            throws IOException {
        Set<Long> found = new HashSet<>();
        List<Btrfs.NestedReference> all = new ArrayList<>(after);
        all.addAll(before);
        for (Btrfs.NestedReference reference : all) {
            if (!found.contains(reference.child()) && Btrfs.refers(source, copy, reference)) {
                found.add(reference.child());
                byte[] directory = Btrfs.directoryPath(source, copy, reference.directory())
                        .orElseThrow(() -> new IOException(
                                "a subvolume is nested in " + source + " deeper than can be followed; move it up"));
                gaps.add(new Gap(reference.child(), RawPath.joined(path, directory), reference.name()));
            }
        }
        return !found.isEmpty();
    }

    private void fill(FileHandle root, Gap gap) throws IOException {
        try (FileHandle directory = root.openDirectoryBelow(gap.directory())) {
            Inodes.changeUnseen(directory, () -> {
                directory.removeDirectory(gap.name());
                copyNested(gap, directory);
            });
        }
    }

    /** Does nothing if it has been removed meanwhile. */
    private void copyNested(Gap gap, FileHandle directory) throws IOException {
        for (int looks = 0; looks < LOOKS; looks++) {
            if (looks > 0 || !places.containsKey(gap.subvolume())) {
                places = look();
            }
            byte[] place = places.get(gap.subvolume());
            if (place == null) {
                return;
            }
            Optional<FileHandle> found = open(gap.subvolume(), place);
            if (found.isPresent()) {
                try (FileHandle nested = found.get()) {
                    copyOnce(nested, gap, directory);
                    return;
                }
            }
        }
        throw new MovedException("subvolume " + gap.subvolume() + ", nested in " + source
                + ", is moved about faster than it can be followed");
    }

    private void copyOnce(FileHandle nested, Gap gap, FileHandle directory) throws IOException {
        if (!copied.add(gap.subvolume())) {
            throw new MovedException("subvolume " + gap.subvolume() + ", nested in " + source + ", was met twice");
        }
        List<Btrfs.NestedReference> before = Btrfs.nestedIn(nested, gap.subvolume());
        try {
            copy(nested, gap.subvolume(), before, directory, gap, gap.path());
        } catch (LinuxException e) {
            // Removed since it was opened.
            if (!e.is(Errno.ENOENT) || look().containsKey(gap.subvolume())) {
                throw e;
            }
        }
    }

    /** Nothing if it is no longer there. */
    private Optional<FileHandle> open(long subvolume, byte[] place) throws IOException {
        if (place.length == 0) {
            return Optional.empty();
        }
        FileHandle found;
        try {
            found = source.openDirectoryBelow(place);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return Optional.empty();
            }
            throw e;
        }
        if (isSubvolume(found, subvolume)) {
            return Optional.of(found);
        }
        found.close();
        return Optional.empty();
    }

    private static boolean isSubvolume(FileHandle directory, long id) throws IOException {
        try {
            return Btrfs.isSubvolumeRoot(directory) && Btrfs.subvolumeId(directory) == id;
        } catch (LinuxException e) {
            // Something else is mounted there.
            return false;
        }
    }

    /** Where everything lies that is nested in the source now, by id. */
    private Map<Long, byte[]> look() throws IOException {
        Map<Long, byte[]> found = new HashMap<>();
        for (Btrfs.NestedSubvolume nested : Btrfs.nestedBelow(source, Btrfs.subvolumeId(source))) {
            found.put(nested.id(), nested.path());
        }
        return found;
    }

    /** The outermost comes last, for then nothing below it changes any more. */
    private void lock(FileHandle root) throws IOException {
        if (kind instanceof Kind.ReadOnly) {
            Collections.reverse(unlocked);
            for (byte[] path : unlocked) {
                try (FileHandle copy = root.openDirectoryBelow(path)) {
                    Btrfs.makeReadOnly(copy);
                }
            }
        }
    }
}
