package io.flockerj.hub.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.deletion.StoredVolumeset.Progress;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredVolumesetTest {
    private static final Id VOLUMESET = new Id(5, 5);
    private static final Id OTHER = new Id(6, 6);

    private final Deleting backend = new Deleting(new MemoryBackend(InstantSource.fixed(Instant.EPOCH)));

    /** Remembers what was removed. */
    private static final class Deleting extends BackendDecorator {
        private final List<String> removed = new ArrayList<>();

        Deleting(Backend next) {
            super(next);
        }

        @Override
        public void delete(ObjectName name) throws IOException {
            removed.add(name.text().replaceAll("volumesets/[0-9a-f]+/?", ""));
            super.delete(name);
        }
    }

    private static ObjectName in(Id volumeset, String name) {
        return new ObjectName("volumesets/" + volumeset.hex() + "/" + name);
    }

    private static List<String> names() {
        String hash = new Hash(1, 2, 3, 4).hex();
        String pack = "packs/" + hash.substring(0, 2) + "/" + hash;
        return List.of(
                "config",
                "something/new",
                pack,
                "index/" + hash,
                "lists/" + hash,
                "tombstones/" + OTHER.hex(),
                "commits/" + OTHER.hex(),
                "sessions/" + OTHER.hex(),
                "tags/v1",
                "branches/main");
    }

    @BeforeEach
    void volumesets() throws IOException {
        for (Id volumeset : List.of(VOLUMESET, OTHER)) {
            for (String name : names()) {
                backend.create(in(volumeset, name), List.of(new byte[] {1}));
            }
            backend.swap(in(volumeset, "epoch"), Optional.empty(), new byte[] {1});
        }
    }

    private List<String> left(Id volumeset) throws IOException {
        List<String> left = new ArrayList<>();
        backend.list(
                new ObjectName("volumesets/" + volumeset.hex()),
                each -> left.add(each.name().text()));
        return left;
    }

    @Test
    void whatPointsToSomethingGoesBeforeItAndTheConfigLast() throws IOException {
        assertThat(new StoredVolumeset(backend, VOLUMESET).remove(100, () -> true))
                .isEqualTo(new Progress(11, false));

        assertThat(backend.removed).containsExactlyElementsOf(expected());
        assertThat(left(VOLUMESET)).isEmpty();
        assertThat(left(OTHER)).hasSize(11);
    }

    private static List<String> expected() {
        List<String> order = new ArrayList<>(names().reversed());
        order.add(order.size() - 2, "epoch");
        return order;
    }

    @Test
    void noMoreGoesThanWantedAndTheOrderStays() throws IOException {
        StoredVolumeset stored = new StoredVolumeset(backend, VOLUMESET);
        for (int time = 0; time < 3; time++) {
            assertThat(stored.remove(3, () -> true)).isEqualTo(new Progress(3, false));
        }
        assertThat(stored.remove(3, () -> true)).isEqualTo(new Progress(2, false));

        assertThat(backend.removed).containsExactlyElementsOf(expected());
        assertThat(stored.remove(3, () -> true)).isEqualTo(new Progress(0, true));
    }

    @Test
    void whoMayNotGoOnStopsAtOnce() throws IOException {
        int[] times = {2};

        assertThat(new StoredVolumeset(backend, VOLUMESET).remove(100, () -> times[0]-- > 0))
                .isEqualTo(new Progress(2, false));

        assertThat(backend.removed).containsExactly("branches/main", "tags/v1");
    }
}
