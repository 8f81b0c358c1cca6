package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.DirectoryDifference;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes of a directory that holds one tree a directory that holds another, and touches only what differs.
 *
 * <p>A file is changed in its place only if all its names change alike: if it has one name before and after, or the same link group. A name that
 * comes to another group, or out of one, is removed and made anew, for what is written into a file changes all its names.
 */
final class TreeChange {
    private static final int OURS_ALONE = 0600;

    /** A changed file of which no more than so many times the bytes that were written are there is read once more, as a small one is. */
    private static final int READ_AGAIN_TIMES = 4;

    private final DirectoryReader reader;
    private final TreeWalk walk;
    private final Contents contents;
    private final MetadataSetting metadata;
    private final LinkGroups groups;
    private final TreeMaker maker;
    private final TreeRemoval removal;
    private final Tally tally;
    private final Progress progress;

    private final List<Level> levels = new ArrayList<>();
    /** Link groups of the tree before, whose file is no longer what it was. */
    private final Set<Id> changed = new HashSet<>();

    /** A directory that is in both trees. */
    private static final class Level {
        final Entry before;
        final Entry after;
        final DirectoryDifference difference;
        /** Whether names were made in it or removed. */
        boolean touched;

        Level(Entry before, Entry after, DirectoryDifference difference) {
            this.before = before;
            this.after = after;
            this.difference = difference;
        }
    }

    TreeChange(
            DirectoryReader reader,
            Contents contents,
            MetadataSetting metadata,
            LinkGroups groups,
            TreeMaker maker,
            Tally tally,
            Progress progress) {
        this.reader = reader;
        this.walk = new TreeWalk(reader);
        this.contents = contents;
        this.metadata = metadata;
        this.groups = groups;
        this.maker = maker;
        this.removal = new TreeRemoval(metadata, tally, progress);
        this.tally = tally;
        this.progress = progress;
    }

    /** Changes the directory at which the trail ends, and all that is in it. */
    void run(Trail trail, Entry before, Entry after) throws IOException {
        levels.add(level(before, after));
        while (!levels.isEmpty()) {
            Level level = levels.getLast();
            Optional<DirectoryDifference.Change> next = next(trail, level);
            if (next.isPresent()) {
                DirectoryDifference.Change change = next.get();
                Entry named = change.after().or(change::before).orElseThrow();
                try {
                    change(trail, level, change);
                } catch (IOException e) {
                    throw trail.of(named.name().bytes().toArray()).named(e);
                }
                if (levels.getLast() != level) {
                    HeldNodes.bound(levels, each -> each.difference);
                }
            } else {
                levels.removeLast();
                leave(trail, level);
            }
        }
    }

    private Level level(Entry before, Entry after) {
        Item.Directory one = (Item.Directory) before.item();
        Item.Directory other = (Item.Directory) after.item();
        return new Level(before, after, reader.difference(one.root(), other.root()));
    }

    private static Optional<DirectoryDifference.Change> next(Trail trail, Level level) throws IOException {
        try {
            return level.difference.next();
        } catch (IOException e) {
            throw trail.itself().named(e);
        }
    }

    private void leave(Trail trail, Level level) throws IOException {
        if (level.touched || !level.before.metadata().equals(level.after.metadata())) {
            try {
                metadata.change(trail.handle(), level.before, level.after, trail.itself());
            } catch (IOException e) {
                throw trail.itself().named(e);
            }
        }
        if (!levels.isEmpty()) {
            trail.leave();
        }
        done();
    }

    private void touch(Trail trail, Level level) throws IOException {
        if (!level.touched) {
            level.touched = true;
            metadata.prepareForNames(trail.handle());
        }
    }

    private void done() throws IOException {
        tally.entry();
        progress.add(0, 1);
    }

    private void change(Trail trail, Level level, DirectoryDifference.Change change) throws IOException {
        if (change.before().isEmpty()) {
            touch(trail, level);
            make(trail, change.after().orElseThrow());
        } else if (change.after().isEmpty()) {
            touch(trail, level);
            remove(trail, change.before().get());
        } else {
            change(trail, level, change.before().get(), change.after().get());
        }
    }

    private void make(Trail trail, Entry entry) throws IOException {
        if (entry.item() instanceof Item.Directory) {
            TreeWalk.refuseDeeper(trail);
            maker.enter(trail, entry);
            walk.through(trail, entry, maker);
            maker.leave(trail, entry);
        } else {
            maker.visit(trail, entry);
        }
    }

    private void remove(Trail trail, Entry entry) throws IOException {
        if (entry.item() instanceof Item.Directory) {
            removal.enter(trail, entry);
            walk.through(trail, entry, removal);
            removal.leave(trail, entry);
        } else {
            removal.visit(trail, entry);
        }
    }

    private void change(Trail trail, Level level, Entry before, Entry after) throws IOException {
        if (before.item() instanceof Item.Directory && after.item() instanceof Item.Directory) {
            TreeWalk.refuseDeeper(trail);
            trail.enter(after.name().bytes().toArray());
            levels.add(level(before, after));
        } else if (isFile(before) && isFile(after)) {
            changeFile(trail, level, before, after);
        } else if (before.item().equals(after.item())
                && before.metadata().links().equals(after.metadata().links())) {
            if (isToChange(trail, after)) {
                changeUnopened(trail, before, after);
            }
        } else {
            touch(trail, level);
            remove(trail, before);
            make(trail, after);
        }
    }

    private static boolean isFile(Entry entry) {
        return entry.item() instanceof Item.SmallFile || entry.item() instanceof Item.LargeFile;
    }

