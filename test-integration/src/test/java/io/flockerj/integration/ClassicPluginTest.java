package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The daemon in host mode, which the engine finds in its directory of classic plugins; nobody but the test restarts it. */
@OnPrivateEngine(plugin = false)
class ClassicPluginTest {

    private static final Path MOUNTS = Path.of("/run/flockerj/mounts");

    private static DaemonProcess.Plan plan;
    private static DaemonProcess daemon;

    private final PrivateEngine engine;

    ClassicPluginTest(PrivateEngine engine) {
        this.engine = engine;
    }

    @BeforeAll
    static void planDaemon(PrivateEngine engine) throws IOException, InterruptedException {
        Sandbox sandbox = engine.sandbox();
        Path directory = Files.createDirectories(engine.directory().resolve("daemon"));
        plan = DaemonProcess.Plan.in(directory)
                // The same file for the daemon and for the tests, which do not see the sandbox's /run.
                .with("socket", sandbox.seenFromOutside(Path.of("/run/docker/plugins/flockerj.sock")))
                .with("mounts", MOUNTS)
                .with("run", "/run/flockerj")
                .before(sandbox.inside().prefix().toArray(String[]::new));
        daemon = plan.start();
    }

    @BeforeEach
    void startDaemon() throws IOException, InterruptedException {
        if (!daemon.process().isAlive()) {
            daemon = plan.start();
        }
    }

    @AfterAll
    static void killDaemon() {
        daemon.close();
    }

    @Test
    void engineFindsTheDriverByItselfOnFirstUse() {
        create("found", "-o", "size=64M");

        assertThat(engine.inspectVolume("found", "{{.Driver}} {{.Scope}} {{json .Status.sizeLimit}}"))
                .isEqualTo("flockerj local " + (64 << 20));
        assertThat(engine.sh("found:/data", "echo kept > /data/file; ls /data")).isEqualTo("file");
        assertThat(engine.sh("found:/data", "cat /data/file")).isEqualTo("kept");
        assertThat(engine.docker("volume", "ls", "-q", "--filter", "driver=flockerj")
                        .lines())
                .contains("found");
        engine.docker("volume", "rm", "found").ok();
        assertThat(engine.docker("volume", "ls", "-q").lines()).doesNotContain("found");
    }

    @Test
    void volumeIsMountedOnTheHostWhileAContainerHasIt() {
        create("shown");
        engine.hold("shower", "shown:/data");
        engine.exec("shower", "echo from a container > /data/file");

        assertThat(inside("sh", "-c", "cat " + MOUNTS + "/shown/*/file")).isEqualTo("from a container");

        engine.docker("rm", "-f", "shower").ok();
        assertThat(mounts("shown")).isZero();
    }

    @Test
    void whatAnImageHasInThePlaceIsCopiedIntoTheVolume() {
        create("copied");

        assertThat(engine.sh("copied:/etc", "cat /etc/group")).isEqualTo("root:x:0:");
        assertThat(engine.sh("copied:/data", "ls /data")).contains("group", "passwd");
    }

    @Test
    void containerDoesNotNoticeThatTheDaemonIsKilledAndStartedAgain() throws IOException, InterruptedException {
        create("steady", "--label", "team=blue");
        engine.hold("old", "steady:/data");
        engine.exec("old", "echo before > /data/file");

        daemon.kill();
        assertThat(engine.exec("old", "cat /data/file && echo during >> /data/file"))
                .isEqualTo("before");
        daemon = plan.start();

        engine.hold("new", "steady:/data");
        assertThat(engine.exec("new", "cat /data/file && echo after >> /data/file"))
                .isEqualTo("before\nduring");
        assertThat(engine.exec("old", "tail -n 1 /data/file")).isEqualTo("after");
        assertThat(mounts("steady")).isOne();
        assertThat(engine.inspectVolume("steady", "{{.Labels.team}}")).isEqualTo("blue");
        assertThat(engine.docker("volume", "rm", "steady").fails()).contains("volume is in use");
        engine.docker("stop", "old").ok();
        assertThat(engine.exec("new", "tail -n 1 /data/file")).isEqualTo("after");
        engine.docker("rm", "-f", "old", "new").ok();
        engine.docker("volume", "rm", "steady").ok();
        assertThat(mounts("steady")).isZero();
    }

