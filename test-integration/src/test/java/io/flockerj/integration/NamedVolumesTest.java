package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.engine.Wire;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Volumes with a name, from their creation to their end, as {@code docker volume} and {@code docker run} see them. The scenarios are those
 * of the engine's own suite for external volume drivers (moby {@code docker_cli_external_volume_driver_test.go}).
 */
@OnPrivateEngine
class NamedVolumesTest {

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    NamedVolumesTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void whatOneContainerWritesTheNextOneReads() {
        engine.createVolume("data");

        engine.sh("data:/data", "echo kept > /data/file");

        assertThat(engine.sh("data:/data", "cat /data/file")).isEqualTo("kept");
    }

    @Test
    void volumeIsMadeByTheFirstRunThatNamesItsDriver() {
        engine.docker(
                        "run",
                        "--rm",
                        "--network=none",
                        "--volume-driver=" + FlockerjPlugin.NAME,
                        "-v",
                        "byrun:/data",
                        BusyboxImage.NAME,
                        "touch",
                        "/data/file")
                .ok();

        assertThat(engine.inspectVolume("byrun", "{{.Driver}}")).isEqualTo(FlockerjPlugin.NAME);
        assertThat(engine.sh("byrun:/data", "ls /data")).isEqualTo("file");
    }

    @Test
    void volumeIsMountedWhileContainersHaveItOnceAndNoLonger() {
        engine.createVolume("held");
        engine.hold("first", "held:/data");
        engine.hold("second", "held:/elsewhere");

        assertThat(plugin.mounts()).singleElement().asString().contains("/held/");
        assertThat(engine.exec("first", "echo shared > /data/file && cat /data/file"))
                .isEqualTo("shared");
        assertThat(engine.exec("second", "cat /elsewhere/file")).isEqualTo("shared");

        engine.docker("rm", "-f", "first").ok();
        assertThat(engine.exec("second", "cat /elsewhere/file")).isEqualTo("shared");
        assertThat(plugin.mounts()).hasSize(1);

        engine.docker("rm", "-f", "second").ok();
        assertThat(plugin.mounts()).isEmpty();
    }

    @Test
    void stoppedContainerLetsGoOfTheMountAndTakesItAgain() {
        engine.createVolume("restarted");
        engine.hold("again", "restarted:/data");
        engine.exec("again", "echo before > /data/file");

        engine.docker("stop", "again").ok();
        assertThat(plugin.mounts()).isEmpty();
        engine.docker("start", "again").ok();
        assertThat(engine.exec("again", "cat /data/file")).isEqualTo("before");
        engine.docker("restart", "again").ok();

        assertThat(engine.exec("again", "cat /data/file")).isEqualTo("before");
        assertThat(plugin.mounts()).hasSize(1);
    }

    @Test
    void containersWithVolumesFromAnotherSeeItsVolume() {
        engine.createVolume("common");
        engine.hold("source", "common:/data");
        engine.exec("source", "echo common > /data/file");

        String seen = engine.docker(
                        "run",
                        "--rm",
                        "--network=none",
                        "--volumes-from=source",
                        BusyboxImage.NAME,
                        "cat",
                        "/data/file")
                .ok();

        assertThat(seen).isEqualTo("common");
        assertThat(plugin.mounts()).hasSize(1);
    }

    @Test
    void removingAContainerWithItsVolumesKeepsTheNamedOne() {
        engine.createVolume("kept");
        engine.hold("owner", "kept:/data");
        engine.exec("owner", "echo kept > /data/file");

        engine.docker("rm", "-fv", "owner").ok();

        assertThat(engine.sh("kept:/data", "cat /data/file")).isEqualTo("kept");
    }

    @Test
    void removingAContainerWithItsVolumesRemovesTheAnonymousOne() {
        engine.docker(
                        "run",
                        "-d",
                        "--network=none",
                        "--name=anonymous",
                        "--volume-driver=" + FlockerjPlugin.NAME,
                        "-v",
                        "/data",
                        BusyboxImage.NAME,
                        "tail",
                        "-f",
                        "/dev/null")
                .ok();
        String volume = engine.docker("inspect", "-f", "{{(index .Mounts 0).Name}}", "anonymous")
                .ok();
        assertThat(engine.inspectVolume(volume, "{{.Driver}}")).isEqualTo(FlockerjPlugin.NAME);

        engine.docker("rm", "-fv", "anonymous").ok();

        assertThat(engine.docker("volume", "inspect", volume).fails()).contains("no such volume");
        assertThat(volumes()).doesNotContain(volume);
        assertThat(plugin.mounts()).isEmpty();
    }

    @Test
    void containerThatRemovesItselfRemovesItsAnonymousVolume() {
        List<String> before = volumes();

        engine.docker(
                        "run",
                        "--rm",
                        "--network=none",
                        "--volume-driver=" + FlockerjPlugin.NAME,
                        "-v",
                        "/data",
                        BusyboxImage.NAME,
                        "touch",
                        "/data/file")
                .ok();

        assertThat(volumes()).isEqualTo(before);
    }

    @Test
    void listAndInspectShowWhatAVolumeIs() {
        Instant before = Instant.now().minusSeconds(2);
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "team=blue", "shown")
                .ok();

