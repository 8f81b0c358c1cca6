package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.AttachedLoop;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.MountFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class MountedBtrfsTest {
    private LoopFileSystem disk;
    private AttachedLoop loop;

    @BeforeEach
    void attachDevice() throws IOException {
        disk = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 512);
        Files.writeString(disk.root().resolve("file"), "text");
        disk.unmount();
        loop = new LoopDevices(Path.of("/dev"), Path.of("/sys")).attach(disk.image());
    }

    @AfterEach
    void detachDevice() throws IOException {
        loop.close();
        disk.close();
    }

    @Test
    void theFirstSpellingThatTheKernelKnowsIsTaken() throws IOException {
        try (MountedBtrfs mounted = mount("rescue=unheard-of", "nologreplay-neither", "rescue=nologreplay")) {
            assertThat(mounted.mountPoint().resolve("file")).hasContent("text");
        }
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> mount("rescue=unheard-of").close())
                .withMessageContaining("EINVAL");
    }

    private MountedBtrfs mount(String... spellings) throws IOException {
        return MountedBtrfs.mount(
                loop.device(),
                disk.beside("pool"),
                EnumSet.of(MountFlag.NOATIME, MountFlag.READ_ONLY),
                List.of(spellings));
    }
}
