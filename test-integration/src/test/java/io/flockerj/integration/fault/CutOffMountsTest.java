package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.RefusedException;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An engine that no longer shares the directory of mounts with its plugin, as one that was killed may. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class CutOffMountsTest {
    private static final int EX_TEMPFAIL = 75;
    private static final int MOST_ENDS = 3;

    @TempDir
    Path directory;

    @AfterEach
    void clear() {
        Place.clear(directory);
    }

    @Test
    void aPluginThatNobodySeesEndsAFewTimesToBeStartedAgain() throws Exception {
        DaemonProcess.Plan plan = Place.PLUGIN.in(directory).with("pool", "plain:" + directory.resolve("pool"));
        Commands.here()
                .run("mount", "--make-private", plan.path("mounts").toString())
                .ok();

        for (int start = 0; start < MOST_ENDS; start++) {
            DaemonProcess ending = plan.launch();
            assertThat(ending.awaitEnd()).as(ending.log()).isEqualTo(EX_TEMPFAIL);
            assertThat(ending.log()).contains("so that it starts the plugin again");
        }

        try (DaemonProcess staying = plan.start();
                VolumeDriverClient client = staying.connect()) {
            client.create("v", Map.of());
            assertThatThrownBy(() -> client.mount("v", Change.ENGINE))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("disable the plugin with -f and enable it again");
        }
    }

    @Test
    void aDaemonAmongOthersNeedsNobodyElse() throws Exception {
        DaemonProcess.Plan plan = DaemonProcess.Plan.in(directory).with("pool", "plain:" + directory.resolve("pool"));
        Path mounts = Files.createDirectory(plan.path("mounts"));
        Commands.here().run("mount", "-t", "tmpfs", "none", mounts.toString()).ok();
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            assertThat(client.mount("v", Change.ENGINE)).isDirectory();
        }
        Place.clear(directory);
    }
}
