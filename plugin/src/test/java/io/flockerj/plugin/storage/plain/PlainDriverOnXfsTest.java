package io.flockerj.plugin.storage.plain;

import io.flockerj.plugin.linux.LoopFileSystem;
import java.io.IOException;

class PlainDriverOnXfsTest extends PlainDriverContract {
    PlainDriverOnXfsTest() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.XFS, 1024));
    }
}
