package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendRemoteTest {
    private static final Supplier<Id> IDS = Id.source(new Random(1));

    @Nested
    class InMemory extends OnBackend {
        @Override
        Backend backend() {
            return new MemoryBackend(InstantSource.system());
        }
    }

    @Nested
    class InADirectory extends OnBackend {
        @TempDir
        Path directory;

        @Override
        Backend backend() throws IOException {
            return DirectoryBackend.open(directory, IDS);
        }
    }

    abstract static class OnBackend extends RemoteContract {
        private final Map<Remote, Backend> backends = new HashMap<>();

        abstract Backend backend() throws IOException;

        @Override
        protected Remote create() throws IOException {
            Backend backend = backend();
            Remote remote = BackendRemote.create(backend, IDS);
            backends.put(remote, backend);
            return remote;
        }

        @Override
        protected synchronized Remote again(Remote remote) throws IOException {
            return BackendRemote.open(Objects.requireNonNull(backends.get(remote)), IDS);
        }
    }

    @Test
    void whatIsNoRemoteIsNotTakenForOne() {
        assertThatThrownBy(() -> BackendRemote.open(new MemoryBackend(InstantSource.system()), IDS))
                .isInstanceOf(NoRemoteException.class)
                .hasMessageContaining("no remote");
    }

    @Test
    void whoCancelsWhileANameIsInDoubtIsToldThatItMayBeThere() throws IOException {
        MemoryBackend place = new MemoryBackend(InstantSource.system());
        BackendRemote.create(place, IDS);
        Remote remote = BackendRemote.open(new Vanishing(place), IDS);

        assertThatThrownBy(() -> remote.name("db", new Id(1, 1)))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(BackendRemote.open(place, IDS).names()).containsKey("db");
    }

    /** Does one swap, and cannot be reached from then on. */
    private static final class Vanishing extends BackendDecorator {
        private boolean isGone;

        Vanishing(Backend next) {
            super(next);
        }

        @Override
        public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
            super.swap(name, expected, value);
            isGone = true;
            throw new UnavailableException("no answer", true, null);
        }

        @Override
        protected <T> T around(ObjectName name, Call<T> call) throws IOException {
            if (isGone) {
                throw new IOException("cancelled");
            }
            return super.around(name, call);
        }
    }

    @Test
    void aRemoteIsMadeOnce() throws IOException {
        Backend backend = new MemoryBackend(InstantSource.system());

        assertThat(BackendRemote.create(backend, IDS).id())
                .isEqualTo(BackendRemote.create(backend, IDS).id());
    }

    @Test
    void aBrokenMarkIsTold() throws IOException {
        Backend backend = new MemoryBackend(InstantSource.system());
        backend.create(ObjectName.of("flockerj"), List.of(new byte[100]));

        assertThatThrownBy(() -> BackendRemote.open(backend, IDS)).isInstanceOf(BrokenException.class);
    }
}
