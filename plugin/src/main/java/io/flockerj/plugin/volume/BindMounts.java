package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts trees by binding them, in the mount namespace of this process, at {@link MountPlaces}. */
final class BindMounts implements VolumeMounts {
    private static final Logger LOG = LoggerFactory.getLogger(BindMounts.class);

    private final MountPlaces places;

    /** @param directory where the mount points are; exists, and whoever is to see the mounts shares them */
    BindMounts(Path directory) {
        this.places = new MountPlaces(directory);
    }

    @Override
    public Optional<Path> point(VolumeName name, Path tree) throws IOException {
        Path shown = places.shown(name);
        if (!Inodes.isDirectory(shown)) {
            return Optional.empty();
        }
        Path point = places.point(name, tree);
        if (shows(point, tree)) {
            return Optional.of(point);
        }
        return shows(shown, tree) ? Optional.of(shown) : Optional.empty();
    }

    private static boolean shows(Path place, Path tree) throws IOException {
        try {
            return Inodes.isDirectory(place) && Inodes.identity(place).equals(Inodes.identity(tree));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Path attach(VolumeName name, Path tree) throws IOException {
        return attach(name, tree, Mounts::bind);
    }

    @Override
    public Path attachReadOnly(VolumeName name, Path tree) throws IOException {
        return attach(name, tree, Mounts::bindReadOnly);
    }

    /** Makes a directory appear at another place. */
    private interface Binding {
        void bind(Path tree, Path point) throws IOException;
    }

    private Path attach(VolumeName name, Path tree, Binding binding) throws IOException {
        Optional<Path> present = point(name, tree);
        if (present.isPresent()) {
            return present.get();
        }
        Path shown = places.shown(name);
        if (Inodes.exists(shown) && !Inodes.isDirectory(shown)) {
            throw new IOException(shown + " is in the way of a volume's mount point; remove it");
        }
        clear(name);
        try {
            mountHidden(name, tree, binding);
            rename(places.hidden(name), shown);
        } catch (IOException e) {
            Undoing.after(e, () -> takeDown(name));
            throw e;
        }
        return places.point(name, tree);
    }

    private void mountHidden(VolumeName name, Path tree, Binding binding) throws IOException {
        Path hidden = Files.createDirectory(places.hidden(name));
        Path point = Files.createDirectory(MountPlaces.pointIn(hidden, tree));
        binding.bind(tree, point);
        if (!shows(point, tree)) {
            throw new IOException("mounting " + tree + " on " + point + " had no effect");
        }
    }

    @Override
    public boolean detach(VolumeName name) throws IOException {
        try {
            clear(name);
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.EBUSY)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void removeBarePoint(VolumeName name) throws IOException {
        takeDown(name);
        Path shown = places.shown(name);
        if (!Inodes.isDirectory(shown)) {
            return;
        }
        if (isBare(shown)) {
            hide(name);
            takeDown(name);
        } else {
            LOG.atWarn().addKeyValue("mountPoint", shown).log("Something else is mounted where a volume belongs");
        }
    }

    private static boolean isBare(Path shown) throws IOException {
        Path real = shown.toRealPath();
        return MountTable.self().mounts().stream()
                .noneMatch(mount -> mount.mountPoint().startsWith(real));
    }

    /** Takes down whatever is mounted for the volume, and leaves it as it is if the kernel says that it is busy. */
    private void clear(VolumeName name) throws IOException {
        takeDown(name);
        Path shown = places.shown(name);
        unmount(shown);
        if (Inodes.isDirectory(shown)) {
            hide(name);
            try {
                takeDown(name);
            } catch (LinuxException e) {
                Undoing.after(e, () -> rename(places.hidden(name), shown));
                throw e;
            }
        }
    }

    private void hide(VolumeName name) throws IOException {
        rename(places.shown(name), places.hidden(name));
    }

    /** Takes down what is hidden: nobody was promised anything there. */
    private void takeDown(VolumeName name) throws IOException {
        Path hidden = places.hidden(name);
        for (Path point : names(hidden)) {
            unmount(point);
            removeIfEmpty(point);
        }
        if (!removeIfEmpty(hidden)) {
            keep(hidden, name);
        }
    }

    private void keep(Path hidden, VolumeName name) throws IOException {
        int number = 1;
        while (Inodes.exists(places.kept(name, number))) {
            number++;
        }
        rename(hidden, places.kept(name, number));
        LOG.atWarn()
                .addKeyValue("mountPoint", places.shown(name))
                .addKeyValue("keptAt", places.kept(name, number))
                .log("Files were written where a volume belongs while it was not mounted; they are kept beside it");
    }

    /** Also what is stacked there; nothing if nothing is. */
    private static void unmount(Path point) throws IOException {
        boolean more = true;
        while (more) {
            more = unmountTopmost(point);
        }
    }

    /** Answers false if nothing is mounted there. */
    private static boolean unmountTopmost(Path point) throws IOException {
        try {
            Mounts.unmount(point);
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.EINVAL) || e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** None if there is no such directory. */
    private static List<Path> names(Path directory) throws IOException {
        if (!Inodes.isDirectory(directory)) {
            return List.of();
        }
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            List<Path> all = new ArrayList<>();
            names.forEach(all::add);
            return all;
        }
    }

    /** Answers false if there is something in it, or if it is no directory. */
    private static boolean removeIfEmpty(Path directory) throws IOException {
        if (!Inodes.exists(directory)) {
            return true;
        }
        if (!Inodes.isDirectory(directory)) {
            return false;
        }
        try {
            Files.delete(directory);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }
}
