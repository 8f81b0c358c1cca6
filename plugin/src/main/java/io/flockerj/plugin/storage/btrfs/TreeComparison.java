package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Inode;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.Change;
import io.flockerj.plugin.storage.Change.Kind;
import io.flockerj.plugin.storage.ChangeTracking.ChangeSink;
import io.flockerj.plugin.storage.TooManyChangesException;
import io.flockerj.plugin.storage.Touched;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what changed between two read-only trees. The kernel compares single subvolumes, so nested ones are paired by the place that
 * they have in the outer one, and each pair is compared; of others all they hold is told.
 */
final class TreeComparison {
    private final ChangeSink sink;
    private final Deque<SubvolumePair> pairs = new ArrayDeque<>();

    private final int most;

    private TreeComparison(ChangeSink sink, int most) {
        this.sink = sink;
        this.most = most;
    }

    /**
     * Tells of all changes.
     *
     * @param from the root directory of the older tree
     * @param to that of the newer one
     */
    static void run(FileHandle from, FileHandle to, ChangeSink sink) throws IOException {
        run(from, to, sink, Touched.MOST_NAMES);
    }

    /**
     * Tells of all changes.
     *
     * @param most files that may have changed in one subvolume
     * @throws TooManyChangesException if there are more
     */
    static void run(FileHandle from, FileHandle to, ChangeSink sink, int most) throws IOException {
        TreeComparison comparison = new TreeComparison(sink, most);
        comparison.pairs.add(SubvolumePair.ofTrees(from, to));
        while (!comparison.pairs.isEmpty()) {
            comparison.compare(comparison.pairs.remove());
        }
    }

    private void compare(SubvolumePair pair) throws IOException {
        Optional<TouchedFiles> told = pair.told(most);
        new SubvolumeComparison(pair, sink)
                .compare(told.isPresent() ? told.get().touched() : pair.scanned(most));
        SubvolumePair.Nested nested = pair.nested();
        pairs.addAll(nested.pairs());
        for (ComparedTree added : nested.added().values()) {
            tellAll(added, Kind.ADDED);
        }
        for (ComparedTree gone : nested.gone().values()) {
            tellAll(gone, Kind.REMOVED);
        }
    }

    /** Of a nested subvolume that only one of the trees has, and of those nested in it. */
    private void tellAll(ComparedTree outermost, Kind kind) throws IOException {
        Deque<ComparedTree> open = new ArrayDeque<>();
        open.add(outermost);
        while (!open.isEmpty()) {
            ComparedTree subvolume = open.remove();
            Set<Long> told = new HashSet<>();
            SubvolumeScan.forEach(subvolume.metadata(), number -> {
                if (told.add(number)) {
                    tell(subvolume, number, kind);
                }
            });
            open.addAll(subvolume.nested().values());
        }
    }

    private void tell(ComparedTree subvolume, long number, Kind kind) throws IOException {
        Optional<Inode> inode = subvolume.metadata().inode(number);
        if (inode.isEmpty()) {
            return;
        }
        if (number == SubvolumeMetadata.ROOT_DIRECTORY) {
            sink.accept(new Change(kind, subvolume.root(), Optional.empty(), FileKind.DIRECTORY, Set.of(), 0, 0));
        }
        long size = inode.get().contentSize();
        for (Name name : subvolume.metadata().names(number)) {
            sink.accept(new Change(
                    kind,
                    subvolume.path(name),
                    Optional.empty(),
                    inode.get().kind(),
                    Set.of(),
                    kind == Kind.REMOVED ? size : 0,
                    kind == Kind.ADDED ? size : 0));
        }
    }
}
