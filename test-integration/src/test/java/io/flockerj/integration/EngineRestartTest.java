package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Engines that stop, are killed and come back, as in the engine's own suite for managed plugins (moby
 * {@code docker_cli_daemon_plugins_test.go}).
 */
@Tag("slow")
@OnPrivateEngine
class EngineRestartTest {

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    EngineRestartTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void enabledPluginIsThereAgainWithItsVolumesTheirDataAndTheirLabels() {
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "team=blue", "lasting")
                .ok();
        engine.sh("lasting:/data", "echo kept > /data/file");

        engine.restart();

        assertThat(plugin.isEnabled()).isTrue();
        assertThat(engine.inspectVolume("lasting", "{{.Labels.team}}")).isEqualTo("blue");
        assertThat(engine.sh("lasting:/data", "cat /data/file")).isEqualTo("kept");
    }

    @Test
    void disabledPluginStaysDisabledAndKeepsItsVolumesForLater() {
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "team=red", "sleeping")
                .ok();
        engine.sh("sleeping:/data", "echo kept > /data/file");
        plugin.disable();
        assertThat(engine.docker("run", "--rm", "--network=none", "-v", "sleeping:/data", BusyboxImage.NAME, "true")
                        .fails())
                .contains("found but disabled");

        engine.restart();

        assertThat(plugin.isEnabled()).isFalse();
        plugin.enable();
        assertThat(engine.inspectVolume("sleeping", "{{.Labels.team}}")).isEqualTo("red");
        assertThat(engine.sh("sleeping:/data", "cat /data/file")).isEqualTo("kept");
    }

    @Test
    void containerThatWasStoppedWithTheEngineGivesItsVolumeBack() {
        engine.createVolume("given");
        engine.hold("giver", "given:/data");
        engine.exec("giver", "echo kept > /data/file");

        engine.restart();

        assertThat(plugin.mounts("given")).isEmpty();
        engine.docker("start", "giver").ok();
        assertThat(engine.exec("giver", "cat /data/file")).isEqualTo("kept");
        engine.docker("rm", "-f", "giver").ok();
        engine.docker("volume", "rm", "given").ok();
        assertThat(plugin.mounts("given")).isEmpty();
    }

    @Test
    void containerThatIsToRestartAlwaysComesBackWithItsVolume() {
        engine.createVolume("always");
        engine.docker(
                        "run",
                        "-d",
                        "--network=none",
                        "--restart=always",
                        "--stop-signal=KILL",
                        "--name=eternal",
                        "-v",
                        "always:/data",
                        BusyboxImage.NAME,
                        "sh",
                        "-c",
                        "echo start >> /data/starts; tail -f /dev/null")
                .ok();
        Eventually.await("the first start", () -> starts() == 1);

        engine.restart();

        Eventually.await("the second start", () -> starts() == 2);
        engine.docker("rm", "-f", "eternal").ok();
        assertThat(engine.sh("always:/data", "wc -l < /data/starts")).isEqualTo("2");
    }

    private int starts() {
        var count = engine.docker("exec", "eternal", "sh", "-c", "wc -l < /data/starts");
        return count.exit() == 0 ? Integer.parseInt(count.text()) : 0;
    }

    @Test
    void killedEngineForgetsToUnmountAndAllIsWellNevertheless() {
        engine.createVolume("orphaned");
        engine.hold("orphan", "orphaned:/data");
        engine.exec("orphan", "echo kept > /data/file && sync");

        engine.kill();
        engine.start();

        engine.docker("start", "orphan").ok();
        assertThat(engine.exec("orphan", "cat /data/file")).isEqualTo("kept");
        engine.docker("stop", "orphan").ok();
        engine.docker("rm", "orphan").ok();
        engine.docker("volume", "rm", "orphaned").ok();
        assertThat(plugin.mounts("orphaned")).isEmpty();
    }

    @Test
    void engineKilledAgainAndAgainLosesNoVolumeAndStacksNoMount() {
        engine.createVolume("battered");
        engine.hold("victim", "battered:/data");
        for (int round = 0; round < 3; round++) {
            engine.exec("victim", "echo " + round + " >> /data/rounds && sync");
            engine.kill();
            engine.start();
            engine.docker("start", "victim").ok();
            assertThat(plugin.mounts("battered")).hasSize(1);
        }

        assertThat(engine.exec("victim", "cat /data/rounds")).isEqualTo("0\n1\n2");
        engine.docker("rm", "-f", "victim").ok();
        assertThat(plugin.mounts("battered")).isEmpty();
        engine.docker("volume", "rm", "battered").ok();
    }

    @Test
    void containerGoesOnWritingWhileAnEngineWithLiveRestoreIsRestarted() {
        engine.restart("--live-restore");
        engine.createVolume("live");
        startWriter("writer", "live");

        engine.restart("--live-restore");

        awaitProgress("writer");
        assertThat(engine.sh("live:/data", "test -s /data/ticks && echo seen")).isEqualTo("seen");
        assertThat(plugin.mounts("live")).hasSize(1);
        engine.docker("stop", "writer").ok();
        assertThat(plugin.mounts("live")).isEmpty();
        engine.docker("start", "writer").ok();
        awaitProgress("writer");
        engine.docker("rm", "-f", "writer").ok();
        engine.docker("volume", "rm", "live").ok();
        assertThat(plugin.mounts("live")).isEmpty();
    }

    @Test
    void containerGoesOnWritingWhileAnEngineWithLiveRestoreIsKilled() {
        engine.restart("--live-restore");
        engine.createVolume("alive");
        startWriter("survivor", "alive");

        engine.kill();
        engine.start("--live-restore");

        awaitProgress("survivor");
        assertThat(engine.sh("alive:/data", "test -s /data/ticks && echo seen")).isEqualTo("seen");
        engine.docker("rm", "-f", "survivor").ok();
        engine.docker("volume", "rm", "alive").ok();
        assertThat(plugin.mounts("alive")).isEmpty();
    }

    private void startWriter(String container, String volume) {
        engine.docker(
                        "run",
                        "-d",
                        "--network=none",
                        "--stop-signal=KILL",
                        "--name=" + container,
                        "-v",
                        volume + ":/data",
                        BusyboxImage.NAME,
                        "sh",
                        "-c",
                        "while echo tick >> /data/ticks; do sleep 0.1; done; echo failed >> /failed; tail -f /dev/null")
                .ok();
        awaitProgress(container);
    }

    private void awaitProgress(String container) {
        int before = ticks(container);
        Eventually.await(container + " to write on", () -> ticks(container) > before);
    }

    private int ticks(String container) {
        return Integer.parseInt(engine.exec(container, "test ! -e /failed && cat /data/ticks 2>/dev/null | wc -l"));
    }

    @Test
    void fiftyVolumesKeepTheirLabelsWhenTheStartingEngineAsksForAllAtOnce() {
        List<String> names = IntStream.range(0, 50).mapToObj(i -> "many-" + i).toList();
        names.forEach(
                name -> engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "name=" + name, name)
                        .ok());

        engine.restart();

        List<String> inspect = new ArrayList<>(List.of("volume", "inspect", "-f", "{{.Labels.name}}"));
        inspect.addAll(names);
        assertThat(engine.docker(inspect.toArray(String[]::new)).ok().lines()).containsExactlyElementsOf(names);
    }
}
