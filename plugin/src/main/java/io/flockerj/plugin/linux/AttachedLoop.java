package io.flockerj.plugin.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A loop device that was just attached. It detaches by itself when its last user goes, and until it is mounted this is
 * the only one: close it after mounting, or to give it up.
 */
public final class AttachedLoop implements AutoCloseable {
    private final Path device;
    private final FileHandle handle;

    AttachedLoop(Path device, FileHandle handle) {
        this.device = device;
        this.handle = handle;
    }

    /** The block device, such as {@code /dev/loop3}. */
    public Path device() {
        return device;
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
