package io.flockerj.store.backend.memory;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendContract;
import java.time.InstantSource;

class MemoryBackendTest extends BackendContract {
    private final MemoryBackend backend = new MemoryBackend(InstantSource.system());

    @Override
    protected Backend backend() {
        return backend;
    }
}
