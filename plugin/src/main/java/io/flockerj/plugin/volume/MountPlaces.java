package io.flockerj.plugin.volume;

import java.nio.file.Path;
import java.util.List;

/**
 * Where volumes are mounted: at {@code <directory>/<volume>/<tree>}. A mount point cannot be renamed, but the directory that it lies in can;
 * so it is made, and taken down, in a directory of another name, and whoever goes to a path that a Mount was answered with finds
 * the volume there or nothing. A volume that was rolled back has another tree, and so another path: what began before, such as an
 * engine that fills an empty volume, does not go on in what the volume holds now.
 *
 * @param directory whoever is to see the mounts shares it
 */
record MountPlaces(Path directory) {
    /** The directory with the volume's mount point. Earlier versions had their mounts on it itself. */
    Path shown(VolumeName name) {
        return directory.resolve(name.value());
    }

    /** The same directory while the mount is made and taken down. No name of a volume begins with a dot. */
    Path hidden(VolumeName name) {
        return directory.resolve("." + name.value());
    }

    /** Where what lay beside a mount is kept: files that somebody wrote where no volume was. */
    Path kept(VolumeName name, int number) {
        return directory.resolve("_" + name.value() + (number == 1 ? "" : "." + number));
    }

    /** The path that a Mount is answered with. */
    Path point(VolumeName name, Path tree) {
        return pointIn(shown(name), tree);
    }

    static Path pointIn(Path shownOrHidden, Path tree) {
        return shownOrHidden.resolve(tree.getFileName());
    }

    /** Every place at which a daemon may have mounted a tree for this volume. */
    List<Path> all(VolumeName name, Path tree) {
        return List.of(point(name, tree), pointIn(hidden(name), tree), shown(name));
    }
}
