package io.flockerj.plugin.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory of a file system, whatever the file system is mounted on.
 *
 * @param device as mount tables tell it
 * @param path from the root of the file system
 */
public record PlaceOnDisk(String device, String path) {
    /** Where a path leads, in which there are no links, for whoever has this mount table. */
    public static PlaceOnDisk of(MountTable table, Path directory) throws IOException {
        Mount mount = table.containing(directory)
                .orElseThrow(() -> new IOException("no mount that can be seen holds " + directory));
        return new PlaceOnDisk(mount.device(), mount.pathOf(directory));
    }

    /** The same, with more at the end of the last name. */
    public PlaceOnDisk with(String suffix) {
        return new PlaceOnDisk(device, path + suffix);
    }

    /** Whether what is mounted is this directory, or lies in it. */
    public boolean isShownBy(Mount mount) {
        boolean isWithin = mount.root().equals(path) || mount.root().startsWith(path + "/");
        return isWithin && mount.device().equals(device);
    }
}
