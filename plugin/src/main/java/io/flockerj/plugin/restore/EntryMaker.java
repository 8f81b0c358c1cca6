package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.Arrays;

/** Makes what is no directory, at names that are free. For one thread. */
final class EntryMaker {
    private static final int OURS_ALONE = 0600;

    // MINORBITS of include/linux/kdev_t.h, and what remains of the 32 bits of a dev_t
    private static final int GREATEST_MAJOR = (1 << 12) - 1;
    private static final int GREATEST_MINOR = (1 << 20) - 1;

    private final Contents contents;
    private final MetadataSetting metadata;
    private final LinkGroups groups;
    private final Tally tally;
    private final Progress progress;

    EntryMaker(Contents contents, MetadataSetting metadata, LinkGroups groups, Tally tally, Progress progress) {
        this.contents = contents;
        this.metadata = metadata;
        this.groups = groups;
        this.tally = tally;
        this.progress = progress;
    }

    /** Makes an entry in the directory at which the trail ends; one more name of a file that is there already is linked. */
    void make(Trail trail, Entry entry) throws IOException {
        byte[] name = entry.name().bytes().toArray();
        if (entry.metadata().links().isEmpty()) {
            makeAnew(trail, name, entry);
        } else {
            Id group = entry.metadata().links().get();
            byte[] path = trail.of(name).bytes();
            if (groups.isFirst(group, path)) {
                makeAnew(trail, name, entry);
                groups.add(group, path, entry);
            } else {
                link(trail, groups.join(group, entry).path(), name);
                progress.add(entry.item().totals().data(), 0);
            }
        }
        tally.entry();
        progress.add(0, 1);
    }

    private void makeAnew(Trail trail, byte[] name, Entry entry) throws IOException {
        FileHandle directory = trail.handle();
        PathName path = trail.of(name);
        switch (entry.item()) {
            case Item.SmallFile file -> makeFile(directory, name, entry, path);
            case Item.LargeFile file -> makeFile(directory, name, entry, path);
            case Item.SymbolicLink link -> {
                DirectoryEntries.makeSymlink(directory, name, link.target().toArray());
                setUnopened(directory, name, entry, path);
            }
            case Item.Fifo() -> makeNode(directory, name, FileKind.FIFO, 0, 0, entry, path);
            case Item.Socket() -> makeNode(directory, name, FileKind.SOCKET, 0, 0, entry, path);
            case Item.Device device -> {
                if (device.major() > GREATEST_MAJOR || device.minor() > GREATEST_MINOR) {
                    throw new BrokenException(
                            "its device number", "Linux has no device " + device.major() + ":" + device.minor());
                }
                FileKind kind = device.block() ? FileKind.BLOCK_DEVICE : FileKind.CHARACTER_DEVICE;
                makeNode(directory, name, kind, (int) device.major(), (int) device.minor(), entry, path);
            }
            case Item.Directory other -> throw new IllegalArgumentException("directories are made by others");
        }
    }

    private void makeFile(FileHandle directory, byte[] name, Entry entry, PathName path) throws IOException {
        try (FileHandle made = directory.createFileAt(name, OURS_ALONE)) {
            metadata.setHints(made, hints(entry.item()), path);
            tally.bytes(contents.write(made, entry.item(), path));
            metadata.set(made, entry, path);
        }
    }

    /** How a file lies on disk. */
    static int hints(Item file) {
        return switch (file) {
            case Item.SmallFile small -> small.hints();
            case Item.LargeFile large -> large.hints();
            default -> 0;
        };
    }

    private void makeNode(
            FileHandle directory, byte[] name, FileKind kind, int major, int minor, Entry entry, PathName path)
            throws IOException {
        DirectoryEntries.makeNode(directory, name, kind, OURS_ALONE, major, minor);
        setUnopened(directory, name, entry, path);
    }

    /** Opening a device or a fifo would have effects, and a symbolic link cannot be opened. */
    private void setUnopened(FileHandle directory, byte[] name, Entry entry, PathName path) throws IOException {
        try (Node node = Node.in(directory, name)) {
            metadata.set(node, entry, path);
        }
    }

    private static void link(Trail trail, byte[] first, byte[] name) throws IOException {
        byte[] directory = LinkGroups.directory(first);
        byte[] firstName = LinkGroups.name(first);
        if (Arrays.equals(directory, trail.path())) {
            link(trail.handle(), firstName, trail.handle(), name);
        } else {
            try (FileHandle from = trail.root().openDirectoryBelow(directory)) {
                link(from, firstName, trail.handle(), name);
            }
        }
    }

    private static void link(FileHandle from, byte[] first, FileHandle to, byte[] name) throws IOException {
        Hindrances.aside(from, first, () -> DirectoryEntries.link(from, first, to, name));
    }
}
