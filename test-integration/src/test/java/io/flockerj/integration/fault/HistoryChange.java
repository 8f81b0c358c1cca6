package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * A change that has to do with a volume's past. The volume was made and written; a snapshot was taken of that; and then the volume
 * was written anew.
 */
interface HistoryChange extends Change {
    Volume OLD = Volume.PLAIN.file("data", "old");
    Volume NEW = Volume.PLAIN.file("data", "new");
    String TAKEN = "taken";
    String SAFETY = "before the rollback";
    String OUTCOME = "rollback";

    /** Makes it, unless it was made before. */
    void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException;

    @Override
    default void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
        try (ControlClient control = daemon.process().connectToControl()) {
            ask(control, client, name);
        }
    }

    @Override
    default Optional<Volume> before() {
        return Optional.of(NEW);
    }

    @Override
    default Optional<Volume> after() {
        return before();
    }

    @Override
    default Map<String, Optional<Volume>> besideBefore(String name) {
        return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.of(OLD));
    }

    @Override
    default void prepare(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
        client.create(name, Map.of());
        write(client, name, "old");
        try (ControlClient control = daemon.process().connectToControl()) {
            take(control, name);
            write(client, name, "new");
            prepare(control, client, name);
        }
    }

    /** Brings about what is before, once the volume has its snapshot. */
    default void prepare(ControlClient control, VolumeDriverClient client, String name) throws IOException {}

    /** Waits until what nobody names any more is gone. */
    @Override
    default void settle(GatedDaemon daemon, String name) {
        awaitOrder(daemon);
    }

    /** Waits until there is nothing to clean up any more, or for the end of the daemon. */
    static void awaitOrder(GatedDaemon daemon) {
        HostView view = HostView.of(daemon.process());
        Eventually.await("an end of cleaning up", () -> daemon.steps().killed() || isInOrder(view));
    }

    private static boolean isInOrder(HostView view) {
        try {
            return view.disorder().isEmpty();
        } catch (IOException | UncheckedIOException vanished) {
            return false;
        }
    }

    private static void write(VolumeDriverClient client, String name, String content) throws IOException {
        Path top = client.mount(name, ENGINE);
        Files.writeString(top.resolve("data"), content);
        client.unmount(name, ENGINE);
    }

    /** Takes the snapshot. */
    static void take(ControlClient control, String name) throws IOException {
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("message", TAKEN);
        order.putArray("volumes").add(name);
        control.ask("POST", "/v1/snapshots", order);
    }

    /** Goes back to it. */
    static void rollBack(ControlClient control, String name) throws IOException {
        control.rollback(name + "@" + taken(control, name).orElseThrow());
    }

    /** The id of the volume's first snapshot; empty if it is not kept. */
    static Optional<String> taken(ControlClient control, String name) throws IOException {
        JsonNode log = control.ask("GET", "/v1/log?all=true&ref=" + name).required("snapshots");
        return StreamSupport.stream(log.spliterator(), false)
                .filter(snapshot -> snapshot.path("message").asText().equals(TAKEN))
                .reduce((newer, older) -> older)
                .map(snapshot -> snapshot.required("id").asText());
    }

    private static Optional<String> removed(ControlClient control, String kind, String name) throws IOException {
        JsonNode trash = control.ask("GET", "/v1/trash").required("entries");
        return StreamSupport.stream(trash.spliterator(), false)
                .filter(entry -> entry.required("kind").asText().equals(kind)
                        && (entry.required("name").asText() + "@").startsWith(name + "@"))
                .findAny()
                .map(entry -> entry.required("id").asText());
    }

    private static void restore(ControlClient control, String kind, String name) throws IOException {
        Optional<String> id = removed(control, kind, name);
        if (id.isPresent()) {
            control.ask("POST", "/v1/trash/" + id.get() + "/restore");
        }
    }

    private static void removeSnapshot(ControlClient control, String name) throws IOException {
        Optional<String> id = taken(control, name);
        if (id.isPresent()) {
            control.ask("DELETE", "/v1/snapshots/" + id.get());
        }
    }

    private static void emptyTrash(ControlClient control) throws IOException {
        assertThat(control.ask("DELETE", "/v1/trash").required("left").asInt()).isZero();
    }

    record TakeSnapshot() implements HistoryChange {
        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(
                    HostView.snapshot(name, TAKEN, 1), Optional.of(OLD),
                    HostView.snapshot(name, TAKEN, 2), Optional.of(NEW));
        }

        /** One that was taken, and not acknowledged, and then another. */
        @Override
        public Map<String, Set<Optional<Volume>>> besideAfterAll(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 3), Set.of(Optional.empty(), Optional.of(NEW)));
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            take(control, name);
        }
    }

    record Clone() implements HistoryChange {
        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.of(OLD), "clone-" + name, Optional.of(OLD));
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            client.create(
                    "clone-" + name,
                    Map.of("from", name + "@" + taken(control, name).orElseThrow()));
        }
    }

    record Rollback() implements HistoryChange {
        @Override
        public Optional<Volume> after() {
            return Optional.of(OLD);
        }

        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(
                    HostView.snapshot(name, TAKEN, 1), Optional.of(OLD),
                    HostView.snapshot(name, SAFETY, 1), Optional.of(NEW),
                    HostView.snapshot(name, OUTCOME, 1), Optional.of(OLD));
        }

        @Override
        public Map<String, Set<Optional<Volume>>> besideAfterAll(String name) {
            return Map.of(
                    HostView.snapshot(name, SAFETY, 2), Set.of(Optional.empty(), Optional.of(OLD), Optional.of(NEW)),
                    HostView.snapshot(name, OUTCOME, 2), Set.of(Optional.empty(), Optional.of(OLD)));
        }

        @Override
        public List<String> mixedUp(Map<String, Volume> seen, String name) {
            boolean rolledBack = OLD.equals(seen.get(name));
            boolean safe = seen.containsKey(HostView.snapshot(name, SAFETY, 1));
            boolean recorded = seen.containsKey(HostView.snapshot(name, OUTCOME, 1));
            return rolledBack == recorded && (safe || !rolledBack)
                    ? List.of()
                    : List.of("rolled back: " + rolledBack + ", safe: " + safe + ", recorded: " + recorded);
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            rollBack(control, name);
        }
    }

    record RemoveSnapshot() implements HistoryChange {
        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.empty());
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            removeSnapshot(control, name);
        }
    }

    record RestoreSnapshot() implements HistoryChange {
        @Override
        public void prepare(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            removeSnapshot(control, name);
        }

        @Override
        public Map<String, Optional<Volume>> besideBefore(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.empty());
        }

        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.of(OLD));
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            restore(control, "snapshot", name);
        }
    }

    /** Empties the trash of one snapshot. */
    record DestroySnapshot() implements HistoryChange {
        @Override
        public void prepare(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            removeSnapshot(control, name);
        }

        @Override
        public Map<String, Optional<Volume>> besideBefore(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.empty());
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            emptyTrash(control);
        }
    }

    record RestoreVolume() implements HistoryChange {
        @Override
        public void prepare(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            client.remove(name);
        }

        @Override
        public Optional<Volume> before() {
            return Optional.empty();
        }

        @Override
        public Optional<Volume> after() {
            return Optional.of(NEW);
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            restore(control, "volume", name);
        }
    }

    /** Empties the trash of a volume with its snapshot. */
    record DestroyVolume() implements HistoryChange {
        @Override
        public void prepare(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            client.remove(name);
        }

        @Override
        public Optional<Volume> before() {
            return Optional.empty();
        }

        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(HostView.snapshot(name, TAKEN, 1), Optional.empty());
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            emptyTrash(control);
        }
    }
}