    private void changeFile(Trail trail, Level level, Entry before, Entry after) throws IOException {
        Optional<Id> from = before.metadata().links();
        Optional<Id> to = after.metadata().links();
        if (from.equals(to)) {
            if (isToChange(trail, after)) {
                changeInPlace(trail, before, after);
                from.ifPresent(changed::add);
            }
        } else if (to.isPresent() && !isFirst(trail, to.get(), after)) {
            touch(trail, level);
            unlink(trail, before);
            maker.visit(trail, after);
        } else {
            if (from.isEmpty()) {
                changeInPlace(trail, before, after);
            } else {
                touch(trail, level);
                separate(trail, before, after, !changed.contains(from.get()));
            }
            if (to.isPresent()) {
                groups.add(to.get(), path(trail, after), after);
            }
        }
    }

    /** Whether a name of the same file before and after is the one by which it is to be changed; if the file has others, that is the first. */
    private boolean isToChange(Trail trail, Entry after) throws IOException {
        if (after.metadata().links().isEmpty()) {
            return true;
        }
        Id group = after.metadata().links().get();
        if (isFirst(trail, group, after)) {
            groups.add(group, path(trail, after), after);
            return true;
        }
        // Were the first name unchanged, the others would be.
        groups.join(group, after);
        done();
        return false;
    }

    private boolean isFirst(Trail trail, Id group, Entry entry) {
        return groups.isFirst(group, path(trail, entry));
    }

    private static byte[] path(Trail trail, Entry entry) {
        return trail.of(entry.name().bytes().toArray()).bytes();
    }

    private static void unlink(Trail trail, Entry entry) throws IOException {
        FileHandle directory = trail.handle();
        byte[] name = entry.name().bytes().toArray();
        Hindrances.aside(directory, name, () -> directory.unlink(name));
    }

    private void changeUnopened(Trail trail, Entry before, Entry after) throws IOException {
        byte[] name = after.name().bytes().toArray();
        try (Node node = Node.in(trail.handle(), name)) {
            metadata.change(node, before, after, trail.of(name));
        }
        done();
    }

    private void changeInPlace(Trail trail, Entry before, Entry after) throws IOException {
        byte[] name = after.name().bytes().toArray();
        if (isSameContent(before.item(), after.item())) {
            try (Node node = Node.in(trail.handle(), name);
                    FileHandle file = node.open()) {
                metadata.change(file, before, after, trail.of(name));
            }
        } else {
            if ((before.metadata().flags() & InodeFlag.HINDRANCES) != 0) {
                Inodes.clearImmutable(trail.handle(), name);
            }
            try (FileHandle file = trail.handle().openForWritingAt(name)) {
                changeContent(file, before.item(), after.item(), trail.of(name));
                metadata.change(file, before, after, trail.of(name));
            }
        }
        done();
    }

    private static boolean isSameContent(Item before, Item after) {
        if (before instanceof Item.LargeFile one && after instanceof Item.LargeFile other) {
            return one.size() == other.size() && one.digest().equals(other.digest());
        }
        return before.equals(after);
    }

    private void changeContent(FileHandle file, Item before, Item after, PathName path) throws IOException {
        if (isSameContent(before, after)) {
            return;
        }
        if (before instanceof Item.LargeFile one && after instanceof Item.LargeFile other) {
            if (!changeParts(file, one, other, path)) {
                writeAnew(file, other, path);
                tally.wrong(path);
            }
        } else {
            writeAnew(file, after, path);
        }
    }

    /** Compares what it writes; so if that is wrong too, what is stored is. */
    private void writeAnew(FileHandle file, Item after, PathName path) throws IOException {
        file.truncate(0);
        tally.bytes(contents.write(file, after, path));
    }

    /** Whether the file is right now; if not, what was here before was wrong, or could not be read, or what is stored is wrong. */
    private boolean changeParts(FileHandle file, Item.LargeFile before, Item.LargeFile after, PathName path)
            throws IOException {
        try {
            Contents.Changed changed = contents.change(file, before, after, path);
            boolean isRight = isRight(file, before, after, changed);
            if (isRight) {
                tally.bytes(changed.written());
            }
            return isRight;
        } catch (LinuxException e) {
            if (!ContentHere.isUnreadable(e)) {
                throw e;
            }
            return false;
        }
    }

    private boolean isRight(FileHandle file, Item.LargeFile before, Item.LargeFile after, Contents.Changed changed)
            throws IOException {
        boolean isReadAgain =
                after.size() <= Comparison.READ_AGAIN || after.size() / READ_AGAIN_TIMES <= changed.written();
        if (isReadAgain) {
            return contents.isIntact(file, after);
        }
        if (after.size() > Comparison.LARGEST_REMEMBERED) {
            tally.unverified();
            return true;
        }
        return contents.isIntact(file, before, after, changed);
    }

    /** Makes a file of its own of a name of a file that had others. */
    private void separate(Trail trail, Entry before, Entry after, boolean asBefore) throws IOException {
        FileHandle directory = trail.handle();
        byte[] name = after.name().bytes().toArray();
        PathName path = trail.of(name);
        try (Node node = Node.in(directory, name);
                FileHandle old = node.open()) {
            unlink(trail, before);
            try (FileHandle made = directory.createFileAt(name, OURS_ALONE)) {
                metadata.setHints(made, EntryMaker.hints(after.item()), path);
                if (asBefore && FileContent.share(old, made)) {
                    changeContent(made, before.item(), after.item(), path);
                } else {
                    tally.bytes(contents.write(made, after.item(), path));
                }
                metadata.set(made, after, path);
            }
        }
        done();
    }
}
