package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Entry;
import io.flockerj.plugin.linux.SubvolumeMetadata.Inode;
import io.flockerj.plugin.storage.TooManyChangesException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the files that may have changed between two subvolumes by looking at all of them. For when the kernel does not tell; it costs
 * what the subvolumes hold, though nothing of the files' content is read.
 */
final class SubvolumeScan {
    private final SubvolumeMetadata from;
    private final SubvolumeMetadata to;
    private final SortedMap<Long, Boolean> touched = new TreeMap<>();
    private final int most;

    private SubvolumeScan(SubvolumeMetadata from, SubvolumeMetadata to, int most) {
        this.from = from;
        this.to = to;
        this.most = most;
    }

    /**
     * As {@link TouchedFiles#touched}.
     *
     * @throws TooManyChangesException if there are more
     */
    static SortedMap<Long, Boolean> touched(SubvolumeMetadata from, SubvolumeMetadata to, int most) throws IOException {
        SubvolumeScan scan = new SubvolumeScan(from, to, most);
        forEach(from, scan::compare);
        forEach(to, scan::compare);
        return scan.touched;
    }

    /** Is handed the numbers of files. */
    interface Consumer {
        void accept(long number) throws IOException;
    }

    /** Hands over every file, the root directory too; one with several names more than once. Directories come before what is in them. */
    static void forEach(SubvolumeMetadata subvolume, Consumer consumer) throws IOException {
        Deque<Long> directories = new ArrayDeque<>();
        directories.add(SubvolumeMetadata.ROOT_DIRECTORY);
        while (!directories.isEmpty()) {
            long directory = directories.remove();
            consumer.accept(directory);
            for (Entry entry : subvolume.entries(directory)) {
                if (isDirectory(subvolume.inode(entry.inode()))) {
                    directories.add(entry.inode());
                } else {
                    consumer.accept(entry.inode());
                }
            }
        }
    }

    private static boolean isDirectory(Optional<Inode> inode) {
        return inode.isPresent() && inode.get().kind() == FileKind.DIRECTORY;
    }

    private void compare(long number) throws IOException {
        if (touched.containsKey(number)) {
            return;
        }
        Optional<Inode> before = from.inode(number);
        Optional<Inode> after = to.inode(number);
        if (before.isEmpty() || after.isEmpty()) {
            touched.put(number, false);
        } else if (!Arrays.equals(before.get().raw(), after.get().raw())) {
            touched.put(number, !Arrays.equals(from.content(number), to.content(number)));
        }
        if (touched.size() > most) {
            throw new TooManyChangesException(most, "files");
        }
    }
}
