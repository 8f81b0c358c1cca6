package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.BlockDevice;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.plain.PlainDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The media that a host has. */
record HostMedia(PoolHost here, LoopDevices loops, Kernel kernel) implements MediumOpener {
    private static final Logger LOG = LoggerFactory.getLogger(HostMedia.class);
    private static final String DEFAULT_DIRECTORY = "pool";

    /** The kernel of a host. */
    interface Kernel {
        /**
         * Whether it can mount btrfs.
         *
         * @param proc the host's {@code /proc}
         */
        boolean hasBtrfs(Path proc) throws IOException;
    }

    @Override
    public Medium open(PoolChoice.Location location, boolean isNew, Proof proof) throws IOException {
        return switch (location) {
            case PoolChoice.PoolFile file -> openFile(file, isNew);
            case PoolChoice.BlockDevice device -> openDevice(device, isNew, proof);
            case PoolChoice.BtrfsDirectory btrfs -> openBtrfs(btrfs, isNew);
            case PoolChoice.PlainDirectory plain ->
                new DirectoryMedium(plain.toString(), directory(plain, plain.directory(), isNew), PlainDriver::new);
        };
    }

    /** A pool that is there, of which only the record was lost. Else as the design says: on btrfs a directory there; else, nearly everywhere, a pool file; and plain directories where neither can be. */
    @Override
    public PoolChoice.Location best() throws IOException {
        Path hostDirectory = here.hostState().resolve(DEFAULT_DIRECTORY);
        if (Presence.isThere(here.state().resolve(PoolFileMedium.FILE_NAME), LinkOption.NOFOLLOW_LINKS)) {
            return new PoolChoice.PoolFile(Optional.empty());
        }
        if (FileSystemStat.of(here.state()).isBtrfs()) {
            return new PoolChoice.BtrfsDirectory(hostDirectory);
        }
        if (PoolRecord.read(here.state().resolve(DEFAULT_DIRECTORY)).isPresent()) {
            return new PoolChoice.PlainDirectory(hostDirectory);
        }
        Optional<String> obstacle = obstacleToPoolFile();
        if (obstacle.isEmpty()) {
            return new PoolChoice.PoolFile(Optional.empty());
        }
        LOG.atWarn()
                .addKeyValue("reason", obstacle.get())
                .log("No pool file can be used here: volumes will be plain directories");
        return new PoolChoice.PlainDirectory(hostDirectory);
    }

    private Medium openFile(PoolChoice.PoolFile choice, boolean isNew) throws IOException {
        Path file = here.state().resolve(PoolFileMedium.FILE_NAME);
        if (isNew && !Presence.isThere(file, LinkOption.NOFOLLOW_LINKS)) {
            Optional<String> obstacle = obstacleToPoolFile();
            if (obstacle.isPresent()) {
                throw new PoolException("no pool file can be used here: " + obstacle.get()
                        + "; choose 'auto' or 'plain:DIR' for a new pool");
            }
        }
        return PoolFileMedium.open(file, choice.most(), isNew, here, loops);
    }

    private Optional<String> obstacleToPoolFile() throws IOException {
        if (!kernel.hasBtrfs(here.proc())) {
            return Optional.of("the kernel has no btrfs");
        }
        Path probe = here.state().resolve("reservation-probe");
        try (FileHandle handle = FileHandle.openOrCreate(probe, 0600)) {
            handle.allocate(0, SpacePlan.STEP / 1024);
            return Optional.empty();
        } catch (LinuxException e) {
            return Optional.of("space cannot be reserved on the host's file system: " + e.getMessage());
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private Medium openDevice(PoolChoice.BlockDevice choice, boolean isNew, Proof proof) throws IOException {
        Path device = here.host().resolve(choice.device());
        requireDevice(choice, device);
        HostIdentity self = HostIdentity.of(here.state(), here.proc(), here.ids());
        DeviceOwner owner = new DeviceOwner(device, self, here.takeOver(), DeviceOwner.Pause.of(here.takingLasts()));
        owner.isThisHosts();
        if (!BtrfsFormat.isBtrfs(device)) {
            if (!isNew) {
                throw new PoolException(
                        "the device " + choice.device() + " holds no btrfs any more; attach the right disk");
            }
            BtrfsFormat.make(here.commands(), device);
        } else if (!BtrfsFormat.isLabelled(device) && !owner.isRecorded()) {
            throw new PoolException(
                    "the device " + choice.device() + " holds a btrfs that flockerj did not make; choose"
                            + " 'btrfs:DIR' for a directory where it is mounted, or, if nothing on it is needed, clear it with"
                            + " wipefs --all");
        }
        return DeviceMedium.open(choice.toString(), device, owner, proof, here);
    }

    private static void requireDevice(PoolChoice.BlockDevice choice, Path device) throws IOException {
        try {
            if (!BlockDevice.isOne(device)) {
                throw new PoolException(choice.device() + " is no block device; name one for the pool, or choose"
                        + " 'file' for a pool file in the state directory");
            }
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            throw new PoolException("the device " + choice.device() + " of the pool is not there; attach the disk", e);
        }
    }

    private Medium openBtrfs(PoolChoice.BtrfsDirectory choice, boolean isNew) throws IOException {
        if (!FileSystemStat.of(nearestExisting(here.host().resolve(choice.directory())))
                .isBtrfs()) {
            throw new PoolException(choice + " is not on btrfs; is its file system mounted? If not, mount it"
                    + here.host().afterMounting() + "; if there is none, choose 'file' or 'plain:" + choice.directory()
                    + "' for a new pool");
        }
        Path directory = directory(choice, choice.directory(), isNew);
        return new DirectoryMedium(choice.toString(), directory, this::driverOnBtrfs);
    }

    private StorageDriver driverOnBtrfs(Path trees) throws IOException {
        return Quotas.driver(Quotas.Wish.onShared(here.quotas()), trees, here.sys());
    }

    private static Path nearestExisting(Path path) throws IOException {
        Path parent = path.getParent();
        return Presence.isThere(path) || parent == null ? path : nearestExisting(parent);
    }

    private Path directory(PoolChoice.Location location, Path hostPath, boolean isNew) throws IOException {
        Path directory = here.host().resolve(hostPath);
        if (isNew) {
            new Fstab(here.host()).requireMounted(hostPath);
            DurableFile.createDirectories(directory);
        } else if (!Presence.isDirectory(directory)) {
            throw new PoolException("the directory of the pool " + location
                    + " is missing; is its file system mounted? If not, mount it"
                    + here.host().afterMounting());
        }
        return directory;
    }
}
