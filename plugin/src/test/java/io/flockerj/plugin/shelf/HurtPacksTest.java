package io.flockerj.plugin.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HurtPacksTest {
    private final Supplier<Id> ids = Id.source(new Random(1));

    @TempDir
    Path directory;

    private HurtPacks loaded() {
        return HurtPacks.load(directory.resolve("hurt"), this::place, ids);
    }

    private Path place(Hash pack) {
        return directory.resolve(pack.hex());
    }

    private Hash pack(int number) throws IOException {
        Hash pack = new Hash(number, 0, 0, 0);
        Files.write(place(pack), new byte[number % 7]);
        return pack;
    }

    @Test
    void nothingIsHurtAtFirst() throws IOException {
        assertThat(loaded().all()).isEmpty();
        assertThat(loaded().era()).isEqualTo("0");
    }

    @Test
    void ofTooManyTheOldestAreForgotten() throws IOException {
        HurtPacks packs = loaded();
        for (int number = 0; number < HurtPacks.MOST + 10; number++) {
            packs.add(pack(number));
        }

        assertThat(loaded().all())
                .hasSize(HurtPacks.MOST)
                .doesNotContain(new Hash(9, 0, 0, 0))
                .contains(new Hash(10, 0, 0, 0));
        assertThat(loaded().era()).isEqualTo(packs.era());
    }

    @Test
    void aPackThatIsGoneIsALossOfWhichNothingIsKept() throws IOException {
        HurtPacks packs = loaded();
        String before = packs.era();

        packs.add(new Hash(1, 2, 3, 4));

        assertThat(packs.era()).isNotEqualTo(before);
        assertThat(loaded().era()).isEqualTo(packs.era());
        assertThat(loaded().all()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsAnEraOfItsOwn() throws IOException {
        HurtPacks packs = loaded();
        packs.add(pack(1));
        for (byte[] torn : new byte[][] {{}, "era".getBytes(StandardCharsets.US_ASCII), new byte[100]}) {
            Files.write(directory.resolve("hurt"), torn);
            assertThat(loaded().era())
                    .isNotEqualTo(packs.era())
                    .isNotEqualTo("0")
                    .isNotEqualTo(loaded().era());
        }
        Files.delete(directory.resolve("hurt"));
        Files.createDirectory(directory.resolve("hurt"));
        assertThat(loaded().era()).isNotEqualTo(packs.era()).isNotEqualTo("0");
    }
}
