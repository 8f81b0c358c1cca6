package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import java.io.IOException;

/** Names of files that are immutable or append-only cannot be made or removed; the files of a tree that is ours alone are freed of that for a moment. */
final class Hindrances {
    private Hindrances() {}

    /** Makes a change to the names of the file that has a name, whatever flags it has, and leaves it the same flags. */
    static void aside(FileHandle directory, byte[] name, Inodes.Change change) throws IOException {
        try {
            change.make();
        } catch (LinuxException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            withoutFlags(directory, name, change, e);
        }
    }

    private static void withoutFlags(FileHandle directory, byte[] name, Inodes.Change change, LinuxException refusal)
            throws IOException {
        try (Node node = Node.in(directory, name)) {
            if (node.status().kind() != FileKind.FILE || !node.status().unchangeable()) {
                throw refusal;
            }
            try (FileHandle file = node.open()) {
                int flags = Inodes.flags(file);
                Inodes.setFlags(file, flags & ~InodeFlag.HINDRANCES);
                change.make();
                if (node.status().links() > 0) {
                    Inodes.setFlags(file, flags);
                }
            }
        }
    }
}
