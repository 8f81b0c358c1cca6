package io.flockerj.cli.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.cli.http.Limits;
import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Said;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerTest {
    private static final Container PG = new Container("deadbeef", "pg", "running", List.of("db"), Optional.empty());
    private static final Limits PATIENT = Limits.idle(Duration.ofMinutes(1));

    @TempDir
    private Path directory;

    @Test
    void aContainerThatStaysPausedIsAnErrorWithTheRemedy() throws IOException {
        try (FakeServer engine = engineWhoseContainerIs("paused")) {
            assertThatThrownBy(() -> docker(engine).unpause(PG))
                    .isInstanceOf(DockerException.class)
                    .hasMessage("cannot unpause the container pg: Docker says: cannot thaw; it is still paused, try:"
                            + " docker unpause pg");
        }
    }

    @Test
    void aContainerThatIsNotPausedAnyMoreIsFine() throws IOException {
        try (FakeServer engine = engineWhoseContainerIs("running")) {
            docker(engine).unpause(PG);

            assertThat(engine.asked()).hasSize(2);
        }
    }

    @Test
    void anEngineElsewhereIsNotTalkedTo() {
        assertThatThrownBy(() -> new Docker(Optional.of("tcp://engine:2376"), "test").containers(PATIENT))
                .isInstanceOf(DockerException.class)
                .hasMessageContaining("DOCKER_HOST is tcp://engine:2376: unset it");
    }

    @Test
    void anEngineThatIsNotThereIsNamedWithItsSocket() {
        assertThatThrownBy(() ->
                        new Docker(Optional.of("unix://" + directory.resolve("none")), "test").containers(PATIENT))
                .hasMessageContaining("Docker does not answer at " + directory.resolve("none"));
    }

    private static Docker docker(FakeServer engine) {
        return new Docker(Optional.of("unix://" + engine.socket()), "test");
    }

    private FakeServer engineWhoseContainerIs(String state) throws IOException {
        return FakeServer.start(
                directory.resolve("docker.sock"),
                asked -> asked.method().equals("POST")
                        ? Said.json(500, "{\"message\":\"cannot thaw\"}")
                        : Said.json(200, "[{\"Id\":\"deadbeef\",\"Names\":[\"/pg\"],\"State\":\"" + state + "\"}]"));
    }
}
