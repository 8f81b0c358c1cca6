package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockHashFilesTest {
    private static final int BLOCKS = 100;
    /** Of one list, with what stands in front of it. */
    private static final long SIZE = BLOCKS * 32 + 8;

    private final Random random = new Random(1);
    private Path directory = Path.of("");

    @BeforeEach
    void remember(@TempDir Path temporary) {
        directory = temporary.resolve("blocks");
    }

    private BlockList list() {
        byte[] hashes = new byte[BLOCKS * Hash.LENGTH];
        random.nextBytes(hashes);
        return BlockList.of(hashes);
    }

    private static Hash digest(int number) {
        return new Hash(number, 2, 3, 4);
    }

    private long sizeOfAll() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void whatIsPutIsFoundAlsoByTheNextOne() throws IOException {
        BlockHashFiles files = BlockHashFiles.open(directory, 10 * SIZE);
        BlockList list = list();
        files.put(digest(1), list);

        assertThat(files.find(digest(1)).orElseThrow().toArray()).isEqualTo(list.toArray());
        assertThat(files.find(digest(2))).isEmpty();
        BlockHashFiles next = BlockHashFiles.open(directory, 10 * SIZE);
        assertThat(next.find(digest(1)).orElseThrow().toArray()).isEqualTo(list.toArray());
    }

    @Test
    void whatCannotBeWrittenIsNotRememberedAndHindersNobody() throws IOException {
        BlockHashFiles files = BlockHashFiles.open(directory, 10 * SIZE);
        Files.createDirectories(directory.resolve(digest(1).hex()).resolve("in the way"));

        files.put(digest(1), list());
        files.put(digest(2), list());

        assertThat(files.find(digest(1))).isEmpty();
        assertThat(files.find(digest(2))).isPresent();
        assertThat(directory.resolve(digest(1).hex() + ".new")).doesNotExist();
    }

    @Test
    void whatWasNotAskedForLongestIsForgottenFirst() throws IOException {
        BlockHashFiles files = BlockHashFiles.open(directory, 3 * SIZE);
        for (int i = 1; i <= 3; i++) {
            files.put(digest(i), list());
        }
        files.find(digest(1));
        files.put(digest(3), list());

        files.put(digest(4), list());

        assertThat(files.find(digest(2))).isEmpty();
        assertThat(files.find(digest(1))).isPresent();
        assertThat(files.find(digest(3))).isPresent();
        assertThat(files.find(digest(4))).isPresent();
        assertThat(sizeOfAll()).isEqualTo(3 * SIZE);
    }

    @Test
    void theEldestAreForgottenWhenThereIsLessRoomThanBefore() throws IOException {
        BlockHashFiles files = BlockHashFiles.open(directory, 10 * SIZE);
        for (int i = 1; i <= 4; i++) {
            files.put(digest(i), list());
            Files.setLastModifiedTime(
                    directory.resolve(digest(i).hex()), FileTime.fromMillis(i == 2 ? 1 : i * 1_000_000L));
        }

        BlockHashFiles next = BlockHashFiles.open(directory, 3 * SIZE);

        assertThat(next.find(digest(2))).isEmpty();
        assertThat(next.find(digest(1))).isPresent();
        assertThat(sizeOfAll()).isEqualTo(3 * SIZE);
    }

    @Test
    void aListThatIsLargerThanAllMayBeIsNotKept() throws IOException {
        BlockHashFiles files = BlockHashFiles.open(directory, SIZE - 1);

        files.put(digest(1), list());

        assertThat(files.find(digest(1))).isEmpty();
        assertThat(sizeOfAll()).isZero();
    }

    @Test
    void brokenMissingAndUnfinishedFilesAreNothing() throws IOException {
        BlockHashFiles files = BlockHashFiles.open(directory, 10 * SIZE);
        for (int i = 1; i <= 4; i++) {
            files.put(digest(i), list());
        }
        Files.write(directory.resolve(digest(1).hex()), new byte[(int) SIZE]);
        Files.write(directory.resolve(digest(2).hex()), new byte[3]);
        Files.delete(directory.resolve(digest(3).hex()));
        Files.write(directory.resolve(digest(5).hex() + ".new"), new byte[7]);
        Files.writeString(directory.resolve("else"), "");

        BlockHashFiles next = BlockHashFiles.open(directory, 10 * SIZE);

        for (BlockHashFiles each : new BlockHashFiles[] {files, next}) {
            assertThat(each.find(digest(1))).isEmpty();
            assertThat(each.find(digest(2))).isEmpty();
            assertThat(each.find(digest(3))).isEmpty();
            assertThat(each.find(digest(4))).isPresent();
        }
        assertThat(directory.resolve(digest(5).hex() + ".new")).doesNotExist();
    }
}
