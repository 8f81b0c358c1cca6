package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TornTest {
    @Test
    void allAreCountedAndTheFirstNamed() {
        Torn torn = Torn.NONE;
        for (int i = 0; i < 1000; i++) {
            torn = torn.and("/" + i);
        }

        assertThat(torn.files()).isEqualTo(1000);
        assertThat(torn.first()).hasSize(Torn.MOST_NAMED).startsWith("/0", "/1");
    }

    @Test
    void ofALongPathTheEndIsKept() {
        String path = "/" + "d/".repeat(200) + "file";

        String kept = Torn.NONE.and(path).first().getFirst();

        assertThat(kept).hasSize(Torn.LONGEST).startsWith("…").endsWith("/d/file");
    }

    @Test
    void aPathIsNotCutInTheMidstOfACharacter() {
        for (int length = 250; length < 260; length++) {
            String kept = Torn.NONE
                    .and("/" + "x".repeat(length % 2) + "\uD83D\uDE00".repeat(length))
                    .first()
                    .getFirst();

            assertThat(kept).hasSizeLessThanOrEqualTo(Torn.LONGEST);
            assertThat(new String(kept.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(kept);
        }
    }

    @Test
    void moreNamesThanFilesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Torn(1, List.of("/a", "/b")));
    }
}
