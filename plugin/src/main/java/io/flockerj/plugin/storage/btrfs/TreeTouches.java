package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.TooManyChangesException;
import io.flockerj.plugin.storage.Touched;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Tells what has to be looked at in the newer of two read-only trees. Nested subvolumes are paired as {@link TreeComparison} does; of one
 * that has no pair only its name is told.
 */
final class TreeTouches {
    private final TouchedNames names = new TouchedNames();
    private final Deque<SubvolumePair> pairs = new ArrayDeque<>();
    private final int most;

    private TreeTouches(int most) {
        this.most = most;
    }

    /**
     * Tells all.
     *
     * @param from the root directory of the older tree
     * @param to that of the newer one
     */
    static Touched of(FileHandle from, FileHandle to) throws IOException {
        return of(from, to, Touched.MOST_NAMES);
    }

    /** @param most of files whose names are told */
    static Touched of(FileHandle from, FileHandle to, int most) throws IOException {
        TreeTouches touches = new TreeTouches(most);
        touches.pairs.add(SubvolumePair.ofTrees(from, to));
        try {
            while (!touches.pairs.isEmpty()) {
                touches.compare(touches.pairs.remove());
            }
            return touches.names.all();
        } catch (TooManyChangesException | ComparedTree.TooDeepException e) {
            return new Touched.Everything(String.valueOf(e.getMessage()));
        } catch (LinuxException e) {
            // One of the two is not read-only any more: whoever reads all of the newer one needs no comparison.
            if (e.is(Errno.EPERM)) {
                return new Touched.Everything(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private void compare(SubvolumePair pair) throws IOException {
        new SubvolumeTouches(pair, written(pair, most), names).tell();
        SubvolumePair.Nested nested = pair.nested();
        pairs.addAll(nested.pairs());
        for (Name name : nested.added().keySet()) {
            names.there(pair.to().path(name), Optional.empty(), ByteRanges.ALL);
        }
        for (Name name : nested.gone().keySet()) {
            if (pair.isSameDirectory(name.directory())) {
                names.gone(pair.to().path(name));
            }
        }
    }

    private static WrittenFiles written(SubvolumePair pair, int most) throws IOException {
        Optional<TouchedFiles> told = pair.told(most);
        return told.isPresent() ? told.get().written() : WrittenFiles.of(pair.scanned(most));
    }
}
