package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.MountTable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * The host's root directory as this process sees it: {@code /} on a host, a mount point in the managed plugin. Paths that people
 * give are paths of the host; an absolute symbolic link on the way (a {@code /var/lib/flockerj} that points to another disk) is
 * followed within the host's tree, for in the plugin's own tree it would lead into a directory that vanishes with the plugin.
 *
 * @param root an absolute path
 */
public record HostRoot(Path root) {
    /** As the kernel's MAXSYMLINKS (include/linux/namei.h). */
    private static final int MOST_LINKS = 40;

    public HostRoot {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("the host's root is an absolute path: " + root);
        }
    }

    /**
     * Where an absolute path of the host is found here. What does not exist yet needs no links followed.
     *
     * @throws PoolException if something on the way cannot be looked at
     */
    public Path resolve(Path hostPath) throws IOException {
        if (!hostPath.isAbsolute()) {
            throw new IllegalArgumentException("a path of the host is absolute: " + hostPath);
        }
        try {
            return walk(hostPath);
        } catch (FileSystemException e) {
            throw new PoolException(
                    "the path " + hostPath + " of the host cannot be followed (" + e
                            + "); repair what is in its way, or name another",
                    e);
        }
    }

    /** As {@link #resolve}, but no link is followed, and no disk asked. */
    Path unresolved(Path hostPath) {
        return root.resolve(Path.of("/").relativize(hostPath));
    }

    /** What to do once a file system is mounted: the managed plugin does not see what the host mounts while it runs. */
    String afterMounting() {
        return root.getNameCount() == 0 ? "" : ", then disable the plugin with -f and enable it again";
    }

    private Path walk(Path hostPath) throws IOException {
        Deque<Path> ahead = new ArrayDeque<>();
        hostPath.forEach(ahead::addLast);
        Path here = root;
        int links = 0;
        while (!ahead.isEmpty()) {
            Path name = ahead.removeFirst();
            if (name.toString().equals("..")) {
                here = here.equals(root) ? root : Objects.requireNonNull(here.getParent());
            } else if (!name.toString().equals(".")) {
                Path next = here.resolve(name);
                if (!Presence.isSymbolicLink(next)) {
                    here = next;
                } else if (++links > MOST_LINKS) {
                    throw new FileSystemLoopException(hostPath.toString());
                } else {
                    here = follow(next, here, ahead);
                }
            }
        }
        return here;
    }

    /**
     * Makes sure that what is taken for the host's root is not a directory of the plugin's own, where volumes would vanish with
     * the plugin.
     */
    public void requireMounted() throws IOException {
        if (root.getNameCount() > 0 && MountTable.self().at(root).isEmpty()) {
            throw new PoolException("the host's root is not mounted at " + root
                    + "; the plugin's mount of the host's root must not be taken out of its configuration");
        }
    }

    private Path follow(Path link, Path from, Deque<Path> ahead) throws IOException {
        Path target = Files.readSymbolicLink(link);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            ahead.addFirst(target.getName(i));
        }
        return target.isAbsolute() ? root : from;
    }
}
