package io.flockerj.cli.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container, as Docker lists it.
 *
 * @param state such as {@code running} or {@code paused}
 * @param volumes the names of the volumes of other drivers than {@code local} that it mounts, each as often as it does
 * @param service the Swarm service that it is a task of
 */
public record Container(String id, String name, String state, List<String> volumes, Optional<String> service) {
    static Container of(JsonNode json) {
        List<String> volumes = new ArrayList<>();
        for (JsonNode mount : json.path("Mounts")) {
            if (mount.path("Type").asText().equals("volume")
                    && !mount.path("Driver").asText().equals("local")) {
                volumes.add(mount.path("Name").asText());
            }
        }
        String id = json.path("Id").asText();
        String name = json.path("Names").path(0).asText(id);
        return new Container(
                id,
                name.startsWith("/") ? name.substring(1) : name,
                json.path("State").asText(),
                volumes,
                Optional.of(json.path("Labels")
                                .path("com.docker.swarm.service.name")
                                .asText())
                        .filter(service -> !service.isEmpty()));
    }

    /** How often it mounts one of these volumes. */
    public long mountsOf(String volume) {
        return volumes.stream().filter(volume::equals).count();
    }

    /** Whether nothing in it runs until somebody lets it go on. */
    public boolean isPaused() {
        return state.equals("paused");
    }

    public boolean isRunning() {
        return state.equals("running");
    }
}
