package io.flockerj.integration.fault;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pool file of a daemon, seen from the host. */
record PoolFile(DaemonProcess.Plan plan) {
    Path path() {
        return plan.path("state").resolve("pool.btrfs");
    }

    /** Its length in bytes. */
    long size() {
        try {
            return Files.size(path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the host has reserved every block of it. */
    boolean isReserved() {
        String blocks =
                Commands.here().run("stat", "--format=%b", path().toString()).ok();
        return Long.parseLong(blocks) * 512 >= size();
    }

    /** The size of the file system that {@code inside} is on. */
    long fileSystemSize(Path inside) {
        String[] blocks = Commands.here()
                .run("stat", "--file-system", "--format=%b %S", inside.toString())
                .ok()
                .split(" ", -1);
        return Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]);
    }

    /** Takes space from a file system without writing it. */
    static void reserve(Path file, long bytes) {
        Commands.here()
                .run("fallocate", "--length", Long.toString(bytes), file.toString())
                .ok();
    }
}
