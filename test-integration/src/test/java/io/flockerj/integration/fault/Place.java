package io.flockerj.integration.fault;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the daemon runs: it decides what the daemon's end takes along. */
enum Place {
    /** On the host: all its mounts stay. */
    HOST {
        @Override
        DaemonProcess.Plan in(Path directory) {
            return DaemonProcess.Plan.in(directory);
        }
    },
    /** As a managed plugin, in a mount namespace of its own: only volumes' mounts reach the host, and stay. */
    PLUGIN {
        @Override
        DaemonProcess.Plan in(Path directory) throws IOException {
            String mounts = Files.createDirectories(directory.resolve("mounts")).toString();
            Commands.here().run("mount", "--bind", mounts, mounts).ok();
            Commands.here().run("mount", "--make-shared", mounts).ok();
            return DaemonProcess.Plan.in(directory).before("unshare", "--mount", "--propagation", "unchanged");
        }
    };

    /** How to run a daemon there that keeps everything below {@code directory}. */
    abstract DaemonProcess.Plan in(Path directory) throws IOException;

    /** After the daemon's end: unmounts the pool and the volumes that it has left below {@code directory}. */
    static void clear(Path directory) {
        List<String> points = Commands.here().run("cat", "/proc/self/mountinfo").lines().stream()
                .map(line -> line.split(" ", -1)[4])
                .filter(point -> point.startsWith(directory + "/mounts") || point.startsWith(directory + "/run/"))
                .toList();
        points.reversed().forEach(point -> Commands.here().run("umount", point).ok());
    }
}
