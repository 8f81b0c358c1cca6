package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;

class BtrfsDriverTest extends BtrfsDriverContract {
    BtrfsDriverTest() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 512));
    }

    @Override
    protected StorageDriver open(Path trees) {
        return new BtrfsDriver(trees);
    }
}
