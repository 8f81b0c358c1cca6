package io.flockerj.plugin.shelf;

import io.flockerj.plugin.linux.LoopFileSystem;
import java.io.IOException;

class ShelvingOnXfsTest extends ShelvingContract {
    ShelvingOnXfsTest() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.XFS, 1024));
    }
}
