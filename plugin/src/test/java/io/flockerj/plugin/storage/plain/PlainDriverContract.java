package io.flockerj.plugin.storage.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.StorageDriverContract;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What plain directories promise beyond every driver's promises. */
abstract class PlainDriverContract extends StorageDriverContract {
    PlainDriverContract(LoopFileSystem fileSystem) {
        super(fileSystem);
    }

    @Override
    protected StorageDriver open(Path trees) {
        return new PlainDriver(trees);
    }

    @Override
    protected void makeHalf(TreeId tree) throws IOException {
        Files.createDirectory(driver().path(tree));
    }

    @Test
    void onlyTheOwnerIsKept() {
        assertThat(driver().name()).isEqualTo("plain");
        assertThat(driver().attributes()).containsExactly(TreeAttribute.OWNER);
    }

    @Test
    void aFileThatHasAnotherNameElsewhereStaysThere() throws IOException {
        TreeId tree = newTree();
        Path file = Files.writeString(create(tree).resolve("file"), "text");
        Path elsewhere = Files.createLink(fileSystem().root().resolve("elsewhere"), file);

        driver().destroy(tree);

        assertThat(elsewhere).hasContent("text");
    }

    @Test
    void aHundredThousandFilesInOneDirectoryAreDestroyed() throws IOException {
        TreeId tree = newTree();
        Path directory = Files.createDirectory(create(tree).resolve("directory"));
        for (int i = 0; i < 100_000; i++) {
            Files.createFile(directory.resolve("file-" + i));
        }

        driver().destroy(tree);

        assertGone(driver().path(tree));
    }
}
