package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.Repository;
import io.flockerj.store.Session;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PushSessionTest {
    @Test
    void aPushThatIsDoneDoesNotFailBecauseItsSessionCannotBeEnded() throws IOException {
        MemoryBackend memory = new MemoryBackend(InstantSource.system());
        AtomicInteger refused = new AtomicInteger();
        Backend backend = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (_, method, arguments) -> {
                    if (method.getName().equals("delete")) {
                        refused.incrementAndGet();
                        throw new IOException("it may not be deleted");
                    }
                    return method.invoke(memory, arguments);
                });
        Session session = Repository.create(backend, new Id(1, 1), new Id(2, 2))
                .session(InstantSource.system(), () -> new Id(3, 3), Optional.empty());
        session.keep();

        assertThatThrownBy(session::close).hasMessage("it may not be deleted");
        new PushSession(session).close();

        assertThat(refused).hasValue(2);
    }
}
