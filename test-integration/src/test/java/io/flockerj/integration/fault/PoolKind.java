package io.flockerj.integration.fault;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kinds of pools that lie, with the state directory, on one disk of the host. */
enum PoolKind {
    FILE {
        @Override
        DaemonProcess.Plan on(Path disk, Path directory) {
            return daemon(disk, directory).with("pool", "file:2G");
        }
    },
    /** A block device, which is made of a file on the disk, so that both lose power at once. */
    DEVICE {
        @Override
        DaemonProcess.Plan on(Path disk, Path directory) {
            return daemon(disk, directory).with("pool", "device:" + directory.resolve("device"));
        }

        @Override
        void attach(Path disk, Path directory) throws IOException {
            Path file = disk.resolve("device.img");
            if (!Files.exists(file)) {
                Commands.here().run("truncate", "--size", "1G", file.toString()).ok();
                Commands.here().run("sync", "--file-system", file.toString()).ok();
            }
            Path loop = Path.of(Commands.here()
                    .run("losetup", "--find", "--show", file.toString())
                    .ok());
            Files.createSymbolicLink(directory.resolve("device"), loop);
        }

        @Override
        void detach(Path directory) throws IOException {
            Commands.here()
                    .run("losetup", "--detach", directory.resolve("device").toString());
            Files.deleteIfExists(directory.resolve("device"));
        }
    },
    PLAIN {
        @Override
        DaemonProcess.Plan on(Path disk, Path directory) {
            return daemon(disk, directory).with("pool", "plain:" + disk.resolve("pool"));
        }

        @Override
        HostView view(DaemonProcess daemon, Path disk) {
            return new HostView(daemon, disk.resolve("pool"));
        }
    };

    /** A daemon whose state and pool lie below {@code disk}, and all that lasts as long as the boot below {@code directory}. */
    abstract DaemonProcess.Plan on(Path disk, Path directory);

    /** Makes the pool's device after the disk was mounted. */
    void attach(Path disk, Path directory) throws IOException {}

    /** Takes the pool's device away, as soon as nobody has it mounted. */
    void detach(Path directory) throws IOException {}

    HostView view(DaemonProcess daemon, Path disk) {
        return HostView.of(daemon);
    }

    private static DaemonProcess.Plan daemon(Path disk, Path directory) {
        return DaemonProcess.Plan.in(directory).with("state", disk.resolve("state"));
    }
}
