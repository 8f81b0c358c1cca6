package io.flockerj.store.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FrameMemoryTest {
    private static FramePlace place(int number) {
        return new FramePlace(new Hash(0, 0, 0, 1), number, 1);
    }

    private static HashedFrame frame(int length) throws IOException {
        try (FrameBuilder builder = new FrameBuilder(FrameKind.DATA);
                FrameReader reader = new FrameReader()) {
            byte[] chunk = new byte[length];
            builder.add(Sha256.of(chunk), chunk, 0, length);
            byte[] bytes = builder.finish().bytes();
            return HashedFrame.later(reader.read("a frame", bytes, 0, bytes.length));
        }
    }

    @Test
    void whatWasNotAskedForLongestGoesFirst() throws IOException {
        FrameMemory memory = new FrameMemory(35_000);
        for (int number = 1; number <= 3; number++) {
            memory.add(place(number), frame(10_000));
        }
        assertThat(memory.find(place(1))).isPresent();

        memory.add(place(4), frame(10_000));

        assertThat(memory.contains(place(1))).isTrue();
        assertThat(memory.contains(place(2))).isFalse();
        assertThat(memory.contains(place(3))).isTrue();
        assertThat(memory.find(place(4))).isPresent();
    }

    @Test
    void aLargeOneTakesThePlaceOfManySmallOnes() throws IOException {
        FrameMemory memory = new FrameMemory(35_000);
        for (int number = 1; number <= 3; number++) {
            memory.add(place(number), frame(10_000));
        }

        memory.add(place(4), frame(100_000));

        assertThat(memory.contains(place(1))).isFalse();
        assertThat(memory.contains(place(3))).isFalse();
        assertThat(memory.contains(place(4))).isTrue();
    }
}
