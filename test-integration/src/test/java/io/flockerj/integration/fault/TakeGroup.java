package io.flockerj.integration.fault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes snapshots of two volumes as one group. Cut short it may have taken one of them, which then stays. */
record TakeGroup() implements HistoryChange {
    private static String other(String name) {
        return "other-" + name;
    }

    @Override
    public void prepare(ControlClient control, VolumeDriverClient client, String name) throws IOException {
        client.create(other(name), Map.of());
    }

    @Override
    public Map<String, Optional<Volume>> besideBefore(String name) {
        return Map.of(other(name), Optional.of(Volume.PLAIN), HostView.snapshot(name, TAKEN, 1), Optional.of(OLD));
    }

    @Override
    public Map<String, Optional<Volume>> besideAfter(String name) {
        return Map.of(
                other(name), Optional.of(Volume.PLAIN),
                HostView.snapshot(name, TAKEN, 1), Optional.of(OLD),
                HostView.snapshot(name, TAKEN, 2), Optional.of(NEW),
                HostView.snapshot(other(name), TAKEN, 1), Optional.of(Volume.PLAIN));
    }

    /** What was taken and not acknowledged, and then both again. */
    @Override
    public Map<String, Set<Optional<Volume>>> besideAfterAll(String name) {
        return Map.of(
                HostView.snapshot(name, TAKEN, 3), Set.of(Optional.empty(), Optional.of(NEW)),
                HostView.snapshot(other(name), TAKEN, 2), Set.of(Optional.empty(), Optional.of(Volume.PLAIN)));
    }

    @Override
    public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("message", TAKEN);
        order.putArray("volumes").add(name).add(other(name));
        control.ask("POST", "/v1/snapshots", order);
    }
}
