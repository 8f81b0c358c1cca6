package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Podman as the engine of a daemon in host mode. */
@Tag("root")
@Tag("engine")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PodmanTest {

    private static final int MIB = 1 << 20;

    private static Sandbox sandbox;
    private static DaemonProcess.Plan plan;
    private static DaemonProcess daemon;
    private static Podman podman;

    @BeforeAll
    static void startDaemonAndPodman() throws IOException, InterruptedException {
        sandbox = Sandbox.open("podman");
        try {
            plan = DaemonProcess.Plan.in(
                            Files.createDirectories(sandbox.directory().resolve("daemon")))
                    .before(sandbox.inside().prefix().toArray(String[]::new));
            daemon = plan.start();
            podman = Podman.in(sandbox, plan.path("socket"));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            try {
                sandbox.close();
            } catch (AssertionError left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    @BeforeEach
    void startDaemon() throws IOException, InterruptedException {
        if (!daemon.process().isAlive()) {
            daemon = plan.start();
        }
    }

    @AfterEach
    void removeContainers() {
        podman.run("rm", "--all", "--force").ok();
        assertThat(mounts()).isEmpty();
    }

    @AfterAll
    static void closeSandbox() {
        daemon.close();
        sandbox.close();
    }

    @Test
    void whatOneContainerWritesTheNextOneReads() {
        podman.createVolume("data").ok();

        podman.sh("data:/data", "echo kept > /data/file");

        assertThat(podman.sh("data:/data", "cat /data/file")).isEqualTo("kept");
        assertThat(podman.inspectVolume("data", "{{.Driver}}")).isEqualTo("flockerj");
    }

    @Test
    void optionsAreKept() {
        podman.createVolume("options", "size=64M", "uid=1234", "gid=4321", "mode=0750")
                .ok();

        assertThat(podman.sh("options:/data", "stat -c '%u %g %a' /data")).isEqualTo("1234 4321 750");
        assertThat(podman.inspectVolume("options", "{{printf `%.0f` .Status.sizeLimit}}"))
                .isEqualTo("" + 64 * MIB);
        assertThat(podman.sh(
                        "options:/data",
                        "dd if=/dev/urandom of=/data/big bs=1M count=80 2>&1 | grep -c -i quota; sync"))
                .isEqualTo("1");
    }

    @Test
    void whatTheDaemonRefusesIsToldInItsWords() {
        assertThat(podman.createVolume("wrong", "siez=64M").fails()).contains("siez");
        assertThat(podman.run("volume", "ls", "-q").lines()).doesNotContain("wrong");
    }

    /** Podman makes upper-case keys of its own option {@code o} (podman {@code pkg/domain/infra/abi/parse/parse.go}). */
    @Test
    void upperCaseKeysDoNotDisturb() {
        podman.createVolume("extra", "size=64M", "uid=12", "SIZE=1048576", "UID=13", "GID=13", "INODES=7")
                .ok();

        assertThat(podman.inspectVolume("extra", "{{printf `%.0f` .Status.sizeLimit}}"))
                .isEqualTo("" + 64 * MIB);
        assertThat(podman.sh("extra:/data", "stat -c %u:%g /data")).isEqualTo("12:0");
    }

    @Test
    void optionOfPodmansOwnIsRefusedRatherThanIgnored() {
        assertThat(podman.createVolume("own", "o=size=64M,uid=12").fails()).contains("unknown option 'o'", "size=10G");
        assertThat(podman.run("volume", "ls", "-q").lines()).doesNotContain("own");
    }

    @Test
    void volumeOfAContainerIsNotRemoved() {
        podman.createVolume("used").ok();
        podman.hold("user", "used:/data");
        podman.exec("user", "echo safe > /data/file");

        assertThat(podman.run("volume", "rm", "used").fails()).contains("being used");
        assertThat(podman.exec("user", "cat /data/file")).isEqualTo("safe");

        podman.run("rm", "-f", "user").ok();
        podman.run("volume", "rm", "used").ok();
        assertThat(podman.run("volume", "exists", "used").exit()).isNotZero();
    }

    @Test
    void volumeThatSomebodyElseHasMountedIsNotRemoved() throws IOException {
        podman.createVolume("shared").ok();
        try (VolumeDriverClient other = daemon.connect()) {
            Path mounted = other.mount("shared", "other");
            inside("sh", "-c", "mkdir /run/elsewhere && mount --bind " + mounted + " /run/elsewhere");
            other.unmount("shared", "other");

            assertThat(podman.run("volume", "rm", "shared").fails()).contains("in use");

            inside("touch", "/run/elsewhere/file");
            inside("umount", "/run/elsewhere");
            assertThat(other.list()).contains("shared");
        }
        assertThat(podman.sh("shared:/data", "ls /data")).isEqualTo("file");
        podman.run("volume", "rm", "shared").ok();
    }

    @Test
    void volumesAreListedAndThoseOfOthersAfterAReload() throws IOException {
        podman.createVolume("mine").ok();
        try (VolumeDriverClient other = daemon.connect()) {
            other.create("theirs", Map.of());
        }
        assertThat(podman.run("volume", "ls", "-q").lines()).contains("mine").doesNotContain("theirs");

        podman.run("volume", "reload").ok();

        assertThat(podman.run("volume", "ls", "-q", "--filter=driver=flockerj").lines())
                .contains("mine", "theirs");
        assertThat(podman.sh("theirs:/data", "touch /data/file && ls /data")).isEqualTo("file");
        podman.run("volume", "rm", "mine", "theirs").ok();
        assertThat(podman.run("volume", "ls", "-q").lines()).doesNotContain("mine", "theirs");
        try (VolumeDriverClient other = daemon.connect()) {
            assertThat(other.list()).doesNotContain("mine", "theirs");
        }
    }

    @Test
    void volumeStaysMountedUntilItsLastContainerEnds() {
        podman.createVolume("both").ok();
        podman.hold("first", "both:/data");
        podman.hold("second", "both:/data");
        podman.exec("first", "echo written > /data/file");

        podman.run("stop", "first").ok();

        assertThat(podman.exec("second", "cat /data/file")).isEqualTo("written");
        podman.run("stop", "second").ok();
        assertThat(mounts()).isEmpty();
        podman.run("start", "first").ok();
        assertThat(podman.exec("first", "cat /data/file")).isEqualTo("written");
    }

    @Test
    void containerDoesNotNoticeThatTheDaemonIsKilledAndStartedAgain() throws IOException, InterruptedException {
        podman.createVolume("steady").ok();
        podman.hold("old", "steady:/data");
        podman.exec("old", "echo before > /data/file");

        daemon.kill();
        assertThat(podman.exec("old", "cat /data/file && echo during >> /data/file"))
                .isEqualTo("before");
        daemon = plan.start();

        podman.hold("new", "steady:/data");
        assertThat(podman.exec("new", "cat /data/file && echo after >> /data/file"))
                .isEqualTo("before\nduring");
        assertThat(podman.exec("old", "tail -n 1 /data/file")).isEqualTo("after");
        podman.run("rm", "-f", "old").ok();
        assertThat(podman.exec("new", "tail -n 1 /data/file")).isEqualTo("after");
        podman.run("rm", "-f", "new").ok();
        podman.run("volume", "rm", "steady").ok();
    }

    @Test
    void whatAnImageHasInThePlaceIsCopiedIntoTheVolume() {
        podman.createVolume("copied").ok();

        podman.sh("copied:/etc", "true");

        assertThat(podman.sh("copied:/data", "cat /data/group")).isEqualTo("root:x:0:");
    }

    /** Where volumes are mounted, as the sandbox shows it. */
    private static List<String> mounts() {
        return inside("cat", "/proc/self/mountinfo")
                .lines()
                .map(line -> line.split(" ", 6)[4])
                .filter(point -> point.startsWith(plan.path("mounts") + "/"))
                .toList();
    }

    private static String inside(String... command) {
        return sandbox.inside().run(command).ok();
    }
}
