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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames that are announced to a reader of packs. */
class FramesPlannedTest {
    private static final int FRAMES = 1_000;
    private static final int CHUNK = 16_000;

    private final List<Integer> requests = Collections.synchronizedList(new ArrayList<>());
    private ExecutorService threads;
    private Pack pack;
    private byte[] bytes;

    @BeforeEach
    void makePack() throws IOException {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        Random random = new Random(1);
        PackBuilder builder = new PackBuilder();
        try (FrameBuilder frame = new FrameBuilder(FrameKind.DATA)) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] chunk = new byte[CHUNK];
                random.nextBytes(chunk);
                frame.add(Sha256.of(chunk), chunk, 0, chunk.length);
                builder.add(frame.finish());
            }
        }
        pack = builder.finish();
        bytes = TestingPack.bytes(pack);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private byte[] read(Hash name, long from, int length) {
        byte[] part = Arrays.copyOfRange(bytes, (int) from, (int) Math.min(bytes.length, from + length));
        requests.add(part.length);
        return part;
    }

    private PackReader reader() {
        return new PackReader(this::read, Optional.of(threads));
    }

    private ChunkPlace place(int frame) {
        return pack.table().place(pack.info().name(), frame);
    }

    private void assertRight(PackReader reader, int frame) throws IOException {
        Hash id = pack.table().chunk(frame);
        assertThat(Sha256.of(reader.chunk(id, place(frame)).toArray())).isEqualTo(id);
    }

    private List<FramePlace> places(List<Integer> frames) {
        return frames.stream().map(this::place).map(ChunkPlace::frame).toList();
    }

    /** Two of three. */
    private static List<Integer> some() {
        List<Integer> some = new ArrayList<>();
        for (int frame = 0; frame < FRAMES; frame++) {
            if (frame % 3 != 0) {
                some.add(frame);
            }
        }
        return some;
    }

    @Test
    void whatIsWantedIsReadAndLittleBesides() throws IOException {
        try (PackReader reader = reader()) {
            reader.expect(places(some()));
            for (int frame : some()) {
                assertRight(reader, frame);
            }
        }

        long wanted = places(some()).stream().mapToLong(FramePlace::length).sum();
        assertThat(requests.stream().mapToLong(Integer::longValue).sum()).isBetween(wanted, wanted * 17 / 16);
        assertThat(requests.size()).isLessThan(FRAMES / 3);
    }

    @Test
    void whatIsAskedForInAnotherOrderIsRight() throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<Integer> order = new ArrayList<>(some());
            for (int i = 0; i < 20; i++) {
                Collections.swap(order, random.nextInt(order.size()), random.nextInt(order.size()));
                order.add(random.nextInt(order.size()), random.nextInt(FRAMES));
            }
            try (PackReader reader = reader()) {
                reader.expect(places(some()));
                for (int frame : order) {
                    assertRight(reader, frame);
                }
            } catch (IOException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void anotherPlanTakesThePlaceOfOneThatWasNotEnded() throws IOException {
        try (PackReader reader = reader()) {
            reader.expect(places(some()));
            assertRight(reader, 1);
            reader.expect(places(some().reversed()));
            for (int frame : some().reversed()) {
                assertRight(reader, frame);
            }
        }
    }

    @Test
    void whatIsBrokenIsToldWhenItIsAskedForAndNoEarlier() throws IOException {
        int broken = 400;
        bytes[(int) place(broken).frameStart() + 1_000]++;
        try (PackReader reader = reader()) {
            reader.expect(places(some()));
            for (int frame : some()) {
                if (frame == broken) {
                    assertThatThrownBy(() -> assertRight(reader, broken)).isInstanceOf(BrokenException.class);
                } else {
                    assertRight(reader, frame);
                }
            }
        }
    }

    @Test
    void aPackThatEndsTooEarlyIsReadAsFarAsItGoes() throws IOException {
        bytes = Arrays.copyOf(bytes, (int) place(500).frameStart() + 1_000);
        try (PackReader reader = reader()) {
            reader.expect(places(some()));
            assertRight(reader, 1);
            assertRight(reader, 499);
            assertThatThrownBy(() -> assertRight(reader, 500)).isInstanceOf(BrokenException.class);
        }
    }
}
