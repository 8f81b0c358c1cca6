package io.flockerj.integration.fault;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Something that a caller asks of a daemon, and what it makes of one volume. */
interface Change {
    /** Who mounts and unmounts. */
    String ENGINE = "engine";

    /** The volume before, empty if there is none. */
    Optional<Volume> before();

    /** The volume after, empty if it is gone. */
    Optional<Volume> after();

    /** Asks for it, and returns when it is acknowledged. */
    void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException;

    /** A name for the n-th volume to change. */
    default String name(int n) {
        return "v" + n;
    }

    /** What there is of the volume's past and of others beside it before, by the names of {@link HostView#volumes}. */
    default Map<String, Optional<Volume>> besideBefore(String name) {
        return Map.of();
    }

    /** What there is beside the volume after. */
    default Map<String, Optional<Volume>> besideAfter(String name) {
        return besideBefore(name);
    }

    /** What more there may be beside the volume once it was asked for again. */
    default Map<String, Set<Optional<Volume>>> besideAfterAll(String name) {
        return Map.of();
    }

    /** What of a change that was cut short does not fit together; empty if all does. */
    default List<String> mixedUp(Map<String, Volume> seen, String name) {
        return List.of();
    }

    /** Brings about what is before. */
    default void prepare(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
        if (before().isPresent()) {
            client.create(name, before().get().options());
        }
    }

    /** Waits for what goes on after the acknowledgement, or for the end of the daemon. */
    default void settle(GatedDaemon daemon, String name) {}

    record Create(Volume wanted) implements Change {
        @Override
        public Optional<Volume> before() {
            return Optional.empty();
        }

        @Override
        public Optional<Volume> after() {
            return Optional.of(wanted);
        }

        @Override
        public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            client.create(name, wanted.options());
        }
    }

    record Mount() implements Change {
        @Override
        public Optional<Volume> before() {
            return Optional.of(Volume.PLAIN);
        }

        @Override
        public Optional<Volume> after() {
            return before();
        }

        @Override
        public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            client.mount(name, ENGINE);
        }
    }

    record Unmount() implements Change {
        @Override
        public Optional<Volume> before() {
            return Optional.of(Volume.PLAIN);
        }

        @Override
        public Optional<Volume> after() {
            return before();
        }

        @Override
        public void prepare(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            Change.super.prepare(daemon, client, name);
            client.mount(name, ENGINE);
        }

        @Override
        public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            client.unmount(name, ENGINE);
        }
    }

    record Resize() implements Change {
        private static final Volume SMALL = Volume.PLAIN.limit(32 << 20);
        private static final Volume LARGE = Volume.PLAIN.limit(64 << 20);

        @Override
        public Optional<Volume> before() {
            return Optional.of(SMALL);
        }

        @Override
        public Optional<Volume> after() {
            return Optional.of(LARGE);
        }

        @Override
        public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            try (ControlClient control = daemon.process().connectToControl()) {
                control.resize(name, Long.toString(LARGE.limit()));
            }
        }
    }

    record Remove() implements Change {
        @Override
        public Optional<Volume> before() {
            return Optional.of(Volume.PLAIN);
        }

        @Override
        public Optional<Volume> after() {
            return Optional.empty();
        }

        @Override
        public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            client.remove(name);
        }
    }

    /** Removes an anonymous volume, which empties the trash of it at once. */
    record Destroy() implements Change {
        @Override
        public String name(int n) {
            return "%064x".formatted(n);
        }

        @Override
        public Optional<Volume> before() {
            return Optional.of(Volume.PLAIN);
        }

        @Override
        public Optional<Volume> after() {
            return Optional.empty();
        }

        @Override
        public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
            client.remove(name);
        }

        @Override
        public void settle(GatedDaemon daemon, String name) {
            HostView view = HostView.of(daemon.process());
            Eventually.await("the end of what was volume " + name, () -> {
                if (daemon.steps().killed() || isGone(daemon, view, name)) {
                    return true;
                }
                sweepAtOnce(daemon, view);
                return false;
            });
        }

        /** Else the file system and the daemon take up to half a minute and a minute to look after what was destroyed. */
        private static void sweepAtOnce(GatedDaemon daemon, HostView view) {
            view.wakeCleaner();
            try (ControlClient control = daemon.process().connectToControl()) {
                control.ask("DELETE", "/v1/trash");
            } catch (IOException e) {
                if (!daemon.steps().killed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        /** A record can vanish while it is looked at, and all that the daemon sees when that is killed: then it is looked at again. */
        private static boolean isGone(GatedDaemon daemon, HostView view, String name) {
            try {
                return !view.trashHas(name);
            } catch (UncheckedIOException vanished) {
                return daemon.steps().killed();
            }
        }
    }
}
