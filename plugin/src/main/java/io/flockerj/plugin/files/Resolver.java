package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Finds what a path in a tree leads to, and nothing outside the tree. Symbolic links on the way are followed as long as they stay
 * in the tree, where the kernel can see to that by openat2(2); before Linux 5.6, and where a filter of system calls keeps it from
 * us, none are.
 */
enum Resolver {
    BY_KERNEL {
        @Override
        Node find(FileHandle root, TreePath path, boolean follow) throws IOException {
            // Something in the tree was renamed while the kernel went up by a '..' in a link: it may be tried again.
            for (int attempt = 1; ; attempt++) {
                try {
                    return Node.below(root, path.isRoot() ? DOT : path.bytes(), follow);
                } catch (LinuxException e) {
                    if (e.is(Errno.ENOSYS) || e.is(Errno.EPERM)) {
                        return BY_STEPS.find(root, path, follow);
                    }
                    if (!e.is(Errno.EAGAIN) || attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }
    },
    BY_STEPS {
        @Override
        Node find(FileHandle root, TreePath path, boolean follow) throws IOException {
            if (path.isRoot()) {
                return Node.of(root);
            }
            FileHandle directory = root;
            try {
                List<byte[]> names = path.names();
                for (byte[] name : names.subList(0, names.size() - 1)) {
                    FileHandle next = directory.openDirectoryAt(name);
                    closeUnless(root, directory);
                    directory = next;
                }
                return Node.in(directory, names.getLast());
            } finally {
                closeUnless(root, directory);
            }
        }
    };

    private static final byte[] DOT = ".".getBytes(StandardCharsets.US_ASCII);
    private static final int ATTEMPTS = 100;

    /** What has this path, to be closed by the caller. Refusals of the kernel come as they are. */
    abstract Node find(FileHandle root, TreePath path, boolean follow) throws IOException;

    /**
     * What has this path, to be closed by the caller.
     *
     * @param follow whether a symbolic link at the end of the path is followed
     */
    Node resolve(FileHandle root, TreePath path, boolean follow) throws IOException {
        try {
            return find(root, path, follow);
        } catch (LinuxException e) {
            throw switch (e.errno()) {
                case Errno.ENOENT -> new FilesException(Reason.NOT_THERE, "there is no " + path, e);
                case Errno.ENOTDIR ->
                    new FilesException(
                            Reason.NOT_THERE, "there is no " + path + ": a name in it stands for no directory", e);
                case Errno.ELOOP ->
                    new FilesException(
                            Reason.NOT_THERE, "there is no " + path + ": symbolic links in it go round in circles", e);
                case Errno.EXDEV ->
                    new FilesException(
                            Reason.LEAVES_TREE,
                            path + " leads out of the volume, through a symbolic link or something mounted there",
                            e);
                default -> e;
            };
        }
    }

    private static void closeUnless(FileHandle kept, FileHandle handle) throws IOException {
        if (handle != kept) {
            handle.close();
        }
    }
}
