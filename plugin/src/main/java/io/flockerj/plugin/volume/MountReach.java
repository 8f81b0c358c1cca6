package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.ProcessMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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
        return Files.isDirectory(directory) && isForOthers(directory) && !isSeenElsewhere(directory);
    }

    /**
     * Whether a directory is there to be seen from other mount namespaces, as in a managed plugin: a mount, in a namespace that
     * nobody is in but the daemon and what it has started.
     */
    boolean isForOthers(Path directory) throws IOException {
        return MountTable.self().at(directory.toRealPath()).isPresent() && isAlone();
    }

    /** Whether a process of another mount namespace receives what is mounted at this mount point, and below it. */
    boolean isSeenElsewhere(Path point) throws IOException {
        Mount ours = MountTable.self()
                .at(point.toRealPath())
                .orElseThrow(() -> new IOException("nothing is mounted at " + point));
        return ours.sharedGroup().isPresent()
                && ProcessMounts.all(proc).stream()
                        .map(namespace -> namespace.table().mounts())
                        .filter(others -> others.stream().noneMatch(mount -> mount.id() == ours.id()))
                        .flatMap(others -> others.stream())
                        .anyMatch(mount -> receives(mount, ours.sharedGroup()));
    }

    private static boolean receives(Mount mount, OptionalInt group) {
        return mount.sharedGroup().equals(group) || mount.masterGroup().equals(group);
    }

    private boolean isAlone() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Set<Long> ours = LongStream.concat(
                        LongStream.of(self.pid()), self.descendants().mapToLong(ProcessHandle::pid))
                .boxed()
                .collect(Collectors.toSet());
        Stream<ProcessMounts.Namespace> namespaces = ProcessMounts.all(proc).stream();
        return namespaces
                .map(namespace -> namespace.pids().stream().map(Long::valueOf).collect(Collectors.toSet()))
                .anyMatch(pids -> pids.contains(self.pid()) && ours.containsAll(pids));
    }
}
