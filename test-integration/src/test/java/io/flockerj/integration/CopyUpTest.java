package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Commands;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An image with files where the volume is mounted: the engine copies them into an empty volume, once. */
@OnPrivateEngine
class CopyUpTest {

    private static final String IMAGE = "filled:latest";

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    CopyUpTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeAll
    static void importImageWithData(PrivateEngine engine) {
        Path root = BusyboxImage.layOut(engine.directory().resolve("filled"));
        Commands.here().run("sh", "-euc", """
                        mkdir -p "$1/data/sub"
                        echo shipped > "$1/data/sub/file"
                        ln "$1/data/sub/file" "$1/data/hard"
                        ln -s sub/file "$1/data/soft"
                        chown -R 1234:4321 "$1/data"
                        chmod 0640 "$1/data/sub/file"
                        chmod 2750 "$1/data"
                        mkdir -m 0711 "$1/empty"
                        chown 77:88 "$1/empty"
                        """, "-", root.toString()).ok();
        BusyboxImage.importInto(engine, root, IMAGE, "CMD [\"sh\"]");
    }

    @Test
    void newVolumeIsCompletelyEmpty() {
        engine.createVolume("fresh");

        assertThat(engine.sh("fresh:/elsewhere", "ls -A /elsewhere | wc -l")).isEqualTo("0");
        assertThat(engine.sh("fresh:/elsewhere", "stat -c '%u:%g %a' /elsewhere"))
                .isEqualTo("0:0 755");
    }

    @Test
    void emptyVolumeGetsTheFilesTheirOwnersTheirModesAndThoseOfTheDirectory() {
        engine.createVolume("filled");

        assertThat(run("filled:/data", "cat /data/sub/file /data/soft /data/hard"))
                .isEqualTo("shipped\nshipped\nshipped");
        assertThat(run("filled:/data", "stat -c '%u:%g %a' /data /data/sub/file"))
                .isEqualTo("1234:4321 2750\n1234:4321 640");
        assertThat(plugin.mounts()).isEmpty();
    }

    @Test
    void emptyDirectoryOfTheImageGivesItsOwnerAndMode() {
        engine.createVolume("owned");

        assertThat(run("owned:/empty", "stat -c '%u:%g %a' /empty; ls -A /empty"))
                .isEqualTo("77:88 711");
    }

    @Test
    void volumeWithAFileIsLeftAsItIs() {
        engine.createVolume("taken");
        engine.sh("taken:/data", "echo mine > /data/file && chmod 0700 /data");

        assertThat(run("taken:/data", "ls -A /data && stat -c '%u:%g %a' /data"))
                .isEqualTo("file\n0:0 700");
    }

    @Test
    void nothingIsCopiedWhereTheUserSaysSo() {
        engine.createVolume("declined");

        assertThat(run("declined:/data:nocopy", "ls -A /data | wc -l")).isEqualTo("0");
        String byMount = engine.docker(
                        "run",
                        "--rm",
                        "--network=none",
                        "--mount=type=volume,src=declined,dst=/data,volume-nocopy",
                        IMAGE,
                        "sh",
                        "-c",
                        "ls -A /data | wc -l")
                .ok();
        assertThat(byMount).isEqualTo("0");
    }

    @Test
    void filesAreCopiedAtCreationAndTheVolumeUnmountedUntilTheStart() {
        engine.createVolume("early");
        engine.docker("create", "--name=later", "--network=none", "-v", "early:/data", IMAGE, "cat", "/data/hard")
                .ok();
        assertThat(plugin.mounts()).isEmpty();

        assertThat(engine.docker("start", "-a", "later").ok()).isEqualTo("shipped");
        assertThat(engine.sh("early:/elsewhere", "ls /elsewhere")).isEqualTo("hard\nsoft\nsub");
    }

    @Test
    void ownerAndModeThatWereAskedForAreThere() {
        engine.createVolume("asked", "uid=1001", "gid=1002", "mode=0770");

        assertThat(engine.sh("asked:/elsewhere", "stat -c '%u:%g %a' /elsewhere"))
                .isEqualTo("1001:1002 770");
    }

    private String run(String volume, String script) {
        return engine.docker("run", "--rm", "--network=none", "-v", volume, IMAGE, "sh", "-c", script)
                .ok();
    }
}
