package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.LoopDevices;
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
record HostMedia(PoolHost here, LoopDevices loops) implements MediumOpener {
    private static final Logger LOG = LoggerFactory.getLogger(HostMedia.class);
    private static final String DEFAULT_DIRECTORY = "pool";

    @Override
    public Medium open(PoolChoice.Location location, boolean isNew) throws IOException {
        return switch (location) {
            case PoolChoice.PoolFile file -> PoolFileMedium.open(here.state(), file.most(), isNew, here, loops);
            case PoolChoice.BlockDevice device -> openDevice(device, isNew);
            case PoolChoice.BtrfsDirectory btrfs -> openBtrfs(btrfs, isNew);
            case PoolChoice.PlainDirectory plain ->
                new DirectoryMedium(plain.toString(), directory(plain, plain.directory(), isNew), PlainDriver::new);
        };
    }

    /** As the design says: on btrfs a directory there; else, nearly everywhere, a pool file; and plain directories where neither can be. */
    @Override
    public PoolChoice.Location best() throws IOException {
        if (FileSystemStat.of(here.state()).isBtrfs()) {
            return new PoolChoice.BtrfsDirectory(here.hostState().resolve(DEFAULT_DIRECTORY));
        }
        Optional<String> obstacle = obstacleToPoolFile();
        if (obstacle.isEmpty()) {
            return new PoolChoice.PoolFile(Optional.empty());
        }
        LOG.atWarn()
                .addKeyValue("reason", obstacle.get())
                .log("No pool file can be used here: volumes will be plain directories");
        return new PoolChoice.PlainDirectory(here.hostState().resolve(DEFAULT_DIRECTORY));
    }

    private Optional<String> obstacleToPoolFile() throws IOException {
        if (Files.exists(here.state().resolve(PoolFileMedium.FILE_NAME), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Btrfs.supportedByKernel(here.proc())) {
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

    private Medium openDevice(PoolChoice.BlockDevice choice, boolean isNew) throws IOException {
        Path device = here.host().resolve(choice.device());
        if (!Files.exists(device)) {
            throw new PoolException("the device " + choice.device() + " of the pool is not there; attach the disk");
        }
        if (!BtrfsFormat.isBtrfs(device)) {
            if (!isNew) {
                throw new PoolException(
                        "the device " + choice.device() + " holds no btrfs any more; attach the right disk");
            }
            BtrfsFormat.make(here.commands(), device);
        }
        HostIdentity self = HostIdentity.of(here.state(), here.proc(), here.ids());
        return DeviceMedium.open(choice.toString(), device, self, here);
    }

    private Medium openBtrfs(PoolChoice.BtrfsDirectory choice, boolean isNew) throws IOException {
        Path directory = directory(choice, choice.directory(), isNew);
        if (!FileSystemStat.of(directory).isBtrfs()) {
            throw new PoolException(choice + " is not on btrfs; is its file system mounted? If there is none, choose"
                    + " 'file' or 'plain:" + choice.directory() + "' for a new pool");
        }
        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            Quotas.apply(Quotas.Wish.of(here.quotas()), handle, here.sys(), choice.directory());
        }
        return new DirectoryMedium(choice.toString(), directory, this::driverOnBtrfs);
    }

    private StorageDriver driverOnBtrfs(Path trees) throws IOException {
        return Quotas.driver(trees, here.sys());
    }

    private Path directory(PoolChoice.Location location, Path hostPath, boolean isNew) throws IOException {
        Path directory = here.host().resolve(hostPath);
        if (isNew) {
            Files.createDirectories(directory);
        } else if (!Files.isDirectory(directory)) {
            throw new PoolException(
                    "the directory of the pool " + location + " is missing; is its file system mounted?");
        }
        return directory;
    }
}
