package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Entry;
import io.flockerj.plugin.linux.SubvolumeMetadata.Inode;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.ByteRanges;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Tells which names in the newer of two subvolumes have to be looked at, of the files that were touched. A name is the same
 * if it is in the same directory.
 */
final class SubvolumeTouches {
    private final SubvolumePair pair;
    private final ComparedTree from;
    private final ComparedTree to;
    private final WrittenFiles written;
    private final TouchedNames names;
    private final Deque<Long> moved = new ArrayDeque<>();
    private final Set<Long> movedOrInside = new HashSet<>();

    SubvolumeTouches(SubvolumePair pair, WrittenFiles written, TouchedNames names) {
        this.pair = pair;
        this.from = pair.from();
        this.to = pair.to();
        this.written = written;
        this.names = names;
    }

    void tell() throws IOException {
        if (!Arrays.equals(from.root(), to.root())) {
            moved.add(SubvolumeMetadata.ROOT_DIRECTORY);
        }
        for (long number : written.numbers()) {
            tell(number);
        }
        while (!moved.isEmpty()) {
            tellLinked(moved.remove());
        }
    }

    private void tell(long number) throws IOException {
        if (number == SubvolumeMetadata.ROOT_DIRECTORY) {
            names.there(to.root(), Optional.of(from.root()), ByteRanges.NONE);
            return;
        }
        Optional<Inode> before = from.metadata().inode(number);
        Optional<Inode> after = to.metadata().inode(number);
        boolean isSame = SubvolumePair.isSame(before, after);
        SequencedSet<Name> gone = before.isEmpty()
                ? new LinkedHashSet<>()
                : new LinkedHashSet<>(from.metadata().names(number));
        if (after.isPresent()) {
            Optional<byte[]> origin = isSame ? Optional.of(origin(number, gone)) : Optional.empty();
            for (Name name : to.metadata().names(number)) {
                names.there(to.path(name), origin, isSame ? written.written(number) : ByteRanges.ALL);
                boolean isKept = isSame && pair.isSameDirectory(name.directory()) && gone.remove(name);
                if (!isKept && isSame && after.get().kind() == FileKind.DIRECTORY) {
                    moved.add(number);
                }
            }
        }
        for (Name name : gone) {
            if (pair.isSameDirectory(name.directory())) {
                names.gone(to.path(name));
            }
        }
    }

    private byte[] origin(long number, SequencedSet<Name> before) throws IOException {
        if (before.isEmpty()) {
            throw new IOException("file " + number + " of " + from.metadata().fileSystem() + " has no name");
        }
        return from.path(before.getFirst());
    }

    /** The files with several names below a directory that was moved, for another of these may come first now. */
    private void tellLinked(long top) throws IOException {
        Deque<Long> directories = new ArrayDeque<>();
        directories.add(top);
        while (!directories.isEmpty()) {
            long directory = directories.remove();
            if (!movedOrInside.add(directory)) {
                continue;
            }
            for (Entry entry : to.metadata().entries(directory)) {
                Optional<Inode> inode = to.metadata().inode(entry.inode());
                if (inode.isPresent() && inode.get().kind() == FileKind.DIRECTORY) {
                    directories.add(entry.inode());
                } else if (inode.isPresent() && inode.get().links() > 1) {
                    tellNames(entry.inode());
                }
            }
        }
    }

    private void tellNames(long number) throws IOException {
        List<Name> all = to.metadata().names(number);
        if (!names.isThere(to.path(all.getFirst()))) {
            byte[] origin = origin(number, new LinkedHashSet<>(from.metadata().names(number)));
            for (Name name : all) {
                names.there(to.path(name), Optional.of(origin), ByteRanges.NONE);
            }
        }
    }
}
