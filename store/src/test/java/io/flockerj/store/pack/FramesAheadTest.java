package io.flockerj.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FramesAheadTest {
    private static final int FRAMES = 40;
    private static final int CHUNKS_IN_FRAME = 4;
    private static final int CHUNK = 60_000;

    private final List<Long> requests = Collections.synchronizedList(new ArrayList<>());
    private ExecutorService threads;
    private Pack pack;
    private byte[] bytes;

    @BeforeEach
    void makePack() throws IOException {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        Random random = new Random(1);
        PackBuilder builder = new PackBuilder();
        for (int frame = 0; frame < FRAMES; frame++) {
            builder.add(frame(FrameKind.DATA, random));
        }
        builder.add(frame(FrameKind.NODES, random));
        builder.add(frame(FrameKind.NODES, random));
        pack = builder.finish();
        bytes = TestingPack.bytes(pack);
    }

    private static Frame frame(FrameKind kind, Random random) throws IOException {
        try (FrameBuilder frame = new FrameBuilder(kind)) {
            for (int i = 0; i < CHUNKS_IN_FRAME; i++) {
                byte[] chunk = new byte[CHUNK];
                random.nextBytes(chunk);
                frame.add(Sha256.of(chunk), chunk, 0, chunk.length);
            }
            return frame.finish();
        }
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private byte[] read(Hash name, long from, int length) {
        requests.add(from);
        return Arrays.copyOfRange(bytes, (int) from, (int) Math.min(bytes.length, from + length));
    }

    private PackReader reader(Executor workers) {
        return new PackReader(this::read, Optional.of(workers));
    }

    private void assertRight(PackReader reader, int chunk) throws IOException {
        PackTable table = pack.table();
        Hash id = table.chunk(chunk);
        assertThat(Sha256.of(
                        reader.chunk(id, table.place(pack.info().name(), chunk)).toArray()))
                .isEqualTo(id);
    }

    private void assertAllRight(PackReader reader, Iterable<Integer> order) throws IOException {
        for (int chunk : order) {
            assertRight(reader, chunk);
        }
    }

    private List<Integer> all() {
        return IntStream.range(0, pack.table().chunks()).boxed().toList();
    }

    @Test
    void whatIsReadInOrderTakesFewRequests() throws IOException {
        try (PackReader reader = reader(threads)) {
            assertAllRight(reader, all());
        }
        // Two neighbours, windows of 1, 2 and 4 MiB, what remains, and two of nodes.
        assertThat(requests.size()).isLessThan(FRAMES / 4);
    }

    @Test
    void fewChunksAreReadAlone() throws IOException {
        try (PackReader reader = reader(threads)) {
            for (int frame = 0; frame < FRAMES; frame += 3) {
                assertRight(reader, frame * CHUNKS_IN_FRAME);
            }
        }
        assertThat(requests).hasSize((FRAMES + 2) / 3).doesNotHaveDuplicates();
    }

    @Test
    void threadsThatRefuseWorkAreNotNeeded() throws IOException {
        Executor refusing = work -> {
            throw new RejectedExecutionException("no time");
        };
        try (PackReader reader = reader(refusing)) {
            assertAllRight(reader, all());
        }
    }

    @Test
    void whateverTheOrderWhatIsReadIsRight() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Integer> order = new ArrayList<>();
            int chunks = pack.table().chunks();
            while (order.size() < 300) {
                // Runs from anywhere, now and then by turns with another.
                int from = random.nextInt(chunks);
                int other = random.nextInt(chunks);
                for (int i = random.nextInt(60); i > 0; i--) {
                    order.add((from + order.size()) % chunks);
                    if (random.nextInt(8) == 0) {
                        order.add(other);
                    }
                }
            }
            try (PackReader reader = reader(threads)) {
                assertAllRight(reader, order);
            } catch (IOException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void aBrokenFrameIsToldOfWhenItIsAskedForAndHarmsNoOther() throws IOException {
        int broken = 25;
        PackTable table = pack.table();
        Hash name = pack.info().name();
        bytes[(int) table.place(name, broken * CHUNKS_IN_FRAME).frameStart() + FrameHeader.LENGTH + 1000] ^= 1;
        try (PackReader reader = reader(threads)) {
            for (int chunk : all()) {
                if (chunk / CHUNKS_IN_FRAME == broken) {
                    assertThatThrownBy(() -> assertRight(reader, chunk)).isInstanceOf(BrokenException.class);
                } else {
                    assertRight(reader, chunk);
                }
            }
        }
    }

    @Test
    void aChunkIsComparedWithItsIdThoughItsFrameWasReadAhead() throws IOException {
        PackTable table = pack.table();
        Hash name = pack.info().name();
        try (PackReader reader = reader(threads)) {
            assertAllRight(reader, all().subList(0, 20));
            assertThatThrownBy(() -> reader.chunk(table.chunk(0), table.place(name, 20)))
                    .isInstanceOf(BrokenException.class);
            assertRight(reader, 20);
        }
    }
}
