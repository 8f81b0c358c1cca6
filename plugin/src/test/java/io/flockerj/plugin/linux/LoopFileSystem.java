package io.flockerj.plugin.linux;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file system of its own for a test, in a file that is loop-mounted. Needs root. It lies below one private directory in
 * the temporary directory, on a private mount, so that nothing of it appears in other mount namespaces; closing it
 * unmounts and removes all of that, whatever the test mounted there too. What a killed test run left behind is removed by
 * the next.
 */
public final class LoopFileSystem implements AutoCloseable {
    private static final String PREFIX = "flockerj-fs-";
    /** Ends the name of a file that is locked by the process whose file system this is, as long as it lives. */
    private static final String OWNER = ".owner";

    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Path DEV = Path.of("/dev");
    private static final Path SYS = Path.of("/sys");

    /** What can be made here; each by its own mkfs. */
    public enum Kind {
        BTRFS("btrfs", "mkfs.btrfs", "-q", "-f"),
        EXT4("ext4", "mkfs.ext4", "-q", "-F"),
        /** At least 300 MB, says its mkfs. */
        XFS("xfs", "mkfs.xfs", "-q", "-f");

        private final String fsType;
        private final ImmutableList<String> mkfs;

        Kind(String fsType, String... mkfs) {
            this.fsType = fsType;
            this.mkfs = ImmutableList.copyOf(mkfs);
        }

        /** As in /proc/filesystems. */
        public String fsType() {
            return fsType;
        }
    }

    private final Kind kind;
    private final Path directory;
    private final FileHandle owner;
    private Path device = DEV;

    private LoopFileSystem(Kind kind, Path directory, FileHandle owner) {
        this.kind = kind;
        this.directory = directory;
        this.owner = owner;
    }

    /** Makes and mounts one of this size. The image is sparse: it takes the space that is written. */
    public static LoopFileSystem create(Kind kind, int megabytes) throws IOException {
        sweep();
        // Beside the directory, for in it, it would keep the mount busy.
        Path lock = Files.createTempFile(PREFIX, OWNER).toRealPath();
        FileHandle owner = FileHandle.openReadWrite(lock);
        LoopFileSystem made = new LoopFileSystem(kind, directoryOf(lock), owner);
        try {
            owner.tryLockExclusive();
            Files.createDirectory(made.directory);
            Mounts.bind(made.directory, made.directory);
            Mounts.makePrivate(made.directory);
            Files.createDirectory(made.root());
            try (FileHandle image = FileHandle.openOrCreate(made.image(), 0600)) {
                image.truncate(megabytes * 1024L * 1024L);
            }
            made.format();
            made.mount();
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private static Path directoryOf(Path lock) {
        String name = lock.getFileName().toString();
        return lock.resolveSibling(name.substring(0, name.length() - OWNER.length()));
    }

    /** Where it is mounted: the root of the file system. */
    public Path root() {
        return directory.resolve("mnt");
    }

    /** The file that holds it. */
    public Path image() {
        return directory.resolve("image");
    }

    /** The loop device that it was last mounted from. */
    public Path device() {
        return device;
    }

    /** A place beside the file system for further mounts and files of a test; removed with the rest. */
    public Path beside(String name) {
        return directory.resolve(name);
    }

    /** On the device, whose blocks are larger than those that mkfs chooses for a file. */
    private void format() throws IOException {
        try (AttachedLoop loop = new LoopDevices(DEV, SYS).attach(image())) {
            List<String> command = new ArrayList<>(kind.mkfs);
            command.add(loop.device().toString());
            run(command);
        }
    }

    /** Mounts it, on a new loop device. */
    public void mount() throws IOException {
        mount("");
    }

    /** As {@link #mount()}, with options of the file system, as mount(2) takes them. */
    public void mount(String options) throws IOException {
        try (AttachedLoop loop = new LoopDevices(DEV, SYS).attach(image())) {
            device = loop.device();
            Mounts.mount(device.toString(), root(), kind.fsType, Set.of(MountFlag.NOATIME), options);
        }
    }

    /** Unmounts it, and its loop device goes. */
    public void unmount() throws IOException {
        Mounts.unmount(root());
    }

    /** Leaves it behind, as a process does that is killed. */
    void abandon() throws IOException {
        owner.close();
    }

    @Override
    public void close() throws IOException {
        try (owner) {
            removeAll(directory, PATIENCE);
        }
    }

    /** Runs a program to its end, without input, and answers what it printed; fails with that when it fails. */
    public static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " exited with " + status + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.get(0), e);
        }
    }

    /** As well as it goes: what cannot be removed now, or is being removed by another, is left to the next. */
    private static void sweep() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(temporary, PREFIX + "*" + OWNER)) {
            for (Path lock : locks) {
                // By a lock and not by a process id, which says nothing of processes in other namespaces.
                try (FileHandle owner = FileHandle.openReadWrite(lock)) {
                    if (owner.tryLockExclusive()) {
                        removeAll(directoryOf(lock.toRealPath()), Duration.ZERO);
                    }
                } catch (IOException | UncheckedIOException ignored) {
                    // left to the next
                }
            }
        }
    }

    private static void removeAll(Path directory, Duration patience) throws IOException {
        List<Path> mounted = new ArrayList<>(MountTable.self().mounts().stream()
                .map(Mount::mountPoint)
                .filter(point -> point.startsWith(directory))
                .toList());
        mounted.sort(Comparator.comparingInt(Path::getNameCount).reversed());
        for (Path point : mounted) {
            unmountWhenFree(point, patience);
        }
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(LoopFileSystem::delete);
            }
        }
        Files.delete(directory.resolveSibling(directory.getFileName() + OWNER));
    }

    /** What a process that has just ended had open is let go a little later, and so is a loop device's file. */
    static void unmountWhenFree(Path point, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                Mounts.unmount(point);
                return;
            } catch (LinuxException e) {
                if (!e.is(Errno.EBUSY) || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
