package io.flockerj.plugin.shelf;

import io.flockerj.plugin.linux.LoopFileSystem;
import java.io.IOException;

class ShelvingOnExt4Test extends ShelvingContract {
    ShelvingOnExt4Test() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 2048));
    }
}
