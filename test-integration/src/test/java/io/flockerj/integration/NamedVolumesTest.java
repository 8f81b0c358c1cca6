package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import org.junit.jupiter.api.Test;

/** Volumes with a name, from their creation to their end, as {@code docker volume} and {@code docker run} see them. */
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
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "data").ok();

        engine.sh("data:/data", "echo kept > /data/file");

        assertThat(engine.sh("data:/data", "cat /data/file")).isEqualTo("kept");
        assertThat(plugin.mounts()).isEmpty();
    }
}
