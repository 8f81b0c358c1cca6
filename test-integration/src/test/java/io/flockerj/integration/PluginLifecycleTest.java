package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.integration.sandbox.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The plugin's process ends, hangs, is disabled, removed and brought back; the engine stays. */
@OnPrivateEngine
class PluginLifecycleTest {

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    PluginLifecycleTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void containersDoNotNoticeThatThePluginIsKilled() {
        engine.createVolume("steady");
        engine.hold("old", "steady:/data");
        engine.exec("old", "echo before > /data/file");

        plugin.killAndAwaitRestart();

        assertThat(engine.exec("old", "cat /data/file && echo after > /data/file"))
                .isEqualTo("before");
        engine.hold("new", "steady:/data");
        assertThat(engine.exec("new", "cat /data/file")).isEqualTo("after");
        assertThat(plugin.mounts("steady")).hasSize(1);
        engine.docker("stop", "old").ok();
        assertThat(engine.exec("new", "cat /data/file")).isEqualTo("after");
        engine.docker("stop", "new").ok();
        engine.docker("rm", "old", "new").ok();
        engine.docker("volume", "rm", "steady").ok();
        assertThat(plugin.mounts("steady")).isEmpty();
    }

    @Test
    void pluginToldToEndLeavesTheMountsInPlace() {
        engine.createVolume("polite");
        engine.hold("keeper", "polite:/data");

        plugin.endAndAwaitRestart("TERM");

        assertThat(plugin.mounts("polite")).hasSize(1);
        assertThat(engine.exec("keeper", "echo written > /data/file && cat /data/file"))
                .isEqualTo("written");
        engine.docker("rm", "-f", "keeper").ok();
        engine.docker("volume", "rm", "polite").ok();
        assertThat(plugin.mounts("polite")).isEmpty();
    }

    @Test
    void volumeThatAKilledPluginLeftMountedIsStillInUse() {
        engine.createVolume("guarded");
        engine.hold("guard", "guarded:/data");
        plugin.killAndAwaitRestart();

        assertThat(engine.docker("volume", "rm", "guarded").fails()).contains("volume is in use");
        assertThat(engine.exec("guard", "echo safe > /data/file && cat /data/file"))
                .isEqualTo("safe");
    }

    @Test
    void pluginWithVolumesIsDisabledByForceOnlyAndItsContainersKeepTheirData() {
        engine.createVolume("forced");
        engine.hold("stays", "forced:/data");
        engine.exec("stays", "echo kept > /data/file");

        assertThat(engine.docker("plugin", "disable", FlockerjPlugin.NAME).fails())
                .contains("in use");
        plugin.disable();
        assertThat(engine.exec("stays", "cat /data/file && echo added >> /data/file"))
                .isEqualTo("kept");
        plugin.enable();

        assertThat(engine.sh("forced:/data", "cat /data/file")).isEqualTo("kept\nadded");
        engine.docker("rm", "-f", "stays").ok();
        engine.docker("volume", "rm", "forced").ok();
        assertThat(plugin.mounts("forced")).isEmpty();
    }

    @Test
    void removedAndInstalledAgainItHasItsVolumes() {
        engine.createVolume("outlives");
        engine.sh("outlives:/data", "echo kept > /data/file");
        String id = plugin.id();

        engine.docker("plugin", "rm", "-f", FlockerjPlugin.NAME).ok();
        FlockerjPlugin.install(engine);

        assertThat(plugin.id()).isNotEqualTo(id);
        assertThat(engine.docker("volume", "ls", "-q").lines()).contains("outlives");
        assertThat(engine.sh("outlives:/data", "cat /data/file")).isEqualTo("kept");
    }

    @Test
    void settingsChangeWhileItIsDisabledAndHoldAfterwards() {
        assertThat(engine.docker("plugin", "set", FlockerjPlugin.NAME, "FLOCKERJ_LOG_LEVEL=debug")
                        .fails())
                .contains("disable plugin before setting");

        plugin.disable();
        plugin.set("FLOCKERJ_LOG_LEVEL=debug");
        plugin.enable();

        assertThat(engine.docker("plugin", "inspect", "-f", "{{.Settings.Env}}", FlockerjPlugin.NAME)
                        .ok())
                .contains("FLOCKERJ_LOG_LEVEL=debug", "FLOCKERJ_STATE=" + plugin.state());
    }

