package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.history.SessionValue;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final int MORE_THAN_A_PACK = 34 << 20;

    private final MemoryBackend backend = new MemoryBackend(InstantSource.system());
    private Instant now = Instant.parse("2026-11-03T23:32:00Z");

    @Test
    void itIsThereFromItsFirstUseToItsEndAndSaysSoAgainInTime() throws IOException {
        Session session = session();
        assertThat(sessions()).isEmpty();

        session.keep();
        SessionValue first = only();
        now = now.plus(Duration.ofMinutes(4));
        session.keep();
        assertThat(only()).isEqualTo(first);
        now = now.plus(Duration.ofMinutes(2));
        session.keep();
        SessionValue second = only();
        session.close();

        assertThat(first.generation()).isEqualTo(1);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.nonce()).isNotEqualTo(first.nonce());
        assertThat(second.by()).contains("a test");
        assertThat(sessions()).isEmpty();
    }

    @Test
    void itComesBackIfSomebodyTookItForEnded() throws IOException {
        Session session = session();
        session.keep();
        backend.delete(sessions().getFirst());
        now = now.plus(Duration.ofHours(2));

        session.keep();

        assertThat(only().generation()).isEqualTo(2);
    }

    @Test
    void aLongPieceOfWorkHasOneAndAShortOneHasNone() throws IOException {
        write(1000);
        assertThat(kept).isZero();

        write(MORE_THAN_A_PACK);
        assertThat(kept).isEqualTo(2);
    }

    @Test
    void workThatCannotBeKeptIsNotGoneOnWith() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        try (ChunkWriter writer = repository.writer(new MemoryChunkIndex(), Runnable::run, () -> {
            throw new IOException("told to fail");
        })) {
            assertThatThrownBy(() -> fill(writer, MORE_THAN_A_PACK)).hasMessage("told to fail");
        }
    }

    private int kept;

    private void write(int length) throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        try (ChunkWriter writer = repository.writer(new MemoryChunkIndex(), Runnable::run, () -> kept++)) {
            fill(writer, length);
        }
    }

    private static void fill(ChunkWriter writer, int length) throws IOException {
        Random random = new Random(length);
        byte[] chunk = new byte[Math.min(length, 200_000)];
        for (int at = 0; at < length; at += chunk.length) {
            random.nextBytes(chunk);
            writer.data(chunk, 0, chunk.length);
        }
        writer.finish();
    }

    private Session session() throws IOException {
        return Repository.create(backend, VOLUMESET, new Id(2, 2))
                .session(() -> now, Id.source(new Random(1)), Optional.of("a test"));
    }

    private List<ObjectName> sessions() throws IOException {
        List<ObjectName> found = new ArrayList<>();
        backend.list(new ObjectName("volumesets/" + VOLUMESET + "/sessions"), listed -> found.add(name(listed)));
        return found;
    }

    private static ObjectName name(Listed listed) {
        return listed.name();
    }

    private SessionValue only() throws IOException {
        assertThat(sessions()).hasSize(1);
        ObjectName name = sessions().getFirst();
        return SessionValue.read(
                name.text(), backend.value(name).orElseThrow().bytes().toArray());
    }
}
