package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which names in a tree are one file (format.md section 7.1), while names come and go. Names are counted before the first is written;
 * of a file that then turns out to have one name only, {@link #incomplete} tells, and the tree cannot be kept so.
 */
final class LiveLinks {
    private static final byte[] PREFIX = "flkjLINK".getBytes(StandardCharsets.US_ASCII);

    private final Map<Inode, Group> groups = new HashMap<>();

    /** A file as long as it is there. The number may go to another one later, which is made at another time, where the file system tells. */
    record Inode(Inodes.Identity identity, FileKind kind, long born, int bornNanos) {
        static Inode of(FileStatus status) {
            return new Inode(status.identity(), status.kind(), status.born(), status.bornNanos());
        }
    }

    /** A file with several names. */
    static final class Group {
        private int counted;
        private int written;
        private @Nullable First first;

        /**
         * The name that was written first.
         *
         * @param entry empty if it is in the older tree as it is now, under this path
         */
        @SuppressWarnings("ArrayRecordComponent") // Paths are bytes; nobody compares these.
        record First(byte[] path, Seen seen, boolean isTrusted, Optional<Entry> entry) {
            /**
             * Whether a file of the same inode, looked at later, is this one. It is, if it was made before the walk; else its number may
             * be that of one that is gone, unless it looks just like it.
             */
            boolean isAlso(FileStatus status, Scan scan) {
                boolean wasThereBefore = status.born() != 0 && scan.isBefore(status.born(), status.bornNanos());
                return wasThereBefore || Seen.of(status, seen.links()).equals(seen);
            }
        }

        Optional<First> first() {
            return Optional.ofNullable(first);
        }

        /** A name was written, or taken over. */
        void written(First name) {
            written++;
            first = first == null ? name : first;
        }
    }

    /**
     * Counts the names of files below a directory. Mounts are not entered.
     *
     * @param isApart tells files whose names are to be files of their own
     */
    static LiveLinks count(FileHandle directory, Predicate<FileStatus> isApart, Progress progress) throws IOException {
        LiveLinks links = new LiveLinks();
        FileHandle root = directory.openDirectoryBelow(new byte[0]);
        FileStatus top = FileStatus.of(root);
        Deque<Iterator<byte[]>> names = new ArrayDeque<>();
        try (DirectoryChain chain = new DirectoryChain(root)) {
            names.push(namesOfRoot(root).iterator());
            while (!names.isEmpty()) {
                Iterator<byte[]> here = names.element();
                if (here.hasNext()) {
                    progress.check();
                    byte[] name = here.next();
                    try {
                        FileStatus found = FileStatus.in(chain.handle(), name);
                        if (found.mount() != top.mount()) {
                            continue;
                        }
                        if (found.kind() == FileKind.DIRECTORY) {
                            names.push(names(chain.enter(name)).iterator());
                        } else if (found.links() > 1 && !isApart.test(found)) {
                            links.groups.computeIfAbsent(Inode.of(found), each -> new Group()).counted++;
                        }
                    } catch (LinuxException e) {
                        if (!isVanished(e)) {
                            throw e;
                        }
                    }
                } else {
                    names.remove();
                    if (!names.isEmpty()) {
                        chain.leave();
                    }
                }
            }
        }
        return links;
    }

    /**
     * Whether a name is not there any more, or stands for something of another kind than it did. ESTALE is not among it: it may also mean that
     * a server does not know of any of its files for a while.
     */
    static boolean isVanished(LinuxException e) {
        return e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP);
    }

    /** The names in a directory below the tree's root, each once; none if that is not there any more. */
    static List<byte[]> names(FileHandle directory) throws IOException {
        try {
            return namesOfRoot(directory);
        } catch (LinuxException e) {
            if (isVanished(e)) {
                return new ArrayList<>();
            }
            throw e;
        }
    }

    /** The names in a directory that has to be there, each once, in order: one that comes and goes meanwhile may be told twice. */
    static List<byte[]> namesOfRoot(FileHandle directory) throws IOException {
        List<byte[]> all = directory.names();
        all.sort(Arrays::compareUnsigned);
        List<byte[]> names = new ArrayList<>(all.size());
        for (byte[] name : all) {
            if (names.isEmpty() || !Arrays.equals(names.getLast(), name)) {
                names.add(name);
            }
        }
        return names;
    }

    /** The file that a name stands for; empty if it has no other in the tree. */
    Optional<Group> find(FileStatus status) {
        return Optional.ofNullable(groups.get(Inode.of(status))).filter(group -> group.counted > 1);
    }

    /** What the names of a file have in common, of which this is the first. */
    static Id id(byte[] firstPath) {
        Sha256 sha256 = new Sha256();
        sha256.add(PREFIX, 0, PREFIX.length);
        sha256.add(firstPath, 0, firstPath.length);
        Hash hash = sha256.finish();
        return new Id(hash.first(), hash.second());
    }

    /** Files that have been written with one name, and as if they had others. */
    Set<Inode> incomplete() {
        Set<Inode> incomplete = new HashSet<>();
        groups.forEach((inode, group) -> {
            if (group.counted > 1 && group.written == 1) {
                incomplete.add(inode);
            }
        });
        return incomplete;
    }
}
