package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryDescentTest {
    private static final int DEPTH = 3 * DirectoryDescent.OPEN_MOST;
    private static final byte[] NAME = {'d'};

    @TempDir
    Path dir;

    private FileHandle top;
    private DirectoryDescent descent;

    @BeforeEach
    void beginAtTheTop() throws IOException {
        Files.createDirectories(dir.resolve("d/".repeat(DEPTH)));
        top = FileHandle.openDirectory(dir);
        descent = new DirectoryDescent(top, found -> new IOException("another one: " + found));
    }

    @AfterEach
    void close() throws IOException {
        descent.close();
        top.close();
    }

    private List<FileHandle> enterAll() throws IOException {
        List<FileHandle> handles = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            handles.add(descent.enter(NAME));
        }
        return handles;
    }

    private static boolean isOpen(FileHandle handle) {
        try {
            return handle.fd() >= 0;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void onlyTheLastFewAreOpenOnTheWayDown() throws IOException {
        List<FileHandle> handles = enterAll();
        assertThat(handles.stream().filter(DirectoryDescentTest::isOpen))
                .containsExactlyElementsOf(handles.subList(DEPTH - DirectoryDescent.OPEN_MOST, DEPTH));
    }

    @Test
    void onTheWayBackEachIsTheOneThatItWas() throws IOException {
        List<Inodes.Identity> identities = new ArrayList<>();
        for (FileHandle handle = top; descent.depth() < DEPTH; handle = descent.enter(NAME)) {
            identities.add(Inodes.identity(handle));
        }
        for (Inodes.Identity identity : identities.reversed()) {
            descent.leave();
            assertThat(Inodes.identity(descent.handle())).isEqualTo(identity);
        }
        assertThat(descent.handle()).isSameAs(top);
    }

    @Test
    void onTheWayBackOnlyAFewAreOpenedAtOnce() throws IOException {
        enterAll();
        long before = descriptors();
        for (int i = 0; i < DirectoryDescent.OPEN_MOST; i++) {
            descent.leave();
        }
        descent.handle();
        assertThat(descriptors()).isLessThanOrEqualTo(before);
    }

    private long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> pointsInto(fd, dir)).count();
        }
    }

    private static boolean pointsInto(Path fd, Path dir) {
        try {
            return Files.readSymbolicLink(fd).startsWith(dir);
        } catch (IOException e) {
            // The one that the list was read by.
            return false;
        }
    }

    @Test
    void anotherDirectoryInThePlaceOfOneThatWasLeftIsRefused() throws IOException {
        enterAll();
        Path place = dir.resolve("d/d");
        Files.move(place, dir.resolve("away"));
        Files.createDirectories(place.resolve("d/".repeat(DEPTH)));
        while (descent.depth() > DirectoryDescent.OPEN_MOST) {
            descent.leave();
        }
        assertThatThrownBy(() -> descent.handle()).hasMessage("another one: " + place);
        assertThatThrownBy(() -> descent.handle()).as("and stays so").hasMessage("another one: " + place);
    }

    @Test
    void goingToAPathLeavesOnlyWhatIsNotOnTheWay() throws IOException {
        Files.createDirectories(dir.resolve("d/d/other/end"));
        descent.enter(NAME);
        FileHandle kept = descent.enter(NAME);
        FileHandle left = descent.enter(NAME);
        assertThat(Inodes.identity(descent.go(RawPath.names(RawPath.bytes(Path.of("d/d/other/end"))))))
                .isEqualTo(Inodes.identity(dir.resolve("d/d/other/end")));
        assertThat(isOpen(kept)).isTrue();
        assertThat(isOpen(left)).isFalse();
        assertThat(descent.depth()).isEqualTo(4);
        assertThat(RawPath.display(descent.path())).isEqualTo("d/d/other/end");
        assertThat(RawPath.display(descent.name())).isEqualTo("end");
        assertThat(descent.go(Collections.emptyList())).isSameAs(top);
        assertThat(descent.path()).isEmpty();
    }

    @Test
    void symbolicLinkIsNotEntered() throws IOException {
        Files.createSymbolicLink(dir.resolve("link"), Path.of("d"));
        assertThatThrownBy(() -> descent.enter(new byte[] {'l', 'i', 'n', 'k'})).isInstanceOf(LinuxException.class);
        assertThat(descent.depth()).isZero();
    }

    @Test
    void allButTheTopAreClosed() throws IOException {
        List<FileHandle> handles = enterAll();
        descent.close();
        assertThat(handles).noneMatch(DirectoryDescentTest::isOpen);
        assertThat(isOpen(top)).isTrue();
    }
}
