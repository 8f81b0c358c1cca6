package io.flockerj.plugin.storage.plain;

import io.flockerj.plugin.linux.LoopFileSystem;
import java.io.IOException;

class PlainDriverOnExt4Test extends PlainDriverContract {
    PlainDriverOnExt4Test() throws IOException {
        super(LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 2048));
    }
}
