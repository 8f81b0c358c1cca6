package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Inode;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import io.flockerj.plugin.storage.Change;
import io.flockerj.plugin.storage.Change.Aspect;
import io.flockerj.plugin.storage.Change.Kind;
import io.flockerj.plugin.storage.ChangeTracking.ChangeSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;

/**
 * Tells what changed between two subvolumes, of those files that may have changed. A name is the same if it is in the same
 * directory. So whatever was moved meanwhile, each file is looked at once.
 */
final class SubvolumeComparison {
    /** Of content that was written to, but looks shorter than this, it is asked whether it changed at all. */
    private static final long SHORT = 64 * 1024;

    private final SubvolumePair pair;
    private final ComparedTree from;
    private final ComparedTree to;
    private final ChangeSink sink;
    /** What the older one has and the newer has not, by its name and by its path. */
    private final Map<Name, Single> removed = new LinkedHashMap<>();

    private final Map<String, Name> removedPaths = new HashMap<>();
    private final List<Single> added = new ArrayList<>();

    SubvolumeComparison(SubvolumePair pair, ChangeSink sink) {
        this.pair = pair;
        this.from = pair.from();
        this.to = pair.to();
        this.sink = sink;
    }

    /**
     * A file under one of its names, in one of the trees only.
     *
     * @param isFurther whether the file itself is in both
     */
    private record Single(long number, Inode inode, Name name, boolean isFurther) {
        FileKind type() {
            return inode.kind();
        }
    }

    /** @param touched the numbers of the files that may have changed, and whether their content was written to */
    void compare(SortedMap<Long, Boolean> touched) throws IOException {
        for (Map.Entry<Long, Boolean> file : touched.entrySet()) {
            compare(file.getKey(), file.getValue());
        }
        for (Single single : added) {
            Optional<Single> replaced = replacedBy(single);
            if (replaced.isPresent()) {
                replaced(replaced.get(), single);
            } else {
                added(single);
            }
        }
        for (Single single : removed.values()) {
            removed(single);
        }
    }

    private void compare(long number, boolean isWritten) throws IOException {
        Optional<Inode> before = from.metadata().inode(number);
        Optional<Inode> after = to.metadata().inode(number);
        if (number == SubvolumeMetadata.ROOT_DIRECTORY) {
            compareRoots(before.orElseThrow(), after.orElseThrow());
        } else if (SubvolumePair.isSame(before, after)) {
            compareNames(number, before.get(), after.get(), aspects(number, before.get(), after.get(), isWritten));
        } else {
            if (before.isPresent()) {
                for (Name name : from.metadata().names(number)) {
                    remember(new Single(number, before.get(), name, false));
                }
            }
            if (after.isPresent()) {
                for (Name name : to.metadata().names(number)) {
                    added.add(new Single(number, after.get(), name, false));
                }
            }
        }
    }

