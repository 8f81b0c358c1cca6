package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writing with other threads at work. What is written, RepositoryTest shows. */
class ChunkWriterTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final int CHUNK = 200_000;
    private static final int MORE_THAN_TWO_PACKS = 400;

    // So few that some of the work is refused, and done by the thread that writes.
    private final ExecutorService workers =
            new ThreadPoolExecutor(3, 3, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));
    private final MemoryBackend backend = new MemoryBackend(InstantSource.system());
    private final MemoryChunkIndex index = new MemoryChunkIndex();
    private final Random random = new Random(7);

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    @Test
    void aPackEndsBeforeItsTableIsTooLongHoweverSmallTheChunksAre() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        try (ChunkWriter writer = repository.writer(index, workers, () -> {})) {
            for (int i = 0; i < 150_000; i++) {
                byte[] chunk = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
                writer.data(chunk, 0, chunk.length);
            }
            writer.finish();

            assertThat(writer.written()).hasSizeGreaterThan(2);
            assertThat(writer.written())
                    .allSatisfy(pack -> assertThat(pack.footerLength()).isLessThan(3 << 20));
        }
    }

    @Test
    void everyChunkIsThereWhenAllIsFinished() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        List<Hash> ids = new ArrayList<>();
        List<Bytes> chunks = new ArrayList<>();
        try (ChunkWriter writer = repository.writer(index, workers, () -> {})) {
            for (int i = 0; i < MORE_THAN_TWO_PACKS; i++) {
                byte[] chunk = chunk();
                chunks.add(Bytes.of(chunk));
                ids.add(i % 3 == 0 ? writer.put(chunk, chunk.length) : writer.data(chunk, 0, chunk.length));
            }
            writer.finish();
            assertThat(writer.written()).hasSizeGreaterThan(2);
        }

        try (ChunkReader reader = repository.reader(new MemoryChunkIndex())) {
            for (int i = 0; i < MORE_THAN_TWO_PACKS; i++) {
                assertThat(reader.chunk(ids.get(i))).isEqualTo(chunks.get(i));
            }
        }
    }

    @Test
    void aDamagedPackIsNotTakenForTheOneThatIsWritten() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        byte[] chunk = chunk();
        ObjectName name;
        try (ChunkWriter writer = repository.writer(index, workers, () -> {})) {
            writer.data(chunk, 0, chunk.length);
            writer.finish();
            name = Layout.of(VOLUMESET).pack(writer.written().getFirst().name());
        }
        byte[] whole = backend.read(name, 0, 1 << 20);
        for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length - 1), flipped(whole))) {
            backend.delete(name);
            backend.create(name, List.of(damaged));

            try (ChunkWriter writer = repository.writer(new MemoryChunkIndex(), workers, () -> {})) {
                writer.data(chunk, 0, chunk.length);
                assertThatThrownBy(writer::finish)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(name.text())
                        .hasMessageContaining("remove that object, and push again");
            }
        }
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] other = bytes.clone();
        other[other.length / 2] ^= 1;
        return other;
    }

    @Test
    void whoReadsOnlyWhatIsKnownLooksNowhereElse() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        byte[] node = chunk();
        Hash id;
        try (ChunkWriter writer = repository.writer(index, workers, () -> {})) {
            id = writer.put(node, node.length);
            writer.finish();
        }
        MemoryChunkIndex empty = new MemoryChunkIndex();
        try (ChunkReader reader = repository.reader(empty)) {
            assertThatThrownBy(() -> reader.known().get(id)).isInstanceOf(BrokenException.class);
            assertThat(empty.contains(id)).isFalse();
            assertThat(reader.get(id)).isEqualTo(node);
            assertThat(reader.known().get(id)).isEqualTo(node);
        }
    }

    @Test
    void theSameIsWrittenWhoeverDoesTheWork() throws IOException {
        assertThat(written(workers)).isEqualTo(written(null));
    }

    @Test
    void whatIsWrittenAloneHasAFrameOfItsOwn() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        List<Hash> alone = new ArrayList<>();
        List<Hash> together = new ArrayList<>();
        try (ChunkWriter writer = repository.writer(index, workers, () -> {})) {
            for (int i = 0; i < 20; i++) {
                alone.add(writer.alone(chunk(), 0, 10_000));
                together.add(writer.data(chunk(), 0, 10_000));
            }
            writer.finish();
        }

        assertThat(alone.stream().map(this::frame))
                .doesNotHaveDuplicates()
                .noneMatch(frame(together.getFirst())::equals);
        assertThat(together.stream().map(this::frame)).containsOnly(frame(together.getFirst()));
    }

    @Test
    void aFewNodesAreInSmallFramesAndManyInLargeOnes() throws IOException {
        Repository repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
        List<Hash> nodes = new ArrayList<>();
        try (ChunkWriter writer = repository.writer(index, workers, () -> {})) {
            for (int i = 0; i < 1_000; i++) {
                nodes.add(writer.put(chunk(), 4_000));
            }
            writer.finish();
        }

        assertThat(frame(nodes.getFirst()).length()).isLessThan(70_000);
        assertThat(frame(nodes.get(500)).length()).isGreaterThan(500_000);
        assertThat(nodes.stream().map(this::frame).distinct()).hasSizeLessThan(30);
    }

    private FramePlace frame(Hash chunk) {
        return index.find(chunk).orElseThrow().frame();
    }

    private List<String> written(@Nullable ExecutorService threads) throws IOException {
        Random same = new Random(3);
        Repository repository = Repository.create(new MemoryBackend(InstantSource.system()), VOLUMESET, new Id(2, 2));
        try (ChunkWriter writer =
                repository.writer(new MemoryChunkIndex(), threads == null ? Runnable::run : threads, () -> {})) {
            for (int i = 0; i < MORE_THAN_TWO_PACKS; i++) {
                byte[] chunk = new byte[CHUNK];
                same.nextBytes(chunk);
                if (i % 7 == 0) {
                    writer.alone(chunk, 0, chunk.length);
                } else {
                    writer.data(chunk, 0, chunk.length);
                }
            }
            writer.finish();
            return writer.written().stream().map(pack -> pack.name().hex()).toList();
        }
    }

    @Test
    void afterAFailureNothingIsTakenForWritten() throws IOException {
        Repository.create(backend, VOLUMESET, new Id(2, 2));
        Repository failing = Repository.open(failingAtPacks(), VOLUMESET);
        byte[] first = chunk();
        Hash id;
        try (ChunkWriter writer = failing.writer(index, workers, () -> {})) {
            id = writer.data(first, 0, first.length);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < MORE_THAN_TWO_PACKS; i++) {
                            byte[] chunk = chunk();
                            writer.data(chunk, 0, chunk.length);
                        }
                        writer.finish();
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("told to fail");
        }

        assertThat(index.contains(id)).isFalse();
        Repository repository = Repository.open(backend, VOLUMESET);
        try (ChunkWriter again = repository.writer(index, workers, () -> {})) {
            again.data(first, 0, first.length);
            again.finish();
            assertThat(again.written()).hasSize(1);
        }
    }

    @Test
    void aFailureThatSomebodyForgaveIsToldAgainAndAgain() throws IOException {
        Repository.create(backend, VOLUMESET, new Id(2, 2));
        Repository failing = Repository.open(failingAtPacks(1), VOLUMESET);
        try (ChunkWriter writer = failing.writer(index, Runnable::run, () -> {}, 2 * CHUNK)) {
            assertThatThrownBy(() -> fill(writer)).hasMessage("told to fail");

            byte[] chunk = chunk();
            for (ThrowingCallable later : List.<ThrowingCallable>of(
                    () -> writer.data(chunk, 0, chunk.length), () -> writer.put(chunk, chunk.length), writer::finish)) {
                assertThatThrownBy(later)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("writing failed before: told to fail");
            }
        }
    }

    private void fill(ChunkWriter writer) throws IOException {
        for (int i = 0; i < MORE_THAN_TWO_PACKS; i++) {
            byte[] chunk = chunk();
            writer.data(chunk, 0, chunk.length);
        }
    }

    private Backend failingAtPacks() {
        return failingAtPacks(Integer.MAX_VALUE);
    }

    /** Fails so many times. */
    private Backend failingAtPacks(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create")
                            && ((ObjectName) arguments[0]).text().contains("/packs/")
                            && left.getAndDecrement() > 0) {
                        throw new IOException("told to fail");
                    }
                    return method.invoke(backend, arguments);
                });
    }

    private byte[] chunk() {
        byte[] chunk = new byte[CHUNK];
        random.nextBytes(chunk);
        return chunk;
    }
}
