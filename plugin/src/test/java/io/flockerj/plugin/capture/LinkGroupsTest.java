package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkGroupsTest {
    @TempDir
    private Path directory;

    private void makeThree() throws IOException {
        for (String name : new String[] {"a", "b", "c"}) {
            Files.createLink(directory.resolve(name + "2"), Files.createFile(directory.resolve(name + "1")));
        }
    }

    @Test
    void noMoreFilesWithSeveralNamesAreCountedThanCanBeHeld() throws IOException {
        makeThree();
        try (FileHandle root = FileHandle.openDirectory(directory)) {
            new LinkGroups(3, 10_000).countBelow(root, Progress.IGNORED);
            assertThatThrownBy(() -> new LinkGroups(2, 10_000).countBelow(root, Progress.IGNORED))
                    .hasMessageContaining("more files with several names");
        }
    }

    @Test
    void theirFirstNamesAreNoLongerTogetherThanWhoeverTakesThemInCanHold() throws IOException {
        makeThree();
        try (FileHandle root = FileHandle.openDirectory(directory)) {
            LinkGroups groups = new LinkGroups(3, 2 * 152);
            groups.countBelow(root, Progress.IGNORED);
            for (String name : new String[] {"a1", "a2", "b1", "b2"}) {
                assertThat(meet(groups, root, name).id()).isPresent();
            }
            assertThatThrownBy(() -> meet(groups, root, "c1")).hasMessageContaining("c1");
        }
    }

    private static LinkGroups.Group meet(LinkGroups groups, FileHandle root, String name) throws IOException {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        return groups.meet(FileStatus.in(root, path), path);
    }

    @Test
    void attributesThatAreTooLongTogetherAreRefused() {
        List<byte[]> names = IntStream.range(0, 70)
                .mapToObj(i -> ("user." + i).getBytes(StandardCharsets.UTF_8))
                .toList();
        assertThatThrownBy(() -> InodeCapture.attributeSet(names, name -> Optional.of(new byte[65_536]), "/file"))
                .hasMessageContaining("/file")
                .hasMessageContaining("4194304 bytes");
    }
}