    private void remember(Single single) throws IOException {
        removed.put(single.name(), single);
        removedPaths.put(text(from.path(single.name())), single.name());
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.ISO_8859_1);
    }

    private void compareRoots(Inode before, Inode after) throws IOException {
        Set<Aspect> aspects =
                attributes(before, after, SubvolumeMetadata.ROOT_DIRECTORY, SubvolumeMetadata.ROOT_DIRECTORY);
        if (!aspects.isEmpty()) {
            tell(new Change(Kind.CHANGED, to.root(), Optional.empty(), FileKind.DIRECTORY, aspects, 0, 0));
        }
    }

    private void compareNames(long number, Inode before, Inode after, Set<Aspect> aspects) throws IOException {
        SequencedSet<Name> gone = new LinkedHashSet<>(from.metadata().names(number));
        Deque<Name> come = new ArrayDeque<>();
        for (Name name : to.metadata().names(number)) {
            if (!pair.isSameDirectory(name.directory()) || !gone.remove(name)) {
                come.add(name);
            } else if (!aspects.isEmpty()) {
                tell(change(Kind.CHANGED, to.path(name), Optional.empty(), before, after, aspects));
            }
        }
        while (!gone.isEmpty() && !come.isEmpty()) {
            byte[] oldPath = from.path(gone.removeFirst());
            tell(change(Kind.RENAMED, to.path(come.removeFirst()), Optional.of(oldPath), before, after, aspects));
        }
        for (Name name : gone) {
            remember(new Single(number, before, name, true));
        }
        for (Name name : come) {
            added.add(new Single(number, after, name, true));
        }
    }

    private Set<Aspect> aspects(long number, Inode before, Inode after, boolean isWritten) throws IOException {
        Set<Aspect> aspects = attributes(before, after, number, number);
        if (after.kind() == FileKind.FILE) {
            boolean isChanged = before.size() != after.size()
                    || (isWritten && (after.size() > SHORT || !isStoredAlike(number, number)));
            if (isChanged) {
                aspects.add(Aspect.CONTENT);
            }
        }
        return aspects;
    }

    private Set<Aspect> attributes(Inode before, Inode after, long numberBefore, long numberAfter) throws IOException {
        Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
        if (before.mode() != after.mode()) {
            aspects.add(Aspect.MODE);
        }
        if (before.uid() != after.uid() || before.gid() != after.gid()) {
            aspects.add(Aspect.OWNER);
        }
        if (!Arrays.equals(
                from.metadata().attributes(numberBefore), to.metadata().attributes(numberAfter))) {
            aspects.add(Aspect.XATTRS);
        }
        return aspects;
    }

    private boolean isStoredAlike(long numberBefore, long numberAfter) throws IOException {
        return Arrays.equals(
                from.metadata().content(numberBefore), to.metadata().content(numberAfter));
    }

    /** What the older tree had in the place of something new, if it is of the same type. */
    private Optional<Single> replacedBy(Single single) throws IOException {
        Name name = pair.isSameDirectory(single.name().directory()) && removed.containsKey(single.name())
                ? single.name()
                : removedPaths.get(text(to.path(single.name())));
        Optional<Single> before = name == null ? Optional.empty() : Optional.ofNullable(removed.get(name));
        before = before.filter(found -> found.type() == single.type());
        before.ifPresent(found -> removed.remove(found.name()));
        return before;
    }

    private void replaced(Single before, Single after) throws IOException {
        Set<Aspect> aspects = attributes(before.inode(), after.inode(), before.number(), after.number());
        boolean isChanged = switch (after.type()) {
            case FILE, SYMLINK ->
                before.inode().size() != after.inode().size() || !isStoredAlike(before.number(), after.number());
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                before.inode().device() != after.inode().device();
            case DIRECTORY, FIFO, SOCKET -> false;
        };
        if (isChanged) {
            aspects.add(Aspect.CONTENT);
        }
        if (!aspects.isEmpty()) {
            byte[] path = to.path(after.name());
            tell(change(Kind.CHANGED, path, Optional.empty(), before.inode(), after.inode(), aspects));
        }
    }

    private void added(Single single) throws IOException {
        tell(new Change(
                Kind.ADDED,
                to.path(single.name()),
                Optional.empty(),
                single.type(),
                further(single),
                0,
                single.inode().contentSize()));
    }

    private void removed(Single single) throws IOException {
        tell(new Change(
                Kind.REMOVED,
                from.path(single.name()),
                Optional.empty(),
                single.type(),
                further(single),
                single.inode().contentSize(),
                0));
    }

    private static Set<Aspect> further(Single single) {
        return single.isFurther() ? Set.of(Aspect.LINKS) : Set.of();
    }

    private static Change change(
            Kind kind, byte[] path, Optional<byte[]> oldPath, Inode before, Inode after, Set<Aspect> aspects) {
        FileKind type = after.kind();
        return new Change(kind, path, oldPath, type, aspects, before.contentSize(), after.contentSize());
    }

    private void tell(Change change) throws IOException {
        sink.accept(change);
    }
}
