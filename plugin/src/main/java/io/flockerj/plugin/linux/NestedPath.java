package io.flockerj.plugin.linux;

import java.io.IOException;
import java.util.List;

/** A path of any length below a directory, walked name by name, following no links. */
final class NestedPath {
    private final FileHandle root;
    private final byte[] directory;
    private final byte[] last;

    NestedPath(FileHandle root, byte[] path) {
        this.root = root;
        List<byte[]> names = RawPath.names(path);
        this.last = names.removeLast();
        this.directory = names.stream().reduce(new byte[0], RawPath::joined);
    }

    /** Removes the subvolume at the path's end; {@code ESTALE} when it is another than this one by now. */
    void destroy(long id) throws IOException {
        try (FileHandle outer = root.openDirectoryBelow(directory)) {
            try (FileHandle subvolume = outer.openDirectoryAt(last)) {
                if (Btrfs.subvolumeId(subvolume) != id) {
                    throw new LinuxException("remove subvolume " + id + ": another is at " + subvolume, Errno.ESTALE);
                }
            }
            Btrfs.destroySubvolume(outer, last);
        }
    }
}
