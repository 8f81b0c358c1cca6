package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.TestingHandler.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    Path directory;

    private TestingServer start() throws IOException {
        return TestingServer.start(directory, Limits.DEFAULT, new TestingHandler());
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    @Test
    void socketOfADeadServerIsReplaced() throws IOException {
        listen(directory.resolve("test.sock")).close();
        assertThat(directory.resolve("test.sock")).exists();
        try (TestingServer server = start()) {
            assertThat(server.ask(get("/now")).body()).isEqualTo("now");
        }
    }

    @Test
    void secondServerIsRefusedAndTheFirstGoesOn() throws IOException {
        try (TestingServer server = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("test.sock")
                    .hasMessageContaining("another server is listening");
            assertThat(server.ask(get("/now")).body()).isEqualTo("now");
        }
    }

    @Test
    void serverThatAcceptsNobodyIsStillAnotherServer() throws IOException {
        try (ServerSocketChannel other = listen(directory.resolve("test.sock"))) {
            assertThatThrownBy(this::start).hasMessageContaining("another server is listening");
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void fileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("test.sock"), "precious");
        assertThatThrownBy(this::start).hasMessageContaining("a file of another kind");
        assertThat(file).hasContent("precious");
    }

    @Test
    void directoryIsMadeAndTheSocketHasTheModeAskedFor() throws IOException {
        Path below = directory.resolve("a/b");
        try (TestingServer server = TestingServer.start(below, Limits.DEFAULT, new TestingHandler())) {
            assertThat(Files.getPosixFilePermissions(server.socket()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            try (Stream<Path> files = Files.list(below)) {
                assertThat(files).containsExactly(server.socket());
            }
        }
    }

    @Test
    void socketIsRemovedOnStop() throws Exception {
        try (TestingServer server = start()) {
            server.stop(Duration.ofSeconds(10));
            assertThat(server.socket()).doesNotExist();
        }
    }

    @Test
    void socketOfASuccessorIsNotRemovedOnStop() throws Exception {
        try (TestingServer server = start()) {
            Files.delete(server.socket());
            try (ServerSocketChannel successor = listen(server.socket())) {
                server.stop(Duration.ofSeconds(10));
                assertThat(server.socket()).exists();
                assertThat(successor.isOpen()).isTrue();
            }
        }
    }

    @Test
    void pathThatIsTooLongIsNamedInTheError() {
        assertThatThrownBy(() ->
                        TestingServer.start(directory.resolve("x".repeat(100)), Limits.DEFAULT, new TestingHandler()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on " + directory);
    }
}
