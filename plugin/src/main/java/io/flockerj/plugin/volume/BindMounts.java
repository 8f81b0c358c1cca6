package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts trees by binding them, in the mount namespace of this process. */
final class BindMounts implements VolumeMounts {
    private static final Logger LOG = LoggerFactory.getLogger(BindMounts.class);

    private final Path directory;

    /** @param directory where the mount points are; exists, and whoever is to see the mounts shares them */
    BindMounts(Path directory) {
        this.directory = directory;
    }

    @Override
    public Path point(VolumeName name) {
        return directory.resolve(name.value());
    }

    @Override
    public boolean isMounted(VolumeName name, Path tree) throws IOException {
        Path point = point(name);
        try {
            return !Files.isSymbolicLink(point) && Inodes.identity(point).equals(Inodes.identity(tree));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Path attach(VolumeName name, Path tree) throws IOException {
        Path point = point(name);
        if (isMounted(name, tree)) {
            return point;
        }
        clear(point);
        makePoint(point);
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

    @Override
    public boolean detach(VolumeName name) throws IOException {
        Path point = point(name);
        try {
            boolean more = true;
            while (more) {
                more = unmountTopmost(point);
            }
        } catch (LinuxException e) {
            if (e.is(Errno.EBUSY)) {
                return false;
            }
            throw e;
        }
        removePoint(point);
        return true;
    }

    @Override
    public void removeBarePoint(VolumeName name) throws IOException {
        try {
            removePoint(point(name));
        } catch (FileSystemException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("volume", name)
                    .log("Something else is mounted where a volume belongs");
        }
    }

    private static void clear(Path point) throws IOException {
        while (unmountTopmost(point)) {
            LOG.atWarn()
                    .addKeyValue("mountPoint", point)
                    .log("Something else was mounted where a volume belongs, and is unmounted");
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

    private static void makePoint(Path point) throws IOException {
        try {
            Files.createDirectory(point);
        } catch (FileAlreadyExistsException e) {
            if (!Inodes.isDirectory(point)) {
                throw new IOException(point + " is in the way of a volume's mount point; remove it", e);
            }
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
