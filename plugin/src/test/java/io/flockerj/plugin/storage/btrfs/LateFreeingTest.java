package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.FileSystemStat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a real btrfs gives back what destroyed trees took. */
@Tag("root")
class LateFreeingTest {
    private static final int BYTES = 100 << 20;

    /** Less than the half minute after which the kernel would do it by itself. */
    @Test
    @Timeout(20)
    void whatADestroyedTreeTookIsFreeWhenNothingIsBeingFreedAnyMore() throws Exception {
        try (TreesOnBtrfs trees = new TreesOnBtrfs(512)) {
            Path root = trees.begin();
            byte[] content = new byte[BYTES];
            new Random(1).nextBytes(content);
            Files.write(root.resolve("file"), content);
            assertThat(trees.driver().isFreeing()).as("before").isFalse();
            Path around = Objects.requireNonNull(root.getParent());
            long free = FileSystemStat.of(around).availableBytes();

            trees.driver().destroy(trees.tree());

            assertThat(trees.driver().isFreeing()).isTrue();
            while (trees.driver().isFreeing()) {
                Thread.onSpinWait();
            }
            assertThat(FileSystemStat.of(around).availableBytes()).isGreaterThan(free + BYTES * 9L / 10);
        }
    }
}
