package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostRootTest {
    @TempDir
    Path root;

    /** Whoever clears the directory away shall not wonder about links that lead out of it. */
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private Path resolve(String hostPath) throws IOException {
        return new HostRoot(root).resolve(Path.of(hostPath));
    }

    @ParameterizedTest
    @CsvSource({
        "/, ''",
        "/var/lib/flockerj, var/lib/flockerj",
        "/absolute, disk/data",
        "/absolute/below, disk/data/below",
        "/disk/relative, disk/data",
        "/disk/up, var",
        "/chain, disk/data",
        "/to-root, ''",
        "/to-root/var, var",
        "/beyond, var",
        "/dangling/pool, nowhere/pool",
        "/var/../disk, disk",
        "/../../var, var",
        "/absolute/.., disk",
        "/./var/., var",
        "/dots, disk"
    })
    void linksAreFollowedWithinTheHost(String hostPath, String found) throws IOException {
        Files.createDirectories(root.resolve("disk/data"));
        Files.createDirectories(root.resolve("var"));
        link("absolute", "/disk/data");
        link("disk/relative", "data");
        link("disk/up", "../var");
        link("chain", "/absolute/../../disk/relative");
        link("to-root", "/");
        link("beyond", "../../../../../../../../var");
        link("dangling", "/nowhere");
        link("dots", "./disk/./data/..");

        assertThat(resolve(hostPath)).isEqualTo(found.isEmpty() ? root : root.resolve(found));
    }

    @Test
    void linksThatGoRoundAreRefused() throws IOException {
        link("a", "/b");
        link("b", "a");
        link("itself", "itself/below");

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> resolve("/a"))
                .withMessageContaining("the path /a of the host cannot be followed")
                .withMessageContaining("FileSystemLoop");
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> resolve("/itself"))
                .withMessageContaining("the path /itself of the host cannot be followed")
                .withMessageContaining("FileSystemLoop");
    }

    @Test
    void aChainOfFortyLinksIsFollowedAndNoLonger() throws IOException {
        for (int i = 0; i < 41; i++) {
            link("link-" + i, "/link-" + (i + 1));
        }

        assertThat(resolve("/link-1")).isEqualTo(root.resolve("link-41"));
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> resolve("/link-0"))
                .withMessageContaining("the path /link-0 of the host cannot be followed")
                .withMessageContaining("FileSystemLoop");
    }

    @Test
    void relativePathsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> resolve("var"));
        assertThatIllegalArgumentException().isThrownBy(() -> new HostRoot(Path.of("host")));
    }

    @Test
    void aDirectoryThatIsNoMountIsNotTakenForTheHost() throws IOException {
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> new HostRoot(root).requireMounted())
                .withMessageContaining("not mounted at " + root);
        new HostRoot(Path.of("/")).requireMounted();
        new HostRoot(Path.of("/proc")).requireMounted();
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(name), Path.of(target));
    }
}
