package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mount points of volumes, each below one directory and named as its volume. A tree is bound there once, never stacked; the
 * mount point exists only while something is mounted on it, so that a container can never be given the bare directory.
 *
 * <p>Whether a tree is mounted is told from the file system, not remembered: mounts outlive the daemon. Callers see to it that
 * one volume is mounted and unmounted by one thread at a time.
 */
final class VolumeMounts {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeMounts.class);

    private final Path directory;

    VolumeMounts(Path directory) {
        this.directory = directory;
    }

    /** Where a volume is mounted when it is. */
    Path point(VolumeName name) {
        return directory.resolve(name.value());
    }

    /** Mounts a tree unless it is mounted already. */
    Path attach(VolumeName name, Path tree) throws IOException {
        Path point = point(name);
        if (isMounted(name, tree)) {
            return point;
        }
        if (Files.exists(point, LinkOption.NOFOLLOW_LINKS)
                && MountTable.self().at(point).isPresent()) {
            clear(point);
        }
        Files.createDirectories(point);
        boolean mounted = false;
        try {
            Mounts.bind(tree, point);
            mounted = isMounted(name, tree);
        } finally {
            if (!mounted) {
                removePoint(point);
            }
        }
        if (!mounted) {
            throw new IOException("mounting " + tree + " on " + point + " had no effect");
        }
        return point;
    }

    /** Unmounts a tree if it is mounted. Answers false if the kernel says that something is in the midst of using it there. */
    boolean detach(VolumeName name, Path tree) throws IOException {
        Path point = point(name);
        while (isMounted(name, tree)) {
            try {
                Mounts.unmount(point);
            } catch (LinuxException e) {
                if (e.is(Errno.EBUSY)) {
                    return false;
                }
                throw e;
            }
        }
        removePoint(point);
        return true;
    }

    /** Whether this very tree is what is seen at the volume's mount point. */
    boolean isMounted(VolumeName name, Path tree) throws IOException {
        try {
            return Inodes.identity(point(name)).equals(Inodes.identity(tree));
        } catch (NoSuchFileException e) {
            return false;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /** Takes away what is mounted on a volume's point and is not its tree; refuses if something uses it. */
    private void clear(Path point) throws IOException {
        while (true) {
            Optional<Mount> other = MountTable.self().at(point);
            if (other.isEmpty()) {
                return;
            }
            LOG.atWarn()
                    .addKeyValue("mountPoint", point)
                    .addKeyValue("root", other.get().root())
                    .log("Something else is mounted where a volume belongs; unmounting it");
            Mounts.unmount(point);
        }
    }

    private static void removePoint(Path point) throws IOException {
        try {
            Files.deleteIfExists(point);
        } catch (DirectoryNotEmptyException e) {
            LOG.atWarn()
                    .addKeyValue("mountPoint", point)
                    .log("Files were written into a mount point while nothing was mounted on it; they are left there");
        }
    }
}
