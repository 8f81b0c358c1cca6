package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.ProcessMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Who sees the daemon's mounts. In a managed plugin the engine does only while the plugin's directory of mounts is shared with it.
 *
 * <p>An engine that finds a plugin running when it starts ends it and starts it anew. Taking down what the old one has left mounted
 * goes on meanwhile, and may hit the directory just shared with the new one ({@code HandleExitEvent} and {@code enable} of moby's
 * plugin manager, with leftover mounts of an engine that was killed).
 */
public final class MountReach {
    private final Path proc;

    /**
     * @param proc the host's {@code /proc}, with every process of the host
     */
    public MountReach(Path proc) {
        this.proc = proc;
    }

    /** Whether a directory was given to this daemon to mount volumes for others to see, and no other sees them. */
    public boolean isCutOff(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        Optional<Mount> ours = MountTable.self().at(directory.toRealPath());
        if (ours.isEmpty() || isSeenByFirst(ours.get())) {
            return false;
        }
        List<ProcessMounts.Namespace> namespaces = ProcessMounts.all(proc);
        return isAlone(namespaces) && !isSeenIn(namespaces, ours.get());
    }

    /**
     * Whether a directory is there to be seen from other mount namespaces, as in a managed plugin: a mount, in a namespace that
     * nobody is in but the daemon and what it has started.
     */
    boolean isForOthers(Path directory) throws IOException {
        return MountTable.self().at(directory.toRealPath()).isPresent() && isAlone(ProcessMounts.all(proc));
    }

    /** Whether a process of another mount namespace receives what is mounted at this mount point, and below it. */
    boolean isSeenElsewhere(Path point) throws IOException {
        Mount ours = MountTable.self()
                .at(point.toRealPath())
                .orElseThrow(() -> new IOException("nothing is mounted at " + point));
        return isSeenByFirst(ours) || isSeenIn(ProcessMounts.all(proc), ours);
    }

    /** The host's first process shares the engine's mounts nearly always; a host with many mounts has many tables to read. */
    private boolean isSeenByFirst(Mount ours) throws IOException {
        return receives(MountTable.of(proc.resolve("1/mountinfo")), ours);
    }

    private static boolean isSeenIn(List<ProcessMounts.Namespace> namespaces, Mount ours) {
        return namespaces.stream().anyMatch(namespace -> receives(namespace.table(), ours));
    }

    /** Whether a table of another namespace has a mount that receives what is mounted on ours. */
    private static boolean receives(MountTable table, Mount ours) {
        OptionalInt group = ours.sharedGroup();
        return group.isPresent()
                && table.mounts().stream().noneMatch(mount -> mount.id() == ours.id())
                && table.mounts().stream()
                        .anyMatch(mount -> mount.sharedGroup().equals(group)
                                || mount.masterGroup().equals(group));
    }

    private static boolean isAlone(List<ProcessMounts.Namespace> namespaces) {
        ProcessHandle self = ProcessHandle.current();
        Set<Long> ours = LongStream.concat(
                        LongStream.of(self.pid()), self.descendants().mapToLong(ProcessHandle::pid))
                .boxed()
                .collect(Collectors.toSet());
        return namespaces.stream()
                .map(namespace -> namespace.pids().stream().map(Long::valueOf).collect(Collectors.toSet()))
                .anyMatch(pids -> pids.contains(self.pid()) && ours.containsAll(pids));
    }
}
