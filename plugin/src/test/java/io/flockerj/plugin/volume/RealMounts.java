package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host whose mounts are real, beside a file system of its own. Needs root. The directory of mounts is shared, as an engine makes
 * it, and a container is a bind of the volume's mount to another place, in the same peer group.
 */
final class RealMounts implements TestingHost, AutoCloseable {
    private final Path directory;
    private final Path containers;
    private final VolumeMounts mounts;
    private final UseCheck useCheck;
    private final Map<VolumeName, Path> points = new HashMap<>();
    private final Map<VolumeName, FileHandle> busy = new HashMap<>();
    private int failures;

    RealMounts(LoopFileSystem beside) throws IOException {
        directory = sharedDirectory(beside.beside("mounts"));
        containers = Files.createDirectory(beside.beside("containers"));
        mounts = new BindMounts(directory);
        useCheck = new MountTableUseCheck(new NarrowProc(beside.beside("proc")).path(), directory);
    }

    /** Makes a directory on a mount of its own that whoever gets a copy of it shares. */
    static Path sharedDirectory(Path path) throws IOException {
        Files.createDirectory(path);
        Mounts.bind(path, path);
        Mounts.makeShared(path);
        return path;
    }

    @Override
    public void fail(int times) {
        failures = times;
    }

    @Override
    public Path bind(String container, Path point) throws IOException {
        if (!Files.exists(point)) {
            throw new NoSuchFileException(point.toString());
        }
        if (MountTable.self().at(point).isEmpty()) {
            throw new AssertionError(container + " was given a bare directory: " + point);
        }
        Path place = Files.createDirectory(containers.resolve(container));
        Mounts.bind(point, place);
        return place;
    }

    @Override
    public void release(String container) throws IOException {
        Path place = containers.resolve(container);
        if (Files.exists(place)) {
            Mounts.unmount(place);
            Files.delete(place);
        }
    }

    @Override
    public void setBusy(VolumeName name, boolean isBusy) throws IOException {
        FileHandle before = busy.remove(name);
        if (before != null) {
            before.close();
        }
        if (isBusy) {
            busy.put(name, FileHandle.openDirectory(point(name)));
        }
    }

    @Override
    public void leaveBare(VolumeName name) throws IOException {
        Files.createDirectories(directory.resolve(name.value()).resolve("0".repeat(32)));
    }

    @Override
    public boolean isAnywhere(Path tree) throws IOException {
        return !useCheck.users(tree).isEmpty();
    }

    @Override
    public Set<VolumeName> mounted() throws IOException {
        return MountTable.self().mounts().stream()
                .map(Mount::mountPoint)
                .filter(point -> point.startsWith(directory) && !point.equals(directory))
                .map(point ->
                        new VolumeName(directory.relativize(point).getName(0).toString()))
                .collect(Collectors.toSet());
    }

    @Override
    public Set<VolumeName> bare() throws IOException {
        Set<VolumeName> bare = new HashSet<>();
        try (Stream<Path> points = Files.list(directory)) {
            points.forEach(point -> bare.add(new VolumeName(point.getFileName().toString())));
        }
        bare.removeAll(mounted());
        return bare;
    }

    @Override
    public Path point(VolumeName name) {
        return points.getOrDefault(name, directory.resolve(name.value()));
    }

    @Override
    public Optional<Path> point(VolumeName name, Path tree) throws IOException {
        passOrFail();
        return mounts.point(name, tree);
    }

    @Override
    public Path attachReadOnly(VolumeName name, Path tree) throws IOException {
        return mounts.attachReadOnly(name, tree);
    }

    @Override
    public Path attach(VolumeName name, Path tree) throws IOException {
        passOrFail();
        Path point = mounts.attach(name, tree);
        points.put(name, point);
        return point;
    }

    @Override
    public boolean detach(VolumeName name) throws IOException {
        passOrFail();
        return mounts.detach(name);
    }

    @Override
    public void removeBarePoint(VolumeName name) throws IOException {
        passOrFail();
        mounts.removeBarePoint(name);
    }

    @Override
    public List<String> users(Path tree) throws IOException {
        passOrFail();
        return useCheck.users(tree);
    }

    @Override
    public List<String> otherUsers(VolumeName name, Path tree) throws IOException {
        passOrFail();
        return useCheck.otherUsers(name, tree);
    }

    private void passOrFail() throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("told to fail at a mount");
        }
    }

    @Override
    public void close() throws IOException {
        for (VolumeName name : Set.copyOf(busy.keySet())) {
            setBusy(name, false);
        }
    }
}
