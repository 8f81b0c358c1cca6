package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A compose file that asks for a volume with options; Debian's docker-compose runs it. */
@OnPrivateEngine
class ComposeTest {

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    ComposeTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void upMakesTheVolumeWithItsOptionsAndDownKeepsItUnlessToldOtherwise() throws IOException {
        Path file = composeFile("128M");

        compose(file, "up", "-d");
        Eventually.await("the first line", () -> lines() == 1);
        assertThat(engine.inspectVolume("shop_orders", "{{.Driver}} {{json .Status.sizeLimit}}"))
                .isEqualTo(FlockerjPlugin.NAME + " " + 128 * (1 << 20));

        compose(file, "down");
        compose(file, "up", "-d");
        Eventually.await("the second line", () -> lines() == 2);
        compose(file, "restart");
        Eventually.await("the third line", () -> lines() == 3);

        compose(file, "down", "-v");
        assertThat(engine.docker("volume", "ls", "-q").lines()).doesNotContain("shop_orders");
        assertThat(plugin.mounts()).isEmpty();
    }

    @Test
    void wrongOptionIsReportedWithWhatThereIs() throws IOException {
        Path file = composeFile("much");

        List<String> up = new ArrayList<>(List.of("docker-compose", "-f", file.toString(), "-p", "wrong", "up", "-d"));
        assertThat(engine.client(up.toArray(String[]::new)).fails())
                .contains("size")
                .contains("much");
    }

    private Path composeFile(String size) throws IOException {
        return Files.writeString(engine.directory().resolve("compose-" + size + ".yml"), """
                version: "3.8"
                services:
                  clerk:
                    image: busybox:latest
                    network_mode: none
                    stop_signal: SIGKILL
                    command: sh -c "echo started >> /orders/log; tail -f /dev/null"
                    volumes:
                      - orders:/orders
                volumes:
                  orders:
                    driver: flockerj:latest
                    driver_opts:
                      size: %s
                      compression: zstd
                """.formatted(size));
    }

    private int lines() {
        return Integer.parseInt(engine.sh("shop_orders:/orders", "cat /orders/log 2>/dev/null | wc -l"));
    }

    private void compose(Path file, String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker-compose", "-f", file.toString(), "-p", "shop"));
        Collections.addAll(command, arguments);
        engine.client(command.toArray(String[]::new)).ok();
    }
}