        assertThat(engine.docker("volume", "ls", "--format", "{{.Driver}} {{.Name}}")
                        .lines())
                .contains(FlockerjPlugin.NAME + " shown");
        assertThat(engine.inspectVolume("shown", "{{.Scope}} {{.Driver}} {{.Labels.team}}"))
                .isEqualTo("local " + FlockerjPlugin.NAME + " blue");
        assertThat(OffsetDateTime.parse(engine.inspectVolume("shown", "{{.CreatedAt}}"))
                        .toInstant())
                .isBetween(before, Instant.now().plusSeconds(2));
    }

    @Test
    void statusTellsWhereTheVolumeLivesAndWhatItUses() {
        engine.createVolume("measured", "size=64M");
        engine.hold("user", "measured:/data");
        engine.exec("user", "dd if=/dev/urandom of=/data/file bs=1M count=8 && sync");

        assertThat(engine.inspectVolume("measured", "{{.Status.driver}} {{.Status.branch}} {{.Status.mountsHeld}}"))
                .isEqualTo("btrfs main 1");
        assertThat(engine.inspectVolume("measured", "{{.Status.pool}}"))
                .isEqualTo("file:" + plugin.state().resolve("pool.btrfs"));
        assertThat(engine.inspectVolume("measured", "{{.Status.volumeset}}")).startsWith("measured");
        assertThat(Double.parseDouble(engine.inspectVolume("measured", "{{.Status.bytesUsed}}")))
                .isBetween(8.0 * (1 << 20), 9.0 * (1 << 20));
        assertThat(Double.parseDouble(engine.inspectVolume("measured", "{{.Status.sizeLimit}}")))
                .isEqualTo(64.0 * (1 << 20));
    }

    @Test
    void removedVolumeIsUnknownAndItsNameIsFree() {
        engine.createVolume("brief");
        engine.sh("brief:/data", "touch /data/file");

        engine.docker("volume", "rm", "brief").ok();

        assertThat(engine.docker("volume", "inspect", "brief").fails()).contains("no such volume");
        assertThat(volumes()).doesNotContain("brief");
        engine.createVolume("brief");
        assertThat(engine.sh("brief:/data", "ls -A /data")).isEmpty();
    }

    @Test
    void volumeOfAContainerEvenOfAStoppedOneCannotBeRemoved() {
        engine.createVolume("wanted");
        engine.hold("wants", "wanted:/data");
        assertThat(engine.docker("volume", "rm", "wanted").fails()).contains("volume is in use");

        engine.docker("stop", "wants").ok();
        assertThat(engine.docker("volume", "rm", "wanted").fails()).contains("volume is in use");

        engine.docker("rm", "wants").ok();
        engine.docker("volume", "rm", "wanted").ok();
    }

    @Test
    void volumeMadeBehindTheEnginesBackIsListedAndUsed() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Create", "{\"Name\":\"behind\",\"Opts\":{}}")
                            .status())
                    .isEqualTo(200);
        }

        assertThat(volumes()).contains("behind");
        engine.sh("behind:/data", "echo found > /data/file");
        assertThat(engine.inspectVolume("behind", "{{.Driver}}")).isEqualTo(FlockerjPlugin.NAME);
        assertThat(engine.sh("behind:/data", "cat /data/file")).isEqualTo("found");
    }

    @Test
    void volumeRemovedBehindTheEnginesBackIsGoneAndCanBeMadeAgain() throws IOException {
        engine.createVolume("vanishing");
        engine.sh("vanishing:/data", "touch /data/file");
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Remove", "{\"Name\":\"vanishing\"}")
                            .status())
                    .isEqualTo(200);
        }

        assertThat(engine.docker("volume", "inspect", "vanishing").fails()).contains("no such volume");
        engine.createVolume("vanishing");
        assertThat(engine.sh("vanishing:/data", "ls -A /data")).isEmpty();
    }

    @Test
    void pruningLeavesTheVolumes() {
        engine.createVolume("unused");

        engine.docker("volume", "prune", "-f").ok();
        engine.docker("system", "prune", "-f", "--volumes").ok();

        assertThat(volumes()).contains("unused");
    }

    @Test
    void volumeMountedReadOnlyCanBeReadAndNotWritten() {
        engine.createVolume("readonly");
        engine.sh("readonly:/data", "echo fixed > /data/file");

        assertThat(engine.sh("readonly:/data:ro", "cat /data/file; touch /data/other 2>&1 || true"))
                .startsWith("fixed")
                .contains("Read-only file system");
    }

    @Test
    void copyingIntoAndOutOfARunningContainerKeepsItsMount() throws IOException {
        engine.createVolume("copied");
        engine.hold("copies", "copied:/data");
        engine.exec("copies", "echo inside > /data/file");
        String outside = engine.directory().resolve("copied-file").toString();

        engine.docker("cp", "copies:/data/file", outside).ok();
        engine.docker("cp", outside, "copies:/data/back").ok();

        assertThat(engine.exec("copies", "cat /data/back")).isEqualTo("inside");
        assertThat(plugin.mounts()).hasSize(1);
        engine.docker("rm", "-f", "copies").ok();
        assertThat(plugin.mounts()).isEmpty();
        assertThat(engine.sh("copied:/data", "cat /data/back")).isEqualTo("inside");
    }

    @Test
    void copyingOutOfAStoppedContainerMountsForAMoment() {
        engine.createVolume("resting");
        engine.hold("rests", "resting:/data");
        engine.exec("rests", "echo inside > /data/file");
        engine.docker("stop", "rests").ok();

        String outside = engine.directory().resolve("rested-file").toString();
        engine.docker("cp", "rests:/data/file", outside).ok();

        assertThat(engine.sandbox().inside().run("cat", outside).ok()).isEqualTo("inside");
        assertThat(plugin.mounts()).isEmpty();
    }

    private List<String> volumes() {
        return engine.docker("volume", "ls", "-q").lines();
    }
}
