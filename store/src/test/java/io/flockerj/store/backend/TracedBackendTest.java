package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Trace.Kind;
import io.flockerj.store.backend.memory.MemoryBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TracedBackendTest extends BackendContract {
    private static final ObjectName NAME = new ObjectName("a/b");
    private static final ObjectName HEAD = new ObjectName("a/head");

    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend place = new MemoryBackend(time);
    private final Traffic traffic = new Traffic();

    @Override
    protected Backend backend() {
        return new TracedBackend(place, time, traffic);
    }

    @Test
    void everyCallIsCountedWithItsBytes() throws IOException {
        Backend backend = backend();

        backend.create(NAME, List.of(bytes("abc"), bytes("de")));
        backend.create(NAME, List.of(bytes("xyz")));
        backend.read(NAME, 1, 100);
        backend.swap(HEAD, Optional.empty(), bytes("1234567"));
        backend.value(HEAD);
        backend.value(NAME.child("none"));
        backend.list(new ObjectName("a"), each -> {});
        backend.delete(NAME);

        assertThat(traffic.of(Kind.CREATE)).isEqualTo(new Traffic.Sum(2, 0, 8, 0));
        assertThat(traffic.of(Kind.READ)).isEqualTo(new Traffic.Sum(1, 0, 0, 4));
        assertThat(traffic.of(Kind.SWAP)).isEqualTo(new Traffic.Sum(1, 0, 7, 0));
        assertThat(traffic.of(Kind.VALUE)).isEqualTo(new Traffic.Sum(2, 0, 0, 7));
        assertThat(traffic.of(Kind.LIST)).isEqualTo(new Traffic.Sum(1, 0, 0, 0));
        assertThat(traffic.of(Kind.DELETE)).isEqualTo(new Traffic.Sum(1, 0, 0, 0));
        assertThat(traffic.all()).isEqualTo(new Traffic.Sum(8, 0, 15, 11));
    }

    @Test
    void aCallThatFailsIsCountedAsFailedAndAnObjectThatIsNotThereIsNoFailure() {
        Backend failing =
                new TracedBackend(new FaultyBackend(place, new FaultyBackend.Faults(1, 0, 0, 0, 0), 1), time, traffic);

        assertThatThrownBy(() -> failing.create(NAME, List.of(bytes("abc")))).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> backend().read(NAME, 0, 1)).isInstanceOf(NoSuchObjectException.class);

        assertThat(traffic.of(Kind.CREATE)).isEqualTo(new Traffic.Sum(1, 1, 3, 0));
        assertThat(traffic.of(Kind.READ)).isEqualTo(new Traffic.Sum(1, 0, 0, 0));
    }

    @Test
    void howLongItTookIsTold() throws IOException {
        Bandwidth slow = new Bandwidth(1, time, time);
        Backend backend = new TracedBackend(
                new ThrottledBackend(place, Optional.of(slow), Optional.empty()),
                time,
                call -> assertThat(call)
                        .isEqualTo(new Trace.Call(Kind.CREATE, NAME, 6, 0, Duration.ofSeconds(5), false)));

        backend.create(NAME, List.of(bytes("abcdef")));

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
    }
}