    @Test
    void hungPluginKeepsTheEngineWaitingAndVolumesKeepTheirLabels() {
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "team=green", "patient")
                .ok();

        plugin.signal("STOP");
        CompletableFuture<Outcome> inspection =
                engine.dockerMeanwhile("volume", "inspect", "-f", "{{.Labels.team}}", "patient");
        CompletableFuture<Outcome> second = engine.dockerMeanwhile("volume", "inspect", "patient");
        plugin.signal("CONT");

        assertThat(inspection.join().ok()).isEqualTo("green");
        second.join().ok();
        assertThat(engine.inspectVolume("patient", "{{.Labels.team}}")).isEqualTo("green");
    }

    /** The engine asks again with an empty body after a connection that broke (moby #39331). */
    @Test
    void pluginKilledInTheMiddleOfCallsLosesNoLabelAndMakesNoNamelessVolume() {
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "team=white", "asked")
                .ok();
        ProcessHandle before = plugin.settledProcess();
        plugin.signal("STOP");
        List<CompletableFuture<Outcome>> calls = new ArrayList<>();
        calls.add(engine.dockerMeanwhile("volume", "inspect", "asked"));
        calls.add(engine.dockerMeanwhile("volume", "create", "-d", FlockerjPlugin.NAME, "unlucky"));
        awaitWaitingCalls(before, 2);

        before.destroyForcibly();
        plugin.awaitSuccessorOf(before);
        calls.forEach(CompletableFuture::join);

        assertThat(engine.inspectVolume("asked", "{{.Labels.team}}")).isEqualTo("white");
        assertThat(engine.docker("volume", "ls", "-q", "--filter", "driver=" + FlockerjPlugin.NAME)
                        .lines())
                .contains("asked")
                .doesNotContain("");
        engine.createVolume("unlucky");
        engine.sh("unlucky:/data", "touch /data/file");
    }

    /** Waits for calls that a stopped process has neither accepted nor read, which ss(8) shows as queue lengths of its sockets. */
    private void awaitWaitingCalls(ProcessHandle process, int atLeast) {
        String waiting = "ss -xaH | awk '/flockerj.sock/ {n += $2 == \"LISTEN\" ? $3 : $3 > 0} END {print n + 0}'";
        Eventually.await(
                atLeast + " calls on the way to process " + process.pid(),
                () -> Integer.parseInt(Commands.here()
                                .run("nsenter", "--net", "--target", "" + process.pid(), "sh", "-c", waiting)
                                .ok())
                        >= atLeast);
    }

    /** With the engine's default of 30 s for a call; the engine then believes that nothing is mounted, and never says Unmount. */
    @Test
    @Tag("slow")
    void mountThatTookTooLongForTheEngineLeavesNothingMounted() {
        engine.createVolume("slow");
        engine.docker("create", "--name=late", "--network=none", "-v", "slow:/data", "busybox", "ls", "/data")
                .ok();
        plugin.signal("STOP");
        Outcome start = engine.docker("start", "late");
        plugin.signal("CONT");
        start.fails();

        engine.docker("rm", "-f", "late").ok();
        Eventually.await("no mount", () -> plugin.mounts("slow").isEmpty());
        assertThat(engine.sh("slow:/data", "echo usable > /data/file && cat /data/file"))
                .isEqualTo("usable");
        engine.docker("volume", "rm", "slow").ok();
    }

    /** The engine gives a plugin 12.5 s to listen (moby {@code plugin/manager_linux.go}, {@code pluginPostStart}). */
    @Test
    void itIsListeningInTimeOnABusyMachine() {
        plugin.disable();
        List<Process> load = new ArrayList<>();
        try {
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                load.add(engine.sandbox()
                        .start(
                                engine.directory().resolve("load.log"),
                                engine.sandbox().inside().builder("sh", "-c", "while :; do :; done")));
            }

            plugin.enable();

            assertThat(plugin.isEnabled()).isTrue();
        } finally {
            load.forEach(Process::destroyForcibly);
        }
    }
}
