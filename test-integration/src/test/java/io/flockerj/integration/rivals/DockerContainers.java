package io.flockerj.integration.rivals;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Containers of a Docker engine, which makes volumes that are not there. */
record DockerContainers(PrivateEngine engine, Ledger ledger) implements Containers {
    @Override
    public Optional<Container> start(Line line, String volume, String name) throws IOException {
        long begin = ledger.now();
        Outcome run = engine.docker(
                "run",
                "-d",
                "--network=none",
                "--stop-signal=KILL",
                "--name=" + name,
                "--mount=type=volume,src=" + volume + ",dst=/data,volume-driver=" + FlockerjPlugin.NAME,
                BusyboxImage.NAME,
                "tail",
                "-f",
                "/dev/null");
        ledger.of(volume).unlessThere(new Register.Holds(0), begin, ledger.now(), run.exit() == 0);
        Container container = new Running(this, name);
        if (run.exit() != 0) {
            container.close();
            return Optional.empty();
        }
        if (Files.getAttribute(container.top(), "unix:dev").equals(Files.getAttribute(engine.dataRoot(), "unix:dev"))) {
            ledger.complain("container " + name + " was given a bare directory");
            container.close();
            return Optional.empty();
        }
        return Optional.of(container);
    }

    @Override
    public void create(Line line, String volume) throws IOException {
        require(engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, volume));
    }

    @Override
    public void remove(Line line, String volume) throws IOException {
        require(engine.docker("volume", "rm", volume));
    }

    /** What Docker says no to may have been done all the same: it does not tell what the driver has said. */
    private static void require(Outcome outcome) throws IOException {
        if (outcome.exit() != 0) {
            throw new IOException(outcome.toString());
        }
    }

    private record Running(DockerContainers containers, String name) implements Container {
        @Override
        public Path top() {
            String pid = containers
                    .engine
                    .docker("inspect", "-f", "{{.State.Pid}}", name)
                    .ok();
            return Path.of("/proc", pid, "root/data");
        }

        @Override
        public void close() {
            containers.engine.docker("rm", "-f", name);
        }
    }
}
