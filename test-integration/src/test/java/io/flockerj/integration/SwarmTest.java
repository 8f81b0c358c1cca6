package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Eventually;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A swarm of one node, whose services have a volume for each of their tasks. */
@Tag("slow")
@OnPrivateEngine
class SwarmTest {

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    SwarmTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeAll
    static void makeSwarm(PrivateEngine engine) {
        engine.docker("swarm", "init", "--advertise-addr=127.0.0.1").ok();
    }

    @AfterEach
    void removeServices() {
        engine.docker("service", "ls", "-q")
                .lines()
                .forEach(id -> engine.docker("service", "rm", id).ok());
        Eventually.await(
                "the end of all tasks", () -> engine.docker("ps", "-q").lines().isEmpty());
    }

    @Test
    void eachTaskOfAServiceHasAVolumeOfItsOwn() {
        createService("shop", "shop-{{.Task.Slot}}", FlockerjPlugin.NAME, 2);
        awaitRunning("shop", 2);
        assertThat(volumes()).contains("shop-1", "shop-2");
        assertThat(plugin.mounts()).hasSize(2);
        assertThat(engine.inspectVolume("shop-1", "{{.Driver}} {{json .Status.sizeLimit}}"))
                .isEqualTo(FlockerjPlugin.NAME + " " + 64 * (1 << 20));

        engine.docker("service", "scale", "--detach", "shop=3").ok();
        awaitRunning("shop", 3);
        assertThat(volumes()).contains("shop-3");

        engine.docker("service", "update", "--detach", "--force", "shop").ok();
        Eventually.await(
                "every task's second start",
                () -> startsOf("shop-1") == 2 && startsOf("shop-2") == 2 && startsOf("shop-3") == 2);

        engine.docker("service", "rm", "shop").ok();
        Eventually.await("no mount", () -> plugin.mounts().isEmpty());
        assertThat(volumes()).contains("shop-1", "shop-2", "shop-3");
        assertThat(startsOf("shop-3")).isEqualTo(2);
    }

    @Test
    void serviceWaitsForAPluginThatNoNodeHas() {
        createService("lost", "lost", "absent:latest", 1);

        Eventually.await(
                "the reason",
                () -> engine.docker("service", "ps", "--no-trunc", "--format", "{{.Error}}", "lost")
                        .text()
                        .contains("missing plugin"));
        assertThat(volumes()).doesNotContain("lost");
    }

    @Test
    void serviceWaitsForTheDisabledPluginAndRunsOnceItIsEnabled() {
        plugin.disable();
        createService("patient", "patient", FlockerjPlugin.NAME, 1);
        Eventually.await(
                "a task that does not run",
                () ->
                        engine
                                .docker("service", "ps", "--no-trunc", "--format", "{{.CurrentState}}", "patient")
                                .lines()
                                .stream()
                                .anyMatch(state -> state.startsWith("Pending") || state.startsWith("Rejected")));

        plugin.enable();

        awaitRunning("patient", 1);
        assertThat(engine.inspectVolume("patient", "{{.Driver}}")).isEqualTo(FlockerjPlugin.NAME);
    }

    private void createService(String name, String volume, String driver, int replicas) {
        engine.docker(
                        "service",
                        "create",
                        "--detach",
                        "--name=" + name,
                        "--replicas=" + replicas,
                        "--network=host",
                        "--stop-signal=KILL",
                        "--restart-delay=500ms",
                        "--mount=type=volume,src=%s,dst=/data,volume-driver=%s,volume-opt=size=64M"
                                .formatted(volume, driver),
                        BusyboxImage.NAME,
                        "sh",
                        "-c",
                        "echo started >> /data/starts; tail -f /dev/null")
                .ok();
    }

    private void awaitRunning(String service, int replicas) {
        Eventually.await(
                replicas + " running tasks of " + service,
                () -> engine
                                .docker(
                                        "service",
                                        "ps",
                                        "--filter=desired-state=running",
                                        "--format={{.CurrentState}}",
                                        service)
                                .lines()
                                .stream()
                                .filter(state -> state.startsWith("Running"))
                                .count()
                        == replicas);
    }

    private int startsOf(String volume) {
        return Integer.parseInt(engine.sh(volume + ":/data", "cat /data/starts | wc -l"));
    }

    private List<String> volumes() {
        return engine.docker("volume", "ls", "-q").lines();
    }
}
