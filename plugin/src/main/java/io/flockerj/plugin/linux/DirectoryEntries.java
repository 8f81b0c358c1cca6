package io.flockerj.plugin.linux;

import java.io.IOException;

/**
 * Makes and moves names in directories. Names are single names as bytes, as for {@link FileHandle}; a mode is that of the new
 * inode less the umask. {@code EEXIST} when a name is taken.
 */
public final class DirectoryEntries {
    // include/uapi/linux/fs.h
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;

    private DirectoryEntries() {}

    public static void makeDirectory(FileHandle directory, byte[] name, int mode) throws IOException {
        FileHandle.checkName(name);
        LinuxException.check(
                Libc.mkdirat(directory.fd(), name, mode), () -> "make the directory " + label(directory, name));
    }

    /** Makes a fifo, a socket's name or a device node. */
    public static void makeNode(FileHandle directory, byte[] name, FileKind kind, int mode, int major, int minor)
            throws IOException {
        FileHandle.checkName(name);
        long device = Statx.encodeDevice(major, minor);
        LinuxException.check(
                Libc.mknodat(directory.fd(), name, kind.bits() | mode, device),
                () -> "make the node " + label(directory, name));
    }

    public static void makeSymlink(FileHandle directory, byte[] name, byte[] target) throws IOException {
        FileHandle.checkName(name);
        LinuxException.check(
                Libc.symlinkat(target, directory.fd(), name), () -> "make the symbolic link " + label(directory, name));
    }

    /** Gives what has a name in one directory, a symbolic link itself too, one more name. */
    public static void link(FileHandle directory, byte[] name, FileHandle to, byte[] further) throws IOException {
        FileHandle.checkName(name);
        FileHandle.checkName(further);
        LinuxException.check(
                Libc.linkat(directory.fd(), name, to.fd(), further, 0),
                () -> "link " + label(directory, name) + " as " + label(to, further));
    }

    /** Moves what one directory has under a name to another one, in place of what has that name there. */
    public static void move(FileHandle directory, byte[] name, FileHandle to) throws IOException {
        move(directory, name, to, 0);
    }

    /** Moves what one directory has under a name to another one; {@code EEXIST} when the name is taken there. */
    public static void moveToFree(FileHandle directory, byte[] name, FileHandle to) throws IOException {
        move(directory, name, to, RENAME_NOREPLACE);
    }

    /** Gives what has a name in a directory another one there; {@code EEXIST} when that is taken. */
    public static void rename(FileHandle directory, byte[] name, byte[] other) throws IOException {
        rename(directory, name, other, RENAME_NOREPLACE, "rename ");
    }

    /** Lets two names of a directory change places, at once: nobody ever finds one of them missing. */
    public static void exchange(FileHandle directory, byte[] name, byte[] other) throws IOException {
        rename(directory, name, other, RENAME_EXCHANGE, "exchange ");
    }

    private static void rename(FileHandle directory, byte[] name, byte[] other, int flags, String verb)
            throws IOException {
        FileHandle.checkName(name);
        FileHandle.checkName(other);
        LinuxException.check(
                Libc.renameat2(directory.fd(), name, directory.fd(), other, flags),
                () -> verb + label(directory, name) + " and " + RawPath.display(other));
    }

    private static void move(FileHandle directory, byte[] name, FileHandle to, int flags) throws IOException {
        FileHandle.checkName(name);
        LinuxException.check(
                Libc.renameat2(directory.fd(), name, to.fd(), name, flags),
                () -> "move " + label(directory, name) + " to " + to);
    }

    private static String label(FileHandle directory, byte[] name) {
        return directory + "/" + RawPath.display(name);
    }
}
