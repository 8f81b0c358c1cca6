package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Btrfs.NestedReference;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Name;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of two subvolumes that are compared, and where it lies in its tree. */
final class ComparedTree {
    /** Of bytes in paths that are remembered: how deep directories lie is up to others. */
    private static final int REMEMBERED = 8 << 20;

    /** Of bytes in the names on the way to a directory. */
    private static final int LONGEST = 256 * 1024;

    private final SubvolumeMetadata metadata;
    private final byte[] prefix;
    private final Map<Long, byte[]> directories = new HashMap<>();
    private int remembered;

    /** The path of something is too long. */
    static final class TooDeepException extends IOException {
        private static final long serialVersionUID = 1;

        TooDeepException(String message) {
            super(message);
        }
    }

    /** @param prefix the path of the subvolume's root below that of its tree; empty if it is that itself */
    private ComparedTree(SubvolumeMetadata metadata, byte[] prefix) {
        this.metadata = metadata;
        this.prefix = prefix.clone();
    }

    /** The subvolume whose root directory is that of its tree. */
    static ComparedTree outermost(FileHandle root) throws IOException {
        return new ComparedTree(new SubvolumeMetadata(root, Btrfs.subvolumeId(root)), new byte[0]);
    }

    /** The subvolumes that lie in this one directly, by their names in it. */
    Map<Name, ComparedTree> nested() throws IOException {
        Map<Name, ComparedTree> all = new LinkedHashMap<>();
        for (NestedReference reference : Btrfs.nestedIn(metadata.fileSystem(), metadata.subvolume())) {
            Name name = new Name(reference.directory(), reference.name());
            all.put(
                    name,
                    new ComparedTree(new SubvolumeMetadata(metadata.fileSystem(), reference.child()), path(name)));
        }
        return all;
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

    /** Climbs until there is one whose path is known: many that lie deep cost no more than their number. */
    private byte[] directory(long number) throws IOException {
        Deque<byte[]> names = new ArrayDeque<>();
        int length = 0;
        long here = number;
        byte[] path = known(here);
        while (path == null) {
            Name name = metadata.names(here).stream()
                    .findFirst()
                    .orElseThrow(() -> new IOException("a directory in " + metadata.fileSystem() + " has no name"));
            names.push(name.name());
            length += 1 + name.name().length;
            if (length > LONGEST) {
                throw new TooDeepException("changes in " + metadata.fileSystem()
                        + " lie deeper than can be told: the names on the way have more than 256 KiB");
            }
            here = name.directory();
            path = known(here);
        }
        for (byte[] name : names) {
            path = RawPath.joined(path, name);
        }
        remember(number, path);
        return path;
    }

    private byte @Nullable [] known(long number) {
        return number == SubvolumeMetadata.ROOT_DIRECTORY ? prefix : directories.get(number);
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
