package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.docker.Container;
import io.flockerj.cli.docker.Docker;
import io.flockerj.cli.http.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Who has a volume mounted: the containers by their names, where Docker says so at once, else the daemon's count. */
final class Holders implements AutoCloseable {
    /** What a question may wait for Docker. */
    private static final Limits AT_ONCE = Limits.total(Duration.ofMillis(100));

    private final FutureTask<Optional<List<Container>>> containers;

    private Holders(FutureTask<Optional<List<Container>>> containers) {
        this.containers = containers;
    }

    /** Nobody is asked. */
    static Holders unknown() {
        return new Holders(new FutureTask<>(Optional::empty));
    }

    /** Begins to ask, while the daemon is asked for the rest. */
    static Holders ask(Docker docker) {
        FutureTask<Optional<List<Container>>> asked = new FutureTask<>(() -> {
            try {
                return Optional.of(docker.containers(AT_ONCE));
            } catch (IOException noDocker) {
                return Optional.empty(); // fli works without Docker; the daemon's count stands in
            }
        });
        Thread.ofPlatform().daemon().name("docker").start(asked);
        return new Holders(asked);
    }

    /** Such as {@code pg, app}, {@code 1 mount} or {@code -}. */
    String of(Volume volume) {
        List<String> names = containers().stream()
                .flatMap(List::stream)
                .filter(container -> container.volumes().contains(volume.name()))
                .map(container ->
                        container.isRunning() ? container.name() : container.name() + " (" + container.state() + ")")
                .sorted()
                .toList();
        if (!names.isEmpty()) {
            return names.stream().collect(Collectors.joining(", "));
        }
        long mounts = volume.mountsHeld();
        return mounts == 0 ? "-" : mounts + (mounts == 1 ? " mount" : " mounts");
    }

    /** Whether the daemon knows of more mounts than these containers have. */
    static boolean areMore(Volume volume, List<Container> containers) {
        return volume.mountsHeld()
                > containers.stream()
                        .mapToLong(container -> container.mountsOf(volume.name()))
                        .sum();
    }

    /** Waits for the answer, so that nothing is being asked any more. */
    @Override
    public void close() {
        containers();
    }

    private Optional<List<Container>> containers() {
        try {
            containers.run(); // nothing, if it has begun
            return containers.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking Docker failed", e.getCause());
        }
    }
}
