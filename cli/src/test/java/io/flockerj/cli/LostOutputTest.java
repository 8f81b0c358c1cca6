package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Said;
import io.flockerj.cli.testing.Person;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An answer that does not arrive is no success. */
class LostOutputTest {
    @TempDir
    private Path directory;

    private FakeServer daemon;
    private Person person;

    @BeforeEach
    void start() throws IOException {
        daemon = FakeServer.start(directory.resolve("s"), asked -> Said.chunked(new byte[200_000]));
        person = Person.in(directory, Map.of("FLOCKERJ_SOCKET", daemon.socket().toString()));
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void aFullDiskIsAFailureAndEndsWhatIsGoingOn() {
        assertThat(fli("No space left on device", "cat", "db:/a", "db:/b")).isEqualTo(1);

        assertThat(daemon.asked()).hasSize(1);
        assertThat(person.err()).isEqualTo("fli: the standard output failed: No space left on device\n");
    }

    @Test
    void aShortAnswerIsAFailureToo() {
        assertThat(fli("No space left on device", "completion", "bash")).isEqualTo(1);
    }

    @Test
    void aReaderThatHasHeardEnoughEndsItQuietly() {
        assertThat(fli("Broken pipe", "export", "db")).isEqualTo(141);
        assertThat(fli("Broken pipe", "completion", "bash")).isEqualTo(141);

        assertThat(person.err()).isEmpty();
    }

    private int fli(String why, String... arguments) {
        return Fli.run(
                person.writingTo(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException(why);
                    }
                }),
                arguments);
    }
}
