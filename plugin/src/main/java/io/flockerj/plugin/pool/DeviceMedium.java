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
    private final Path sys;

    private DeviceMedium(String description, MountedBtrfs mounted, DeviceOwner owner, Path device, Path sys) {
        this.description = description;
        this.mounted = mounted;
        this.owner = owner;
        this.device = device;
        this.sys = sys;
    }

    static DeviceMedium open(String description, Path device, HostIdentity self, PoolHost here) throws IOException {
        DeviceOwner owner = new DeviceOwner(device);
        owner.take(self, here.takeOver());
        MountedBtrfs mounted = MountedBtrfs.mount(device, here.poolMount());
        mounted.applyQuotas(here.quotas(), here.sys());
        return new DeviceMedium(description, mounted, owner, device, here.sys());
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
        return Quotas.driver(trees, sys);
    }

    @Override
    public void start() {
        // A device has the size it has.
    }

    /** Unmounts the daemon's own mount; the owner's record goes only if no volume is mounted any more. */
    @Override
    public void close() throws IOException {
        mounted.close();
        if (BlockDevice.isUnused(device)) {
            owner.release();
            LOG.atInfo().addKeyValue("device", device).log("Gave the device up");
        }
    }
}
