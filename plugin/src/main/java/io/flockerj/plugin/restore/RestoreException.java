package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.LinuxException;
import java.io.IOException;

/** A tree could not be restored. What was made of it is to be thrown away. */
public final class RestoreException extends IOException {
    private static final long serialVersionUID = 1;

    private final String path;

    RestoreException(String path, String problem) {
        super("cannot restore '" + path + "': " + problem);
        this.path = path;
    }

    RestoreException(String path, IOException cause) {
        super("cannot restore '" + path + "': " + cause.getMessage() + remedy(cause), cause);
        this.path = path;
    }

    /** Where in the tree, for people: {@code /etc/x}. */
    public String path() {
        return path;
    }

    private static String remedy(IOException cause) {
        if (!(cause instanceof LinuxException failure)) {
            return "";
        }
        return switch (failure.errno()) {
            case Errno.EPERM, Errno.EACCES ->
                "; this takes root's rights, with the capabilities that the plugin's configuration asks for";
            case Errno.EOPNOTSUPP, Errno.ENOTTY ->
                "; the file system of the target cannot keep this: restore into one that can, such as btrfs, ext4 or XFS";
            case Errno.ENOSPC, Errno.EDQUOT -> "; make room, or give the volume a greater size, and try again";
            case Errno.EFBIG, Errno.EMLINK, Errno.E2BIG, Errno.ERANGE ->
                "; this is beyond what the file system of the target can hold: restore into another one, such as btrfs or XFS";
            default -> "";
        };
    }
}