    /** The engine says Unmount to a daemon that is not there, and gives up; the next one has to do without. */
    @Test
    @Tag("slow")
    void containerThatEndedWhileTheDaemonWasAwayLeavesAVolumeThatCanBeUsedAndRemoved()
            throws IOException, InterruptedException {
        create("left");
        engine.hold("leaver", "left:/data");
        engine.exec("leaver", "echo kept > /data/file");

        daemon.kill();
        engine.docker("rm", "-f", "leaver").ok();
        daemon = plan.start();

        assertThat(engine.sh("left:/data", "cat /data/file")).isEqualTo("kept");
        engine.docker("volume", "rm", "left").ok();
        assertThat(mounts("left")).isZero();
    }

    @Test
    @Tag("slow")
    void dataAndLabelsSurviveARestartOfTheEngine() {
        create("lasting", "--label", "team=red");
        engine.hold("laster", "lasting:/data");
        engine.exec("laster", "echo kept > /data/file");

        engine.restart();

        assertThat(engine.inspectVolume("lasting", "{{.Labels.team}}")).isEqualTo("red");
        assertThat(mounts("lasting")).isZero();
        engine.docker("start", "laster").ok();
        assertThat(engine.exec("laster", "cat /data/file")).isEqualTo("kept");
        engine.docker("rm", "-f", "laster").ok();
        engine.docker("volume", "rm", "lasting").ok();
    }

    /** The mounts are the host's own, so that none can be lost to an engine that comes back. */
    @Test
    @Tag("slow")
    void engineKilledAgainAndAgainLosesNoVolumeAndStacksNoMount() {
        create("battered");
        engine.hold("victim", "battered:/data");
        for (int round = 0; round < 3; round++) {
            engine.exec("victim", "echo " + round + " >> /data/rounds && sync");
            engine.kill();
            engine.start();
            engine.docker("start", "victim").ok();
            assertThat(mounts("battered")).isOne();
        }

        assertThat(engine.exec("victim", "cat /data/rounds")).isEqualTo("0\n1\n2");
        engine.docker("rm", "-f", "victim").ok();
        engine.docker("volume", "rm", "battered").ok();
        assertThat(mounts("battered")).isZero();
    }

    /** No order of start is promised where the daemon is a service of its own. */
    @Test
    @Tag("slow")
    void engineThatStartsBeforeTheDaemonKeepsTheLabels() throws IOException, InterruptedException {
        create("early", "--label", "team=green");
        engine.sh("early:/data", "echo kept > /data/file");
        engine.stop();
        daemon.stop();

        engine.start();
        daemon = plan.start();

        assertThat(engine.inspectVolume("early", "{{.Driver}} {{.Labels.team}}"))
                .isEqualTo("flockerj green");
        assertThat(engine.sh("early:/data", "cat /data/file")).isEqualTo("kept");
    }

    @Test
    void daemonThatIsToldToEndLeavesItsMountsToTheNextOne() throws IOException, InterruptedException {
        create("polite");
        engine.hold("keeper", "polite:/data");

        daemon.stop();
        assertThat(engine.exec("keeper", "echo written > /data/file && cat /data/file"))
                .isEqualTo("written");
        daemon = plan.start();

        assertThat(mounts("polite")).isOne();
        engine.docker("rm", "-f", "keeper").ok();
        engine.docker("volume", "rm", "polite").ok();
        assertThat(mounts("polite")).isZero();
    }

    @Test
    void anonymousVolumeGoesWithItsContainer() {
        assertThat(engine.docker(
                                "run",
                                "--rm",
                                "--network=none",
                                "--volume-driver=flockerj",
                                "-v",
                                "/data",
                                BusyboxImage.NAME,
                                "sh",
                                "-c",
                                "echo here > /data/file; cat /data/file")
                        .ok())
                .isEqualTo("here");

        assertThat(engine.docker("volume", "ls", "-q").lines()).noneMatch(name -> name.length() == 64);
    }

    private void create(String volume, String... arguments) {
        engine.docker(Stream.of(
                                Stream.of("volume", "create", "-d", "flockerj"),
                                Stream.of(arguments),
                                Stream.of(volume))
                        .flatMap(words -> words)
                        .toArray(String[]::new))
                .ok();
    }

    private String inside(String... command) {
        return engine.sandbox().inside().run(command).ok();
    }

    /** How often a volume is mounted in its place. */
    private long mounts(String volume) {
        return inside("cat", "/proc/self/mountinfo")
                .lines()
                .filter(line -> line.split(" ", 6)[4].startsWith(MOUNTS.resolve(volume) + "/"))
                .count();
    }
}
