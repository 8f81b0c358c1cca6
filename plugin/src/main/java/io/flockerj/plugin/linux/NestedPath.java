package io.flockerj.plugin.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A path of any length below a directory, walked name by name, following no links. */
final class NestedPath {
    private final FileHandle root;
    private final List<byte[]> names = new ArrayList<>();

    NestedPath(FileHandle root, byte[] path) {
        this.root = root;
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                names.add(Arrays.copyOfRange(path, start, i));
                start = i + 1;
            }
        }
    }

    /** Removes the subvolume at the path's end; {@code ESTALE} when it is another than this one by now. */
    void destroy(long id) throws IOException {
        FileHandle directory = root;
        try {
            for (byte[] name : names.subList(0, names.size() - 1)) {
                FileHandle next = directory.openDirectoryAt(name);
                closeUnlessRoot(directory);
                directory = next;
            }
            byte[] last = names.getLast();
            try (FileHandle subvolume = directory.openDirectoryAt(last)) {
                if (Btrfs.subvolumeId(subvolume) != id) {
                    throw new LinuxException("remove subvolume " + id + ": another is at " + subvolume, Errno.ESTALE);
                }
            }
            Btrfs.destroySubvolume(directory, last);
        } finally {
            closeUnlessRoot(directory);
        }
    }

    private void closeUnlessRoot(FileHandle directory) throws IOException {
        if (directory != root) {
            directory.close();
        }
    }
}
