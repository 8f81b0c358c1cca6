package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class LoopFileSystemTest {
    @Test
    void leavesNothingBehindWhateverWasMountedInIt() throws IOException {
        LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64);
        try (fs) {
            Path inside = Files.createDirectory(fs.root().resolve("inside"));
            Mounts.bind(fs.root(), inside);
            Mounts.bind(fs.root(), Files.createDirectory(fs.beside("target")));
        }

        assertThat(fs.beside("")).doesNotExist();
        assertThat(MountTable.self().mounts())
                .noneMatch(mount -> mount.mountPoint().startsWith(fs.beside("")));
    }

    @Test
    void whatAKilledProcessLeftIsRemovedByTheNextAndWhatIsInUseIsNot() throws IOException {
        LoopFileSystem left = LoopFileSystem.create(Kind.EXT4, 64);
        try (LoopFileSystem inUse = LoopFileSystem.create(Kind.EXT4, 64)) {
            left.abandon();

            LoopFileSystem.create(Kind.EXT4, 64).close();

            assertThat(left.image()).doesNotExist();
            assertThat(inUse.image()).exists();
        }
    }
}
