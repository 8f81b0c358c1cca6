package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatIsThereIsToldFromWhatIsNot() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));

        assertThat(Presence.isThere(directory)).isTrue();
        assertThat(Presence.isDirectory(directory)).isTrue();
        assertThat(Presence.isThere(link)).isFalse();
        assertThat(Presence.isThere(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(Presence.isSymbolicLink(link)).isTrue();
        assertThat(Presence.isSymbolicLink(directory)).isFalse();
        assertThat(Presence.isDirectory(directory.resolve("nothing"))).isFalse();
    }

    /** Any error but ENOENT will do; here it is ELOOP, for which Files.exists says no. */
    @Test
    void whatCannotBeReadIsNotTakenForAbsent() throws IOException {
        Path circle = directory.resolve("circle");
        Files.createSymbolicLink(circle, circle);

        assertThat(Files.exists(circle)).isFalse();
        assertThatIOException().isThrownBy(() -> Presence.isThere(circle));
        assertThatIOException().isThrownBy(() -> Presence.isDirectory(circle.resolve("below")));
        assertThatIOException().isThrownBy(() -> Presence.isSymbolicLink(circle.resolve("below")));
    }

    @Test
    void anIdOfTheHostThatCannotBeReadIsNotMadeAnew() throws IOException {
        Path file = directory.resolve("host-id");
        Files.createSymbolicLink(file, file);

        assertThatIOException()
                .isThrownBy(() -> HostIdentity.of(directory, Path.of("/proc"), () -> {
                    throw new AssertionError("a new id");
                }));

        assertThat(file).isSymbolicLink();
    }
}
