package io.flockerj.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.PackEnd;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PackIndexTest {
    private static final String GOLDEN_PACK = "1814d48ddb8adecaa118b44018bf5f2cfc3f9653dafd8b7d07e463ebb38d39c5";

    @Test
    void anIndexOfAnotherProgramIsReadAndWrittenTheSame() throws IOException {
        byte[] golden = golden();
        List<IndexedPack> packs = PackIndex.read("index", golden, pack -> true);

        assertThat(packs).hasSize(2);
        PackEnd end = packs.getLast().end();
        assertThat(end.info().name()).hasToString(GOLDEN_PACK);
        assertThat(end.table().chunks()).isEqualTo(6);
        assertThat(packs.getFirst().end().table().chunks()).isEqualTo(1);
        assertThat(PackIndex.write(packs.reversed())).isEqualTo(golden);
    }

    @Test
    void onlyWhatIsWantedIsTold() throws IOException {
        List<IndexedPack> packs =
                PackIndex.read("index", golden(), pack -> pack.toString().equals(GOLDEN_PACK));

        assertThat(packs).hasSize(1);
        assertThat(packs.getFirst().name()).hasToString(GOLDEN_PACK);
    }

    @Test
    void whereverItIsCutShortOrChangedItIsRefused() throws IOException {
        byte[] golden = golden();
        for (int at = 0; at < golden.length; at++) {
            byte[] shorter = Arrays.copyOf(golden, at);
            byte[] changed = golden.clone();
            changed[at] ^= 4;
            assertThatThrownBy(() -> PackIndex.read("index", shorter, pack -> true))
                    .isInstanceOf(BrokenException.class);
            assertThatThrownBy(() -> PackIndex.read("index", changed, pack -> true))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPackIsInItOnce() throws IOException {
        IndexedPack pack = PackIndex.read("index", golden(), any -> true).getFirst();
        byte[] twice = PackIndex.write(List.of(pack, pack));

        assertThatThrownBy(() -> PackIndex.read("index", twice, any -> true))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("not in order");
    }

    // Written by a program in another language, after the format: of golden.pack and of one that is made up.
    private static byte[] golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(PackIndexTest.class.getResourceAsStream("golden.index"))) {
            return in.readAllBytes();
        }
    }
}
