package io.flockerj.integration.rivals;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What an engine and its runtime do for a container, and no engine: ask for the volume's mount, and bind it elsewhere. */
record BoundContainers(Path directory, Ledger ledger) implements Containers {
    @Override
    public Optional<Container> start(Line line, String volume, String name) throws IOException {
        Path top = directory.resolve(name);
        Path point;
        try {
            point = line.driver(client -> client.mount(volume, name));
        } catch (IOException unknownOrUnanswered) {
            return Optional.empty();
        }
        Files.createDirectory(top);
        try {
            Mounts.bind(point, top);
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            release(line, volume, name);
            return Optional.empty();
        }
        Container container = new Bound(this, line, volume, name, top);
        if (Files.getAttribute(top, "unix:dev").equals(Files.getAttribute(directory, "unix:dev"))) {
            ledger.complain("container " + name + " was given a bare directory: " + point);
            container.close();
            return Optional.empty();
        }
        return Optional.of(container);
    }

    @Override
    public void create(Line line, String volume) throws IOException {
        line.driver(client -> {
            client.create(volume, Map.of());
            return volume;
        });
    }

    @Override
    public void remove(Line line, String volume) throws IOException {
        line.driver(client -> {
            client.remove(volume);
            return volume;
        });
    }

    /** Engines forget this where the daemon does not answer, and so may we. */
    private static void release(Line line, String volume, String name) {
        try {
            line.driver(client -> {
                client.unmount(volume, name);
                return volume;
            });
        } catch (IOException lost) {
            // It was told, or its daemon is gone.
        }
    }

    private record Bound(BoundContainers engine, Line line, String volume, String name, Path top) implements Container {
        @Override
        public void close() throws IOException {
            Mounts.unmount(top);
            Files.delete(top);
            release(line, volume, name);
        }
    }
}
