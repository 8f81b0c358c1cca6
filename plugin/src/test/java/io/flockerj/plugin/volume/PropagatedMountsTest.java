package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class PropagatedMountsTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final Path PROC = Path.of("/proc");

    @Test
    void mountThatReachesAnotherNamespaceIsMade() throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(Kind.EXT4, 16)) {
            Path directory = mountDirectory(fileSystem);
            Mounts.makeShared(directory);
            try (OtherNamespace engine = new OtherNamespace("slave")) {
                Path point = mounts(directory).attach(DB, tree(fileSystem));

                assertThat(engine.run("cat " + point + "/file")).contains("kept");
            }
            mounts(directory).detach(DB);
            Mounts.unmount(directory);
        }
    }

    @Test
    void mountThatNobodyElseSeesIsRefusedAndTakenAway() throws IOException {
        try (LoopFileSystem fileSystem = LoopFileSystem.create(Kind.EXT4, 16)) {
            Path directory = mountDirectory(fileSystem);
            Mounts.makePrivate(directory);
            Path tree = tree(fileSystem);

            assertThatIOException()
                    .isThrownBy(() -> mounts(directory).attach(DB, tree))
                    .withMessageContaining("disable the plugin");

            assertThat(directory).isEmptyDirectory();
            Mounts.unmount(directory);
        }
    }

    private static VolumeMounts mounts(Path directory) {
        return new PropagatedMounts(new BindMounts(directory), new MountReach(PROC));
    }

    private static Path mountDirectory(LoopFileSystem fileSystem) throws IOException {
        Path directory = Files.createDirectory(fileSystem.beside("mounts"));
        Mounts.mount("none", directory, "tmpfs", Set.of(), "");
        return directory;
    }

    private static Path tree(LoopFileSystem fileSystem) throws IOException {
        Path tree = Files.createDirectory(fileSystem.root().resolve("tree"));
        Files.writeString(tree.resolve("file"), "kept");
        return tree;
    }
}
