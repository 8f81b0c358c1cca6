package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookedAtOnceTest {
    private static final long SIZE = ContentDigester.BLOCK + 1L;
    private static final Hash DIGEST = new Hash(1, 2, 3, 4);

    private final List<Storage> looked = new ArrayList<>();
    private boolean isHurt;
    private final HashMemory right = new HashMemory(1000);
    private final LookedAtOnce content = new LookedAtOnce(this::look, right);

    private void look(Storage storage, long size, Hash digest) throws IOException {
        looked.add(storage);
        if (isHurt) {
            throw new BrokenException("the content", "it is hurt");
        }
    }

    private static Storage stored(long first, long size) {
        return new Storage.Few(List.of(new Segment.Slice(new Hash(first, 0, 0, 0), 0, size)));
    }

    @Test
    void contentThatWasRightIsNotLookedAtAgain() throws IOException {
        for (int time = 0; time < 3; time++) {
            content.look(stored(1, SIZE), SIZE, DIGEST);
        }

        assertThat(looked).hasSize(1);
    }

    @Test
    void contentThatIsStoredOtherwiseOrHasAnotherDigestOrSizeIsAnother() throws IOException {
        content.look(stored(1, SIZE), SIZE, DIGEST);
        content.look(stored(2, SIZE), SIZE, DIGEST);
        content.look(stored(1, SIZE), SIZE, new Hash(1, 2, 3, 5));
        content.look(stored(1, SIZE), SIZE + 1, DIGEST);

        assertThat(looked).hasSize(4);
    }

    @Test
    void contentThatWasHurtIsLookedAtAgain() throws IOException {
        isHurt = true;
        for (int time = 0; time < 2; time++) {
            assertThatIOException().isThrownBy(() -> content.look(stored(1, SIZE), SIZE, DIGEST));
        }
        isHurt = false;
        content.look(stored(1, SIZE), SIZE, DIGEST);

        assertThat(looked).hasSize(3);
    }

    @Test
    void ofMoreThanCanBeRememberedAsManyAreNotLookedAtAgain() throws IOException {
        for (int time = 0; time < 3; time++) {
            right.next();
            for (int each = 0; each < 2000; each++) {
                content.look(stored(each, SIZE), SIZE, DIGEST);
            }
        }

        assertThat(looked).hasSizeBetween(4000, 4100);
    }
}
