package io.flockerj.integration.fault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people say of a snapshot, in its own record or in its volumeset's. */
final class Remarks {
    private Remarks() {}

    private static String snapshot(String name) {
        return HostView.snapshot(name, HistoryChange.TAKEN, 1);
    }

    /** Gives the snapshot a tag. */
    record Tag() implements HistoryChange {
        private static final String TAG = "v1";

        @Override
        public Map<String, Optional<Volume>> besideBefore(String name) {
            return Map.of(snapshot(name), Optional.of(OLD), HostView.tag(name, TAG), Optional.empty());
        }

        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(snapshot(name), Optional.of(OLD), HostView.tag(name, TAG), Optional.of(OLD));
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            ObjectNode order = JsonNodeFactory.instance.objectNode();
            order.put("ref", name + "@" + HistoryChange.taken(control, name).orElseThrow());
            control.ask("PUT", "/v1/volumes/" + name + "/tags/" + TAG, order.put("move", true));
        }
    }

    /** Holds the snapshot, and gives it a label: both are said in one record, and so at once. */
    record HoldAndLabel() implements HistoryChange {
        private static String held(String name) {
            return HostView.held(snapshot(name));
        }

        private static String labelled(String name) {
            return HostView.labelled(snapshot(name), "build", "17");
        }

        @Override
        public Map<String, Optional<Volume>> besideBefore(String name) {
            return Map.of(
                    snapshot(name), Optional.of(OLD), held(name), Optional.empty(), labelled(name), Optional.empty());
        }

        @Override
        public Map<String, Optional<Volume>> besideAfter(String name) {
            return Map.of(
                    snapshot(name), Optional.of(OLD), held(name), Optional.of(OLD), labelled(name), Optional.of(OLD));
        }

        @Override
        public List<String> mixedUp(Map<String, Volume> seen, String name) {
            return seen.containsKey(held(name)) == seen.containsKey(labelled(name))
                    ? List.of()
                    : List.of("held or labelled, and not both: " + seen.keySet());
        }

        @Override
        public void ask(ControlClient control, VolumeDriverClient client, String name) throws IOException {
            ObjectNode order = JsonNodeFactory.instance.objectNode().put("held", true);
            order.putObject("labels").put("build", "17");
            control.ask(
                    "PATCH",
                    "/v1/snapshots/" + HistoryChange.taken(control, name).orElseThrow(),
                    order);
        }
    }
}
