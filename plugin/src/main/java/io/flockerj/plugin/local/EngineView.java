package io.flockerj.plugin.local;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.PlaceOnDisk;
import io.flockerj.plugin.linux.ProcessMounts;
import io.flockerj.plugin.pool.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The host's files as the engine sees them, what was mounted since the daemon started too: through the root directory of the process that
 * has started the daemon, which is the engine's shim, or the host's first process.
 *
 * @param proc the host's {@code /proc}
 * @param process the number of that process at this moment
 */
public record EngineView(Path proc, Supplier<Long> process) {
    /**
     * For this process.
     *
     * @param proc the host's {@code /proc}
     * @param isConfined whether it sees the host's root elsewhere than at {@code /}, so that who sees the same files as it sees not the host's
     */
    public static EngineView of(Path proc, boolean isConfined) {
        return new EngineView(proc, () -> {
            long parent =
                    ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(1L);
            boolean isWithUs = namespace(proc, "self").equals(namespace(proc, Long.toString(parent)));
            return isConfined && isWithUs ? 1L : parent;
        });
    }

    private static String namespace(Path proc, String process) {
        try {
            return Files.readSymbolicLink(proc.resolve(process + "/ns/mnt")).toString();
        } catch (IOException e) {
            return process; // One that may not be looked at is in no namespace that we know.
        }
    }

    /**
     * A directory of the host.
     *
     * @param path where it is found here
     * @param real its path as the engine sees it, without links
     * @param table what is mounted where, as the engine sees it
     */
    public record Seen(Path path, Path real, MountTable table) {
        /** Whether something is mounted there, and not only above it. */
        public boolean isMountPoint() {
            return table.at(real).isPresent();
        }

        /** What is mounted somewhere in it. */
        List<Path> mountsWithin() {
            return table.mounts().stream()
                    .map(Mount::mountPoint)
                    .filter(point -> point.startsWith(real) && !point.equals(real))
                    .toList();
        }
    }

    /** The kernel's id of this boot. */
    public String boot() throws IOException {
        return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    }

    /** Where a path of the host leads; there may be nothing. */
    public Seen see(Path hostPath) throws IOException {
        Path view = proc.resolve(process.get() + "/root");
        try {
            Path path = new HostRoot(view).resolve(hostPath);
            MountTable table = MountTable.of(proc.resolve(process.get() + "/mountinfo"));
            return new Seen(path, Path.of("/").resolve(view.relativize(path)), table);
        } catch (IOException e) {
            throw new IOException(
                    "the host's files cannot be seen as the engine sees them, through " + view + ": " + e.getMessage()
                            + "; the daemon needs the host's process numbers and CAP_SYS_PTRACE for that",
                    e);
        }
    }

    /** Whether there is a directory at a path of the host; also if that cannot be told. */
    public boolean mayBeThere(Path hostPath) {
        try {
            return Files.exists(see(hostPath).path(), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return true;
        }
    }

    /** Who has a directory, or one in it, mounted, or something mounted in it; for people. */
    public List<String> users(Seen directory) throws IOException {
        List<String> users = new ArrayList<>();
        directory.mountsWithin().forEach(point -> users.add("a mount on " + point));
        PlaceOnDisk place = PlaceOnDisk.of(directory.table(), directory.real());
        for (ProcessMounts.Namespace namespace : ProcessMounts.all(proc)) {
            for (Mount mount : namespace.table().mounts()) {
                if (place.isShownBy(mount)) {
                    users.add(ProcessMounts.describe(proc, namespace.pids().getFirst()) + " at " + mount.mountPoint());
                }
            }
        }
        return users;
    }
}
