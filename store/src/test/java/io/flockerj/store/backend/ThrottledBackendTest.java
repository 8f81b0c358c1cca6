package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.memory.MemoryBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThrottledBackendTest extends BackendContract {
    private static final ObjectName NAME = new ObjectName("a/b");

    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend place = new MemoryBackend(time);
    private final Optional<Bandwidth> rate = Optional.of(new Bandwidth(1000, time, time));

    @Override
    protected Backend backend() {
        return new ThrottledBackend(place, rate, rate);
    }

    @Test
    void inTheLongRunNoMoreIsSentThanWanted() throws IOException {
        Backend backend = new ThrottledBackend(place, rate, Optional.empty());

        for (int i = 0; i < 20; i++) {
            backend.create(NAME.child("o" + i), List.of(new byte[300], new byte[200]));
            backend.swap(NAME.child("v" + i), Optional.empty(), new byte[500]);
        }

        // 20,000 bytes at 1,000 a second, and the first 1,000 at once.
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(19));
    }

    @Test
    void nothingIsSentBeforeItIsPaidFor() throws IOException {
        ThrottledBackend backend = new ThrottledBackend(place, rate, Optional.empty());

        backend.create(NAME, List.of(new byte[5000]));

        assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(4));
    }

    @Test
    void inTheLongRunNoMoreIsReadThanWanted() throws IOException {
        place.create(NAME, List.of(new byte[4000]));
        place.swap(NAME.child("value"), Optional.empty(), new byte[1000]);
        Backend backend = new ThrottledBackend(place, Optional.empty(), rate);

        backend.read(NAME, 0, 10_000);
        backend.value(NAME.child("value"));

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() throws IOException {
        Bandwidth bandwidth = new Bandwidth(1000, time, time);
        bandwidth.take(1000, NAME);
        time.pass(Duration.ofHours(1));

        bandwidth.take(3000, NAME);

        assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void thoseWhoShareABandwidthWaitForEachOther() throws IOException {
        Backend one = backend();
        Backend another = backend();

        one.create(NAME, List.of(new byte[2000]));
        another.create(NAME.child("other"), List.of(new byte[2000]));

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void asMuchAsThereIsCanBeTaken() throws IOException {
        Bandwidth bandwidth = new Bandwidth(1, time, time);

        bandwidth.take(Long.MAX_VALUE, NAME);

        assertThat(time.elapsed()).isGreaterThan(Duration.ofDays(365));
    }

    @Test
    void noBandwidthAtAllIsRefused() {
        assertThatThrownBy(() -> new Bandwidth(0, time, time)).isInstanceOf(IllegalArgumentException.class);
    }
}
