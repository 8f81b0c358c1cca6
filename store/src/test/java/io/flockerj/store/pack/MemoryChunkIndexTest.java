package io.flockerj.store.pack;

class MemoryChunkIndexTest extends ChunkIndexContract {
    @Override
    protected ChunkIndex index() {
        return new MemoryChunkIndex();
    }
}
