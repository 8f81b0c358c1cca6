package io.flockerj.cli.command;

import io.flockerj.cli.docker.Container;
import io.flockerj.cli.docker.Docker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Containers that are paused or stopped for a while. However that while ends, by an error or by a signal to this process,
 * they go on in the reverse order: {@link #close} and a shutdown hook see to it.
 */
final class Interruption implements AutoCloseable {
    /** Does something to a container. */
    @FunctionalInterface
    private interface Act {
        void on(Container container) throws IOException;
    }

    private final Act undo;
    private final Deque<Container> interrupted = new ArrayDeque<>();
    private final Thread hook = new Thread(this::end, "end the interruption");
    private boolean ended;

    private Interruption(Act undo) {
        this.undo = undo;
    }

    /** Pauses the running containers that have one of these volumes mounted; those that are paused already stay so. */
    static Interruption pause(Docker docker, List<String> volumes) throws IOException {
        List<Container> running =
                docker.holdersOf(volumes).stream().filter(Container::isRunning).toList();
        return new Interruption(docker::unpause).begin(running, docker::pause);
    }

    /** Stops the containers that have the volume mounted, the newest first; none if one could not be started again. */
    static Interruption stop(Docker docker, String volume) throws IOException, CommandException {
        List<Container> containers = docker.holdersOf(List.of(volume));
        for (Container container : containers) {
            checkRestartable(docker, container);
        }
        return new Interruption(docker::start).begin(containers, docker::stop);
    }

    private static void checkRestartable(Docker docker, Container container) throws IOException, CommandException {
        String name = container.name();
        if (!container.isRunning()) {
            throw CommandException.conflict("the container " + name + " is " + container.state()
                    + ", and could not be brought back to that; make it run, or stop it, and try again");
        }
        if (container.service().isPresent()) {
            String service = container.service().get();
            throw CommandException.conflict("the container " + name + " belongs to the service " + service
                    + ", which would start another; first: docker service scale " + service + "=0");
        }
        if (docker.isRemovedWhenItEnds(container)) {
            throw CommandException.conflict("the container " + name
                    + " was started with --rm, and would be gone when stopped; stop it yourself, and try again");
        }
    }

    private Interruption begin(List<Container> containers, Act act) throws IOException {
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            for (Container container : containers) {
                interrupt(container, act);
            }
        } catch (IOException | RuntimeException e) {
            end().ifPresent(e::addSuppressed);
            close();
            throw e;
        }
        return this;
    }

    /** It counts as interrupted before Docker is asked, for the answer may be lost. */
    private synchronized void interrupt(Container container, Act act) throws IOException {
        if (ended) {
            throw new IOException("interrupted");
        }
        interrupted.push(container);
        act.on(container);
    }

    /** Lets all of them go on, the last one first; answers with what went wrong. */
    synchronized Optional<IOException> end() {
        ended = true;
        List<String> problems = new ArrayList<>();
        while (!interrupted.isEmpty()) {
            try {
                undo.on(interrupted.peek());
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
            interrupted.pop();
        }
        return problems.isEmpty() ? Optional.empty() : Optional.of(new IOException(String.join("\n", problems)));
    }

    /** Ends it, if it has not been ended. */
    @Override
    public void close() throws IOException {
        Optional<IOException> problem = end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook has begun, and finds nothing to do.
        }
        if (problem.isPresent()) {
            throw problem.get();
        }
    }
}
