package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Btrfs.NestedReference;
import io.flockerj.plugin.linux.BtrfsSend;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.Touched;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells what has to be looked at in the newer of two read-only trees. Nested subvolumes are paired as {@link TreeComparison} does; of one
 * that has no pair only its name is told.
 */
final class TreeTouches {
    private final FileHandle from;
    private final FileHandle to;
    private final TouchedNames names = new TouchedNames();
    private final Deque<Pair> pairs = new ArrayDeque<>();

    private TreeTouches(FileHandle from, FileHandle to) {
        this.from = from;
        this.to = to;
    }

    /** Two subvolumes that are to be compared. */
    private record Pair(ComparedTree from, ComparedTree to) {}

    /**
     * Tells all.
     *
     * @param from the root directory of the older tree
     * @param to that of the newer one
     */
    static Touched of(FileHandle from, FileHandle to) throws IOException {
        byte[] root = {};
        TreeTouches touches = new TreeTouches(from, to);
        touches.pairs.add(new Pair(
                new ComparedTree(new SubvolumeMetadata(from, Btrfs.subvolumeId(from)), root),
                new ComparedTree(new SubvolumeMetadata(to, Btrfs.subvolumeId(to)), root)));
        try {
            while (!touches.pairs.isEmpty()) {
                touches.compare(touches.pairs.remove());
            }
            return touches.names.all();
        } catch (TouchedNames.TooManyException e) {
            return new Touched.Everything(String.valueOf(e.getMessage()));
        }
    }

    private void compare(Pair pair) throws IOException {
        SubvolumeTouches touches = new SubvolumeTouches(pair.from(), pair.to(), written(pair), names);
        touches.tell();
        pairNested(pair, touches);
    }

    private WrittenFiles written(Pair pair) throws IOException {
        SubvolumeMetadata older = pair.from().metadata();
        try (FileHandle newer = to.openDirectoryBelow(pair.to().root())) {
            TouchedFiles touched = new TouchedFiles(older);
            // As for a comparison: nothing else is done while the stream is read.
            BtrfsSend.changes(newer, older.subvolume(), stream -> SendStream.read(stream, touched));
            return touched.written();
        } catch (SendStream.MalformedException e) {
            return scanned(pair);
        } catch (LinuxException e) {
            if (e.is(Errno.EPERM)) {
                throw e;
            }
            return scanned(pair);
        }
    }

    private static WrittenFiles scanned(Pair pair) throws IOException {
        return WrittenFiles.of(
                SubvolumeScan.touched(pair.from().metadata(), pair.to().metadata()));
    }

    private void pairNested(Pair pair, SubvolumeTouches touches) throws IOException {
        Map<Name, Long> before = new HashMap<>();
        for (NestedReference reference : nested(pair.from())) {
            before.put(new Name(reference.directory(), reference.name()), reference.child());
        }
        for (NestedReference reference : nested(pair.to())) {
            Name name = new Name(reference.directory(), reference.name());
            Long paired = touches.isSameDirectory(name.directory()) ? before.remove(name) : null;
            if (paired != null) {
                pairs.add(new Pair(
                        inside(from, pair.from(), name, paired), inside(to, pair.to(), name, reference.child())));
            } else {
                names.there(pair.to().path(name), Optional.empty(), ByteRanges.ALL);
            }
        }
        for (Name name : before.keySet()) {
            if (touches.isSameDirectory(name.directory())) {
                names.gone(pair.to().path(name));
            }
        }
    }

    private static Iterable<NestedReference> nested(ComparedTree tree) throws IOException {
        return Btrfs.nestedIn(tree.metadata().fileSystem(), tree.metadata().subvolume());
    }

    private static ComparedTree inside(FileHandle tree, ComparedTree outer, Name name, long subvolume)
            throws IOException {
        return new ComparedTree(new SubvolumeMetadata(tree, subvolume), outer.path(name));
    }
}
