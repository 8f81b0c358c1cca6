package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.BlockDevice;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A btrfs on a block device of the pool's own. */
final class DeviceMedium implements Medium {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceMedium.class);

    private final String description;
    private final MountedBtrfs mounted;
    private final DeviceOwner owner;
    private final Path device;
    private final PoolHost here;

    private DeviceMedium(String description, MountedBtrfs mounted, DeviceOwner owner, Path device, PoolHost here) {
        this.description = description;
        this.mounted = mounted;
        this.owner = owner;
        this.device = device;
        this.here = here;
    }

    /** Takes and mounts the device; before that, proves the pool on it without changing anything, unless this host has it. */
    static DeviceMedium open(
            String description, Path device, DeviceOwner owner, MediumOpener.Proof proof, PoolHost here)
            throws IOException {
        if (!owner.isThisHosts()) {
            try (MountedBtrfs looked = MountedBtrfs.look(device, here.poolMount())) {
                proof.check(looked.mountPoint());
            }
        }
        owner.take(here.ids().get());
        try {
            MountedBtrfs mounted = MountedBtrfs.mount(device, here.poolMount());
            return new DeviceMedium(description, mounted, owner, device, here);
        } catch (IOException e) {
            releaseUnused(device, owner);
            throw e;
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Path directory() {
        return mounted.mountPoint();
    }

    @Override
    public StorageDriver driver(Path trees) throws IOException {
        return Quotas.driver(Quotas.Wish.onOwn(here.quotas()), trees, here.sys());
    }

    @Override
    public void start() {
        // A device has the size it has.
    }

    /** Unmounts the daemon's own mount; the owner's record goes only if no volume is mounted any more. */
    @Override
    public void close() throws IOException {
        mounted.close();
        releaseUnused(device, owner);
    }

    private static void releaseUnused(Path device, DeviceOwner owner) throws IOException {
        if (BlockDevice.isUnused(device)) {
            owner.release();
            LOG.atInfo().addKeyValue("device", device).log("Gave the device up");
        }
    }
}
