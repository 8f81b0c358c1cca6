package io.flockerj.integration.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class SandboxTest {

    @Test
    void mountsAndRunDirectoryAreItsOwn() {
        try (Sandbox sandbox = Sandbox.open("mounts")) {
            sandbox.inside()
                    .run("sh", "-c", "mkdir /run/mine && mount -t tmpfs mine /run/mine && touch /run/mine/file")
                    .ok();

            assertThat(Path.of("/run/mine")).doesNotExist();
            assertThat(sandbox.seenFromOutside(Path.of("/run/mine/file"))).exists();
        }
    }

    @Test
    void closingEndsItsProcessesAlsoThoseThatForgotTheirEnvironmentAndRemovesItsDirectory() throws IOException {
        Process daemon;
        ProcessHandle child;
        Path directory;
        try (Sandbox sandbox = Sandbox.open("processes")) {
            directory = sandbox.directory();
            daemon = sandbox.start(
                    directory.resolve("log"),
                    sandbox.inside().builder("sh", "-c", "env -i setsid busybox sleep 1000 & busybox sleep 1000"));
            Eventually.await("the child", () -> daemon.children().count() == 2);
            child = daemon.children().findFirst().orElseThrow();
        }

        Eventually.await("the end of both", () -> !daemon.isAlive() && !child.isAlive());
        assertThat(directory).doesNotExist();
    }

    @Test
    void twoReachEachOtherByTheirCable() throws IOException {
        try (Sandbox one = Sandbox.open("one");
                Sandbox other = Sandbox.open("other")) {
            one.connect("10.77.0.2", other, "10.77.0.1");
            one.name("other.flockerj.test", "10.77.0.1");

            one.inside()
                    .run("busybox", "ping", "-c", "1", "other.flockerj.test")
                    .ok();
            other.inside().run("busybox", "ping", "-c", "1", "10.77.0.2").ok();
        }
    }

    @Test
    void loopDeviceThatNothingMountsIsReportedAndReleased() throws IOException {
        Sandbox sandbox = Sandbox.open("loop");
        Path file = sandbox.directory().resolve("file");
        Files.write(file, new byte[1 << 20]);
        String device = Commands.here()
                .run("losetup", "--find", "--show", file.toString())
                .ok();

        assertThatThrownBy(sandbox::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("loop device " + device.substring("/dev/".length()));

        assertThat(Commands.here().run("losetup", device).exit()).isNotZero();
        Commands.here().run("rm", "-r", sandbox.directory().toString()).ok();
    }
}
