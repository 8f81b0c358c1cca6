package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One of two subvolumes that are compared, and where it lies in its tree. */
final class ComparedTree {
    /** Of bytes in paths that are remembered: how deep directories lie is up to others. */
    private static final int REMEMBERED = 8 << 20;

    private final SubvolumeMetadata metadata;
    private final byte[] prefix;
    private final Map<Long, byte[]> directories = new HashMap<>();
    private int remembered;

    /** @param prefix the path of the subvolume's root below that of its tree; empty if it is that itself */
    ComparedTree(SubvolumeMetadata metadata, byte[] prefix) {
        this.metadata = metadata;
        this.prefix = prefix.clone();
    }

    SubvolumeMetadata metadata() {
        return metadata;
    }

    /** Where the subvolume itself lies in its tree. */
    byte[] root() {
        return prefix.clone();
    }

    /** The path of a name, below the tree's root. */
    byte[] path(Name name) throws IOException {
        return RawPath.joined(directory(name.directory()), name.name());
    }

    private byte[] directory(long number) throws IOException {
        byte[] known = directories.get(number);
        if (known != null) {
            return known;
        }
        Optional<byte[]> path = Btrfs.directoryPath(metadata.fileSystem(), metadata.subvolume(), number);
        byte[] whole = RawPath.joined(
                prefix,
                path.orElseThrow(() -> new IOException("changes in " + metadata.fileSystem()
                        + " lie deeper than can be told: the names on the way have more than 256 KiB")));
        remember(number, whole);
        return whole;
    }

    private void remember(long number, byte[] path) {
        if (remembered + path.length > REMEMBERED) {
            directories.clear();
            remembered = 0;
        }
        directories.put(number, path);
        remembered += path.length;
    }
}
