package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PluginPackage;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.engine.Registry;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The plugin as users get it: pushed to a registry, installed from there under an alias, set, upgraded, removed, installed again. */
@OnPrivateEngine(plugin = false)
class RegistryTest {

    private static final String REPOSITORY = "flockerj/flockerj";
    private static final String FIRST = Registry.HOST + "/" + REPOSITORY + ":1.0";
    private static final String SECOND = Registry.HOST + "/" + REPOSITORY + ":1.1";

    private static Registry registry;

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    RegistryTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeAll
    static void publishTwoVersions(PrivateEngine engine) throws IOException {
        registry = Registry.start(engine);
        publish(engine, FIRST, PluginPackage.directory());
        publish(engine, SECOND, changedPackage(engine));
    }

    private static void publish(PrivateEngine engine, String name, Path directory) {
        engine.docker("plugin", "create", name, directory.toString()).ok();
        engine.docker("plugin", "push", name).ok();
        engine.docker("plugin", "rm", name).ok();
    }

    /** The same plugin with another description, and a file by which to tell them apart. */
    private static Path changedPackage(PrivateEngine engine) throws IOException {
        Path changed = engine.directory().resolve("changed");
        Commands.here()
                .run("cp", "-a", PluginPackage.directory().toString(), changed.toString())
                .ok();
        Path config = changed.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"description\": \"flockerj:", "\"description\": \"1.1:"));
        Files.writeString(changed.resolve("rootfs/version"), "1.1");
        return changed;
    }

    @AfterEach
    void removePlugin() {
        engine.removeContainers();
        engine.docker("plugin", "rm", "-f", FlockerjPlugin.NAME);
    }

    private void install(String reference) {
        engine.docker(
                        "plugin",
                        "install",
                        "--grant-all-permissions",
                        "--alias",
                        "flockerj",
                        reference,
                        "FLOCKERJ_STATE=" + plugin.state())
                .ok();
    }

    @Test
    void packageIsOneLayer() {
        assertThat(registry.manifest(REPOSITORY, "1.0")
                        .lines()
                        .filter(line -> line.contains("rootfs.diff.tar.gzip"))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void installingAsksForThesePrivilegesAndNoOthers() {
        String asked = engine.feedDocker("n\n", "plugin", "install", FIRST).text();

        assertThat(asked.lines().filter(line -> line.startsWith(" - ")))
                .containsExactlyInAnyOrder(
                        " - network: [host]",
                        " - host pid namespace: [true]",
                        " - mount: [/]",
                        " - allow-all-devices: [true]",
                        " - capabilities: [CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_LINUX_IMMUTABLE]");
    }

    @Test
    void dataSurvivesSettingUpgradingRemovingAndReinstalling() {
        install(FIRST);
        assertThat(plugin.isEnabled()).isTrue();
        engine.docker("volume", "create", "-d", "flockerj", "--label", "team=blue", "carried")
                .ok();
        engine.sh("carried:/data", "echo one > /data/file");

        plugin.disable();
        plugin.set("FLOCKERJ_LOG_LEVEL=debug");
        plugin.enable();
        assertThat(engine.sh("carried:/data", "cat /data/file; echo two >> /data/file"))
                .isEqualTo("one");

        plugin.disable();
        upgradeToSecond();
        plugin.enable();
        assertThat(engine.docker("plugin", "inspect", "-f", "{{.Config.Description}}", FlockerjPlugin.NAME)
                        .ok())
                .startsWith("1.1:");
        assertThat(plugin.process().pid()).isPositive();
        assertThat(Path.of("/proc/" + plugin.process().pid() + "/root/version")).exists();
        assertThat(engine.docker("plugin", "inspect", "-f", "{{.Settings.Env}}", FlockerjPlugin.NAME)
                        .ok())
                .contains("FLOCKERJ_LOG_LEVEL=debug", "FLOCKERJ_STATE=" + plugin.state());
        assertThat(engine.sh("carried:/data", "cat /data/file; echo three >> /data/file"))
                .isEqualTo("one\ntwo");
        assertThat(engine.inspectVolume("carried", "{{.Labels.team}}")).isEqualTo("blue");

        engine.docker("plugin", "rm", "-f", FlockerjPlugin.NAME).ok();
        install(SECOND);
        assertThat(engine.sh("carried:/data", "cat /data/file")).isEqualTo("one\ntwo\nthree");
        assertThat(engine.docker("volume", "ls", "-q").lines()).contains("carried");

        engine.docker("volume", "rm", "carried").ok();
        assertThat(engine.docker("volume", "ls", "-q").lines()).doesNotContain("carried");
    }

    @Test
    void containerRunsOnThroughAnUpgrade() {
        install(FIRST);
        engine.createVolume("through");
        engine.hold("runner", "through:/data");
        engine.exec("runner", "echo before > /data/file");

        plugin.disable();
        upgradeToSecond();
        assertThat(engine.exec("runner", "cat /data/file && echo during >> /data/file"))
                .isEqualTo("before");
        plugin.enable();

        assertThat(engine.sh("through:/data", "cat /data/file")).isEqualTo("before\nduring");
        engine.docker("restart", "runner").ok();
        assertThat(engine.exec("runner", "cat /data/file")).isEqualTo("before\nduring");
        engine.docker("rm", "-f", "runner").ok();
        engine.docker("volume", "rm", "through").ok();
        assertThat(plugin.mounts()).isEmpty();
    }

    private void upgradeToSecond() {
        engine.docker(
                        "plugin",
                        "upgrade",
                        "--grant-all-permissions",
                        "--skip-remote-check",
                        FlockerjPlugin.NAME,
                        SECOND)
                .ok();
    }

    @Test
    void driverIsKnownByItsAliasWithAndWithoutTag() {
        install(FIRST);

        engine.docker("volume", "create", "-d", "flockerj", "short").ok();
        engine.docker("volume", "create", "-d", "flockerj:latest", "long").ok();

        assertThat(engine.inspectVolume("short", "{{.Driver}}")).isEqualTo("flockerj:latest");
        assertThat(engine.inspectVolume("long", "{{.Driver}}")).isEqualTo("flockerj:latest");
    }
}
