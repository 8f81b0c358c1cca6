package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;

class BtrfsSnapshottingTest extends BtrfsSnapshottingContract {
    BtrfsSnapshottingTest() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 1024));
    }

    @Override
    protected StorageDriver open(Path trees) {
        return new BtrfsDriver(trees);
    }
}
