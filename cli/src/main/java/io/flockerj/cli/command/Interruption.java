package io.flockerj.cli.command;

import io.flockerj.cli.docker.Container;
import io.flockerj.cli.docker.Docker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

    /** How long a process that was told to end waits for the snapshot, once the containers go on. */
    private static final long SNAPSHOT_WITHIN_SECONDS = 2;

    private final Session session;
    private final Act undo;
    private final long patience;
    private final Deque<Container> interrupted = new ArrayDeque<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::endBySignal, "end the interruption");
    private Optional<Container> asked = Optional.empty();
    private boolean ended;

    private Interruption(Session session, Act undo, long patience) {
        this.session = session;
        this.patience = patience;
        this.undo = undo;
    }

    /** Pauses those of the containers that run; those that are paused already stay so, and are named. */
    static Interruption pause(Session session, Docker docker, List<Container> containers) throws IOException {
        containers.stream()
                .filter(Container::isPaused)
                .map(Container::name)
                .forEach(name -> session.remark(
                        name + " was paused already, and stays so; let it go on with: docker unpause " + name));
        return new Interruption(session, docker::unpause, SNAPSHOT_WITHIN_SECONDS)
                .begin(containers.stream().filter(Container::isRunning).toList(), docker::pause);
    }

    /** Stops these containers, the newest first; none if one could not be started again. */
    static Interruption stop(Session session, Docker docker, List<Container> containers)
            throws IOException, CommandException {
        for (Container container : containers) {
            checkRestartable(docker, container);
        }
        return new Interruption(session, docker::start, 0).begin(containers, docker::stop);
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

    /** Nothing is locked while Docker is asked, so that the others can go on meanwhile. */
    private void interrupt(Container container, Act act) throws IOException {
        synchronized (this) {
            if (ended) {
                throw new IOException("interrupted");
            }
            asked = Optional.of(container);
        }
        try {
            act.on(container);
        } finally {
            synchronized (this) {
                // Also when it failed, for the answer may have been lost.
                interrupted.push(container);
                asked = Optional.empty();
                notifyAll();
            }
        }
    }

    /**
     * Lets all of them go on, the last one first; one of which Docker has not answered yet follows when it has.
     *
     * @return what went wrong
     */
    Optional<IOException> end() {
        List<String> problems = new ArrayList<>();
        for (Optional<Container> next = next(); next.isPresent(); next = next()) {
            try {
                undo.on(next.get());
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return problems.isEmpty() ? Optional.empty() : Optional.of(new IOException(String.join("\n", problems)));
    }

    private synchronized Optional<Container> next() {
        ended = true;
        try {
            while (interrupted.isEmpty() && asked.isPresent()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(interrupted.poll());
    }

    /** Whether they are still interrupted: nothing has let them go on. */
    synchronized boolean lasts() {
        return !ended;
    }

    /** The process ends when this does; what it was for may have to be taken back before. */
    private void endBySignal() {
        end().ifPresent(problem -> session.tell(Failure.of(problem)));
        session.around().err().flush();
        try {
            if (!over.await(patience, TimeUnit.SECONDS) && patience > 0) {
                session.remark(
                        "the containers go on; a snapshot that the daemon still takes may say that they were paused,"
                                + " see: fli log");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        session.around().err().flush();
    }

    /** Ends it, if it has not been ended. */
    @Override
    public void close() throws IOException {
        Optional<IOException> problem = end();
        over.countDown();
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
