package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.BtrfsSend;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Inode;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.TooManyChangesException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A subvolume of the older of two read-only trees, and the one that has its place in the newer. Two files in them are the same if they have
 * the same number and were made by the same transaction.
 */
final class SubvolumePair {
    private final ComparedTree from;
    private final ComparedTree to;
    private final Map<Long, Boolean> sameDirectories = new HashMap<>();

    private SubvolumePair(ComparedTree from, ComparedTree to) {
        this.from = from;
        this.to = to;
    }

    /**
     * The outermost ones.
     *
     * @param from the root directory of the older tree
     * @param to that of the newer one
     */
    static SubvolumePair ofTrees(FileHandle from, FileHandle to) throws IOException {
        return new SubvolumePair(ComparedTree.outermost(from), ComparedTree.outermost(to));
    }

    ComparedTree from() {
        return from;
    }

    ComparedTree to() {
        return to;
    }

    static boolean isSame(Optional<Inode> before, Optional<Inode> after) {
        return before.isPresent()
                && after.isPresent()
                && before.get().generation() == after.get().generation();
    }

    /** Whether a directory of this number in both is the same one. */
    boolean isSameDirectory(long number) throws IOException {
        Boolean known = sameDirectories.get(number);
        if (known == null) {
            known = number == SubvolumeMetadata.ROOT_DIRECTORY
                    || isSame(from.metadata().inode(number), to.metadata().inode(number));
            sameDirectories.put(number, known);
        }
        return known;
    }

    /**
     * Which files the kernel says were touched; empty if it does not tell, and they are to be {@link #scanned}.
     *
     * @throws TooManyChangesException if there are more
     */
    Optional<TouchedFiles> told(int most) throws IOException {
        SubvolumeMetadata older = from.metadata();
        try (FileHandle newer = to.metadata().fileSystem().openDirectoryBelow(to.root())) {
            TouchedFiles touched = new TouchedFiles(older, most);
            // Nothing else is done while the stream is read: until it is, the kernel may keep the file system from
            // committing.
            BtrfsSend.changes(newer, older.subvolume(), stream -> SendStream.read(stream, touched));
            return Optional.of(touched);
        } catch (SendStream.MalformedException e) {
            return Optional.empty();
        } catch (LinuxException e) {
            // Not permitted: not read-only, or about to be removed. All else concerns only this way of comparing.
            if (e.is(Errno.EPERM)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** As {@link TouchedFiles#touched}, found by looking at all files. */
    SortedMap<Long, Boolean> scanned(int most) throws IOException {
        return SubvolumeScan.touched(from.metadata(), to.metadata(), most);
    }

    /**
     * The subvolumes that are nested in the two.
     *
     * @param pairs those that have the same name in the same directory
     * @param gone the other ones of the older
     * @param added the other ones of the newer
     */
    record Nested(List<SubvolumePair> pairs, Map<Name, ComparedTree> gone, Map<Name, ComparedTree> added) {}

    Nested nested() throws IOException {
        Nested nested = new Nested(new ArrayList<>(), from.nested(), new HashMap<>());
        for (Map.Entry<Name, ComparedTree> after : to.nested().entrySet()) {
            Name name = after.getKey();
            ComparedTree paired =
                    isSameDirectory(name.directory()) ? nested.gone().remove(name) : null;
            if (paired != null) {
                nested.pairs().add(new SubvolumePair(paired, after.getValue()));
            } else {
                nested.added().put(name, after.getValue());
            }
        }
        return nested;
    }
}
