package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which names in a tree are one file (format.md section 7.1). That a file has several names is told by each of them, but not whether
 * another of these lies in the tree; so they are counted before the first of them is written. Memory is taken for such files only.
 */
final class LinkGroups {
    private static final byte[] PREFIX = "flkjLINK".getBytes(StandardCharsets.US_ASCII);

    /** More cannot be held while a tree is read: with its entry, one takes up to half a KiB until its last name is met. */
    private static final int MOST_FILES = 200_000;

    /** Of those who take the tree in, who remember each by its first name until the end; they bear half as much again. */
    private static final long MOST_BYTES = 48L << 20;

    /** What one such file takes there besides its path. */
    private static final int ONE = 150;

    private final Sha256 sha256 = new Sha256();
    private final int mostFiles;
    private final long mostBytes;
    private long bytes;
    private final Map<Inodes.Identity, Group> groups = new HashMap<>();

    LinkGroups() {
        this(MOST_FILES, MOST_BYTES);
    }

    /** @param mostBytes in the first names of all, and what is held with them */
    LinkGroups(int mostFiles, long mostBytes) {
        this.mostFiles = mostFiles;
        this.mostBytes = mostBytes;
    }

    /** The names of one file. */
    static final class Group {
        private final long links;
        private int names;
        private int left;
        private @Nullable Id id;
        private @Nullable Entry entry;

        Group(long links) {
            this.links = links;
        }

        /** What all names have in common; empty if there is one. */
        Optional<Id> id() {
            return Optional.ofNullable(id);
        }

        /** The entry of a name that was written before; that of each other name differs in nothing else. */
        Optional<Entry> entry() {
            return Optional.ofNullable(entry);
        }

        void written(Entry first) {
            entry = first;
        }
    }

    /**
     * Counts a name of a file that has several.
     *
     * @param path of the name, from the root of the tree
     */
    void count(FileStatus status, byte[] path) throws IOException {
        if (groups.size() == mostFiles && !groups.containsKey(status.identity())) {
            throw tooMany(path);
        }
        Group group = groups.computeIfAbsent(status.identity(), each -> new Group(status.links()));
        group.names++;
        group.left++;
    }

    private static IOException tooMany(byte[] path) {
        return new IOException("cannot keep " + RawPath.display(path)
                + ": there are more files with several names (hard links) than can be held in memory; make copies of some"
                + " of them, or keep them in several volumes");
    }

    /** Throws unless all names of each file were counted. */
    void checkComplete() throws DoubtException {
        for (Group group : groups.values()) {
            if (group.names != group.links) {
                throw new DoubtException(
                        "of the " + group.links + " names of a file only " + group.names + " are said to be touched");
            }
        }
    }

    /** Counts all names below a directory of files that have several. Mounts are not entered. */
    void countBelow(FileHandle directory, Progress progress) throws IOException {
        FileHandle root = directory.openDirectoryBelow(new byte[0]);
        FileStatus status = FileStatus.of(root);
        Deque<Iterator<byte[]>> names = new ArrayDeque<>();
        try (DirectoryChain chain = new DirectoryChain(root)) {
            names.push(root.names().iterator());
            while (!names.isEmpty()) {
                Iterator<byte[]> here = names.element();
                if (here.hasNext()) {
                    progress.check();
                    byte[] name = here.next();
                    FileStatus found = FileStatus.in(chain.handle(), name);
                    if (found.kind() != FileKind.DIRECTORY) {
                        if (found.links() > 1) {
                            count(found, chain.path(name));
                        }
                    } else if (found.mount() == status.mount()) {
                        names.push(chain.enter(name).names().iterator());
                    }
                } else {
                    names.remove();
                    if (!names.isEmpty()) {
                        chain.leave();
                    }
                }
            }
        }
    }

    /**
     * The group of a file that has several names. They are met in the order of the tree, each once.
     *
     * @param path of the name, from the root of the tree
     */
    Group meet(FileStatus status, byte[] path) throws IOException {
        Group group = groups.get(status.identity());
        if (group == null) {
            throw new IOException("cannot read " + RawPath.display(path)
                    + ": it was given another name meanwhile; take a snapshot, and read that");
        }
        if (group.id == null && group.names > 1) {
            bytes += ONE + path.length;
            if (bytes > mostBytes) {
                throw tooMany(path);
            }
            sha256.add(PREFIX, 0, PREFIX.length);
            sha256.add(path, 0, path.length);
            Hash hash = sha256.finish();
            group.id = new Id(hash.first(), hash.second());
        }
        group.left--;
        if (group.left == 0) {
            groups.remove(status.identity());
        }
        return group;
    }
}
