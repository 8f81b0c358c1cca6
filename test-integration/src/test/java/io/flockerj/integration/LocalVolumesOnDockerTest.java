package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of Docker's own driver, pushed from where they lie by the installed plugin, and pulled back there. */
@OnPrivateEngine
class LocalVolumesOnDockerTest {
    /** Where the module before this one is packaged. */
    private static final Path FLI = Path.of("../cli/target").toAbsolutePath().normalize();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGE = 24_000_000;

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;
    private Path remote = Path.of("/");

    LocalVolumesOnDockerTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeEach
    void addRemote(@TempDir Path directory) {
        remote = directory;
        fli("remote", "add", "nas", "file://" + remote).ok();
    }

    @AfterEach
    void removeRemote() {
        fli("remote", "rm", "nas").ok();
    }

    private Outcome fli(String... arguments) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                FLI.resolve("fli.jar") + ":" + FLI.resolve("lib") + "/*",
                "io.flockerj.cli.Fli");
        return engine.client(
                Stream.concat(command.stream(), Stream.of(arguments)).toArray(String[]::new));
    }

    private JsonNode json(String... arguments) throws IOException {
        return JSON.readTree(
                fli(Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new))
                        .ok());
    }

    private Path local(String name, String... options) {
        engine.docker(Stream.concat(
                                Stream.of("volume", "create"),
                                Stream.concat(
                                        Stream.of(options).flatMap(each -> Stream.of("-o", each)), Stream.of(name)))
                        .toArray(String[]::new))
                .ok();
        return Path.of(engine.inspectVolume(name, "{{.Mountpoint}}"));
    }

    private static void shell(String script, Path top) {
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; " + script, "sh", top.toString())
                .ok();
    }

    /** What a volume of the plugin's holds, without what file systems keep otherwise. */
    private List<String> ofPlugin(String volume) {
        engine.hold("viewer-" + volume, volume + ":/data");
        String mount = plugin.mounts(volume).iterator().next();
        return comparable(Manifest.of(engine.sandbox().seenFromOutside(Path.of(mount))));
    }

    private static List<String> comparable(List<String> manifest) {
        return manifest.stream()
                .filter(fact -> !fact.matches("(?s)\\d+ blocks .*"))
                .toList();
    }

    @Test
    void everyKindOfInodeIsPushedClonedAndPulledBack() throws IOException {
        Path zoo = local("zoo");
        Path back = local("zoo-back");
        try {
            Zoo.fillWithoutSubvolume(zoo);
            shell("head -c 5000000 /dev/urandom > large", zoo);
            JsonNode first = json("push", "local:zoo", "nas");
            shell("echo more > added; rm tiny", zoo);
            JsonNode second = json("push", "local:zoo", "nas");
            assertThat(first.required("bytesSent").asLong()).isGreaterThan(5_000_000);
            assertThat(second.required("bytesSent").asLong()).isPositive().isLessThan(100_000);
            assertThat(json("push", "local:zoo", "nas").required("snapshots")).isEmpty();
            assertThat(fli("log", "local:zoo").ok().lines()).hasSizeGreaterThanOrEqualTo(2);

            fli("clone", "nas/zoo", "zoo-copy").ok();
            assertThat(Manifest.differences(comparable(Manifest.of(zoo)), ofPlugin("zoo-copy")))
                    .isEmpty();
            String said = fli("pull", "local:zoo-back", "nas/zoo").ok();

            assertThat(said).contains("local:zoo-back holds").doesNotContain("held before");
            assertThat(Manifest.differences(Manifest.of(zoo), Manifest.of(back)))
                    .isEmpty();
            assertThat(beside(back)).isEmpty();
        } finally {
            Zoo.empty(zoo);
            Zoo.empty(back);
        }
    }

    private static List<Path> beside(Path data) {
        try (Stream<Path> names = Files.list(Objects.requireNonNull(data.getParent()))) {
            return names.filter(name -> !name.equals(data)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aContainerSeesWhatWasPulledAndNothingIsReplacedBeneathIt() throws IOException {
        Path data = local("shop");
        engine.sh("shop:/data", "echo one > /data/file");
        fli("push", "local:shop", "nas").ok();
        engine.sh("shop:/data", "echo two > /data/file");
        engine.hold("user", "shop:/data");

        assertThat(fli("pull", "local:shop", "nas", "--force").fails()).contains("docker stop user");
        assertThatThrownBy(() -> pull(order("shop", data).put("force", true)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is in use");
        engine.docker("pause", "user").ok();
        assertThat(fli("pull", "local:shop", "nas", "--force").fails()).contains("docker stop user");
        engine.docker("unpause", "user").ok();
        engine.docker("stop", "user").ok();
        assertThat(fli("pull", "local:shop", "nas").fails()).contains("holds what is on no remote", "--force");
        assertThat(data.resolve("file")).hasContent("two");
        String said = fli("pull", "local:shop", "nas", "--force").ok();

        assertThat(said).contains("What it held before is in ");
        assertThat(beside(data).getFirst().resolve("file")).hasContent("two");
        engine.docker("start", "user").ok();
        assertThat(engine.exec("user", "cat /data/file")).isEqualTo("one");
        engine.docker("rm", "-f", "user").ok();
        engine.docker("volume", "rm", "shop").ok();
        assertThat(data.getParent()).doesNotExist();
    }

    @Test
    void whatIsMountedOnDemandIsPushedWhileItIsAndNeverReplaced() throws IOException {
        Path data = local("memory", "type=tmpfs", "device=tmpfs");

        assertThat(fli("push", "local:memory", "nas").fails()).contains("only while a container uses it");
        assertThatThrownBy(() -> ask("/v1/local/push", order("memory", data).put("mounted", true)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing is mounted");
        engine.hold("cache", "memory:/data");
        engine.exec("cache", "echo in memory > /data/file");
        fli("push", "local:memory", "nas").ok();
        fli("clone", "nas/memory", "memory-copy").ok();
        engine.docker("rm", "-f", "cache").ok();

        assertThat(engine.sh("memory-copy:/data", "cat /data/file")).isEqualTo("in memory");
        assertThat(fli("pull", "local:memory", "nas").fails()).contains("fli clone");
    }

    @Test
    void volumesThatAreNoneOrThePluginsOwnAreToldApart() {
        engine.createVolume("ours");

        assertThat(fli("push", "local:ours", "nas").fails()).contains("fli push ours");
        assertThat(fli("push", "local:none", "nas").fails()).contains("docker volume create none");
        assertThat(fli("log", "local:none").fails()).contains("fli push local:none REMOTE");
    }

    @Test
    void aPullThatItsDaemonWasKilledInChangesNothingUntilTheNextHasFinishedIt() throws IOException {
        Path source = local("source");
        Path target = local("target");
        shell("seq 1 200 | while read i; do head -c " + LARGE / 200 + " /dev/urandom > file$i; done", source);
        fli("push", "local:source", "nas").ok();
        shell("echo precious > letter", target);
        fli("push", "local:target", "nas").ok();
        ask("/v1/remotes", body("slow", "download-limit", "3M"));
        ObjectNode order = order("target", target).put("remote", "slow").put("volumeset", "source");
        String job;
        try (UnixHttp http = new UnixHttp(control())) {
            UnixHttp.Answer asked = http.ask("POST", "/v1/local/pull", order);
            assertThat(asked.status()).as(asked.body().toString()).isEqualTo(202);
            job = asked.body().required("id").asText();
        }
        Eventually.await("a part of it to be there", () -> filesIn(target) > 20);

        plugin.killAndAwaitRestart();
        assertThat(target).isDirectoryContaining("glob:**/letter");
        Eventually.await("the end of the job", () -> hasEnded(job));
        assertThat(ended(job).required("state").asText())
                .as(ended(job).toString())
                .isEqualTo("done");

        assertThat(Manifest.differences(Manifest.of(source), Manifest.of(target)))
                .isEmpty();
        assertThat(beside(target))
                .singleElement()
                .satisfies(kept -> assertThat(kept.resolve("letter")).hasContent("precious"));
        fli("remote", "rm", "slow").ok();
    }

    private ObjectNode body(String name, String option, String value) {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("name", name).put("url", "file://" + remote);
        body.putObject("options").put(option, value);
        return body;
    }

    private static long filesIn(Path data) {
        long count = 0;
        for (Path each : beside(data)) {
            try (Stream<Path> files = Files.list(each)) {
                count += files.count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return count;
    }

    private boolean hasEnded(String job) {
        try {
            return !ended(job).required("endedAt").isNull();
        } catch (IOException notYet) {
            return false;
        }
    }

    private JsonNode ended(String job) throws IOException {
        try (ControlClient client = new ControlClient(control())) {
            return client.ask("GET", "/v1/jobs/" + job);
        }
    }

    private static ObjectNode order(String volume, Path data) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", volume)
                .put("driver", "local")
                .put("mountPoint", data.toString())
                .put("options", false)
                .put("mounted", false)
                .put("remote", "nas");
    }

    private JsonNode pull(ObjectNode order) throws IOException {
        return ask("/v1/local/pull", order);
    }

    private Path control() {
        return engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock"));
    }

    private JsonNode ask(String path, ObjectNode body) throws IOException {
        try (ControlClient client = new ControlClient(control())) {
            return client.ask("POST", path, body);
        }
    }
}
