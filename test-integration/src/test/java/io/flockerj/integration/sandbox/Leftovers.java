package io.flockerj.integration.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What there is in the kernel and on disk of one sandbox, found by its mark, and how it goes away. */
final class Leftovers {

    /** What the kernel takes down after a process's end takes it less. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path directory;
    private final String cgroup;

    Leftovers(Path directory, String cgroup) {
        this.directory = directory;
        this.cgroup = cgroup;
    }

    /** Removes everything; says what resisted, or should have gone when its last user went. */
    List<String> clear() {
        List<String> left = new ArrayList<>();
        killAll(left);
        releaseLoopDevices(left);
        mounts().forEach(mount -> left.add("mount " + mount));
        removeCgroups();
        if (left.isEmpty()) {
            Outcome removal =
                    Commands.here().run("rm", "--recursive", "--force", "--one-file-system", directory.toString());
            if (removal.exit() != 0) {
                left.add("files: " + removal.errors());
            }
            removeIfEmpty(directory.resolveSibling(""));
        }
        return left;
    }

    /** Processes that carry the mark, sit in the cgroup, or descend from one that does. */
    Set<ProcessHandle> processes() {
        Set<ProcessHandle> found = new HashSet<>();
        ProcessHandle.allProcesses().filter(this::isOurs).forEach(process -> {
            found.add(process);
            process.descendants().forEach(found::add);
        });
        return found;
    }

    private boolean isOurs(ProcessHandle process) {
        Path proc = Path.of("/proc", "" + process.pid());
        return (read(proc.resolve("environ")) + "\0").contains(Sandbox.MARK + "=" + directory + "\0")
                || (read(proc.resolve("cgroup")) + "\n").contains(":" + cgroup + "/");
    }

    private void killAll(List<String> left) {
        try {
            Eventually.await("the end of every process of " + directory, PATIENCE, () -> {
                Set<ProcessHandle> alive = processes();
                alive.forEach(ProcessHandle::destroyForcibly);
                return alive.isEmpty();
            });
        } catch (AssertionError tooLong) {
            processes().forEach(process -> left.add("process " + process.pid() + " " + process.info()));
        }
    }

    /** A loop device goes with its last mount (AUTOCLEAR), and all mounts went with the processes. */
    private void releaseLoopDevices(List<String> left) {
        try {
            Eventually.await("loop devices", PATIENCE, () -> loopDevices().isEmpty());
        } catch (AssertionError tooLong) {
            for (String device : loopDevices()) {
                left.add("loop device " + device);
                Commands.here().run("losetup", "--detach", "/dev/" + device);
            }
        }
    }

    private List<String> loopDevices() {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                if (read(device.resolve("loop/backing_file")).startsWith(directory + "/")) {
                    found.add(device.getFileName().toString());
                }
            }
        } catch (IOException e) {
            throw new AssertionError("cannot list loop devices", e);
        }
        return found;
    }

    private List<String> mounts() {
        return read(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.contains(directory + "/"))
                .toList();
    }

    /** Empty cgroups are not worth a failure, only untidy: the deepest first. */
    private void removeCgroups() {
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), hierarchies)
                    .map(hierarchy -> hierarchy.resolve(cgroup.substring(1)))
                    .filter(Files::isDirectory)
                    .forEach(Leftovers::removeDirectories);
        } catch (IOException e) {
            throw new AssertionError("cannot list cgroups", e);
        }
    }

    private static void removeDirectories(Path top) {
        try (Stream<Path> all = Files.walk(top)) {
            all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).forEach(Leftovers::removeIfEmpty);
        } catch (IOException e) {
            throw new AssertionError("cannot list " + top, e);
        }
    }

    private static void removeIfEmpty(Path emptied) {
        try {
            Files.deleteIfExists(emptied);
        } catch (IOException inUse) {
            // Another sandbox still lives there.
        }
    }

    /** Empty where it went away, or is not there at all. */
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
