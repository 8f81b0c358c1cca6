package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Btrfs.NestedReference;
import io.flockerj.plugin.linux.BtrfsSend;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Inode;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.Change;
import io.flockerj.plugin.storage.Change.Kind;
import io.flockerj.plugin.storage.ChangeTracking.ChangeSink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Tells what changed between two read-only trees. The kernel compares single subvolumes, so nested ones are paired by the place that
 * they have in the outer one, and each pair is compared; of others all they hold is told.
 */
final class TreeComparison {
    private final FileHandle from;
    private final FileHandle to;
    private final ChangeSink sink;
    private final Deque<Pair> pairs = new ArrayDeque<>();

    private TreeComparison(FileHandle from, FileHandle to, ChangeSink sink) {
        this.from = from;
        this.to = to;
        this.sink = sink;
    }

    /** Two subvolumes that are to be compared. */
    private record Pair(ComparedTree from, ComparedTree to) {}

    /**
     * Tells of all changes.
     *
     * @param from the root directory of the older tree
     * @param to that of the newer one
     */
    static void run(FileHandle from, FileHandle to, ChangeSink sink) throws IOException {
        byte[] root = {};
        TreeComparison comparison = new TreeComparison(from, to, sink);
        comparison.pairs.add(new Pair(
                new ComparedTree(new SubvolumeMetadata(from, Btrfs.subvolumeId(from)), root),
                new ComparedTree(new SubvolumeMetadata(to, Btrfs.subvolumeId(to)), root)));
        while (!comparison.pairs.isEmpty()) {
            comparison.compare(comparison.pairs.remove());
        }
    }

    private void compare(Pair pair) throws IOException {
        SubvolumeComparison comparison = new SubvolumeComparison(pair.from(), pair.to(), sink);
        comparison.compare(touched(pair));
        pairNested(pair, comparison);
    }

    private SortedMap<Long, Boolean> touched(Pair pair) throws IOException {
        SubvolumeMetadata older = pair.from().metadata();
        try (FileHandle newer = to.openDirectoryBelow(pair.to().root())) {
            TouchedFiles touched = new TouchedFiles(older);
            // Nothing else is done while the stream is read: until it is, the kernel may keep the file system from
            // committing.
            BtrfsSend.changes(newer, older.subvolume(), stream -> SendStream.read(stream, touched));
            return touched.touched();
        } catch (SendStream.MalformedException e) {
            return SubvolumeScan.touched(older, pair.to().metadata());
        } catch (LinuxException e) {
            // Not permitted: not read-only, or about to be removed. All else concerns only this way of comparing.
            if (e.is(Errno.EPERM)) {
                throw e;
            }
            return SubvolumeScan.touched(older, pair.to().metadata());
        }
    }

    private void pairNested(Pair pair, SubvolumeComparison comparison) throws IOException {
        Map<Name, Long> before = new HashMap<>();
        for (NestedReference reference : nested(pair.from())) {
            before.put(new Name(reference.directory(), reference.name()), reference.child());
        }
        for (NestedReference reference : nested(pair.to())) {
            Name name = new Name(reference.directory(), reference.name());
            ComparedTree after = inside(to, pair.to(), name, reference.child());
            Long paired = comparison.isSameDirectory(name.directory()) ? before.remove(name) : null;
            if (paired != null) {
                pairs.add(new Pair(inside(from, pair.from(), name, paired), after));
            } else {
                tellAll(to, after, Kind.ADDED);
            }
        }
        for (Map.Entry<Name, Long> gone : before.entrySet()) {
            tellAll(from, inside(from, pair.from(), gone.getKey(), gone.getValue()), Kind.REMOVED);
        }
    }

    private static Iterable<NestedReference> nested(ComparedTree tree) throws IOException {
        return Btrfs.nestedIn(tree.metadata().fileSystem(), tree.metadata().subvolume());
    }

    private static ComparedTree inside(FileHandle tree, ComparedTree outer, Name name, long subvolume)
            throws IOException {
        return new ComparedTree(new SubvolumeMetadata(tree, subvolume), outer.path(name));
    }

    /** Of a nested subvolume that only one of the trees has, and of those nested in it. */
    private void tellAll(FileHandle tree, ComparedTree outermost, Kind kind) throws IOException {
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
            for (NestedReference reference : nested(subvolume)) {
                Name name = new Name(reference.directory(), reference.name());
                open.add(inside(tree, subvolume, name, reference.child()));
            }
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
