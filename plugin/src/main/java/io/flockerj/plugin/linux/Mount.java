package io.flockerj.plugin.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * One line of a mount table: Documentation/filesystems/proc.rst, section 3.5.
 *
 * @param id unique among all mounts that there are, in whatever namespace; used again after an unmount
 * @param parent the id of the mount that this one is mounted on; its own id, or one not in the table, at the top
 * @param device major and minor number of the file system, such as {@code 0:53}. On btrfs all subvolumes share it,
 *     whereas stat(2) tells a number of its own for each
 * @param root which directory of the file system is mounted, from the file system's root: {@code /} for all of it. Ends
 *     in {@code //deleted} when it has been removed. Bytes that are not UTF-8 read as U+FFFD
 * @param mountPoint where, as seen from the root directory of the process whose table it is
 * @param sharedGroup the peer group that mounts are propagated to and from
 * @param masterGroup the peer group that mounts are only received from
 * @param fsType such as {@code btrfs} or {@code fuse.sshfs}
 * @param source the device, or whatever the file system takes for one
 * @param superOptions the options of the whole file system, not those of this mount
 */
public record Mount(
        int id,
        int parent,
        String device,
        String root,
        Path mountPoint,
        OptionalInt sharedGroup,
        OptionalInt masterGroup,
        String fsType,
        String source,
        List<String> superOptions) {
    public Mount {
        superOptions = List.copyOf(superOptions);
    }

    /** The path, from the root of the file system, of a directory that lies in this mount. */
    public String pathOf(Path directory) {
        Path below = mountPoint.relativize(directory);
        String top = root.equals("/") ? "" : root;
        return below.toString().isEmpty() ? root : top + "/" + below;
    }
}
