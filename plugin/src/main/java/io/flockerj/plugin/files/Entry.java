package io.flockerj.plugin.files;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What one name in a tree stands for.
 *
 * @param path from the root of the tree, without a slash at its beginning or end; empty for the root
 * @param mode permissions with the setuid, setgid and sticky bits: 0 to 07777
 * @param size in bytes; of a symbolic link the length of its target
 * @param modified to the nanosecond
 * @param target where a symbolic link points to
 * @param major of a device node: the device that it stands for; 0 of others
 * @param minor likewise
 * @param links how many names it has
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
public record Entry(
        byte[] path,
        FileKind kind,
        int mode,
        long uid,
        long gid,
        long size,
        Instant modified,
        Optional<byte[]> target,
        int major,
        int minor,
        long links) {

    static Entry of(byte[] path, Node node, FileStatus status) throws IOException {
        return new Entry(
                path,
                status.kind(),
                status.mode(),
                status.uid(),
                status.gid(),
                status.size(),
                Instant.ofEpochSecond(status.modified(), status.modifiedNanos()),
                status.kind() == FileKind.SYMLINK ? Optional.of(node.linkTarget()) : Optional.empty(),
                status.major(),
                status.minor(),
                status.links());
    }

    /** The path for people: what is not text is escaped. */
    public String displayPath() {
        return RawPath.display(path);
    }
}
