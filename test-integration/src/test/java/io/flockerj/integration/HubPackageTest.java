package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PluginPackage;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hub is installed from, as {@code hub/package} makes it: started, set up, asked and ended. */
@OnPrivateEngine(plugin = false)
class HubPackageTest {
    private static final Path HUB = PluginPackage.sourceTree().resolve("hub");
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(5);
    /** The hub's own, for requests that are going on, and some more. */
    private static final long GRACE_SECONDS = 35;

    private static final Pattern LISTENING = Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+)");
    private static final Pattern METRICS = Pattern.compile("metrics on (http://127\\.0\\.0\\.1:\\d+/metrics)");
    private static final Pattern CODE = Pattern.compile("to be used once: ([0-9a-f]{32})");
    private static final String PASSWORD = "correct horse battery";

    private final PrivateEngine engine;

    @TempDir
    private Path directory;

    HubPackageTest(PrivateEngine engine) {
        this.engine = engine;
    }

    @BeforeAll
    static void build() {
        Commands.here()
                .run(
                        BUILD_PATIENCE,
                        InputStream.nullInputStream(),
                        HUB.resolve("package").toString())
                .ok();
    }

    private static Path made(String pattern) throws IOException {
        try (Stream<Path> files = Files.list(HUB.resolve("target"))) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches(pattern))
                    .toList();
            assertThat(found).as(pattern).hasSize(1);
            return found.getFirst();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private static HttpResponse<String> ask(HttpClient client, String address)
            throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theDirectoryServesIsSetUpAndEndsWhenItIsAsked() throws Exception {
        String program = HUB.resolve("target/flockerhub/bin/flockerhub").toString();
        Path log = directory.resolve("log");
        String data = "--data=" + directory.resolve("data");
        Process hub = Commands.here()
                .builder(program, "serve", data, "--listen=127.0.0.1:0", "--metrics=127.0.0.1:0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Eventually.await("the code", () -> CODE.matcher(read(log)).find());
            String said = read(log);
            assertThat(ask(client, find(LISTENING, said) + "/readyz").statusCode())
                    .isEqualTo(200);
            String setUp = Commands.here()
                    .feed(find(CODE, said) + "\n" + PASSWORD + "\n", program, "setup", "anna", data)
                    .ok();
            assertThat(setUp).contains("anna administrates this hub");
            assertThat(ask(client, find(METRICS, said)).body())
                    .contains("flockerhub_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1.0");

            hub.destroy();
            assertThat(hub.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(hub.exitValue()).as(read(log)).isZero();
            assertThat(read(log)).doesNotContain(PASSWORD).doesNotContain("WARN");
        } finally {
            hub.destroyForcibly().waitFor();
        }
    }

    @Test
    void theImageServesWithoutAnyRightsAndKeepsWhatItHas() throws Exception {
        engine.docker("load", "--input", made("flockerhub-image-.*\\.tar").toString())
                .ok();
        engine.docker(
                        "run",
                        "--detach",
                        "--name=hub",
                        "--network=none",
                        "--read-only",
                        "--tmpfs=/tmp",
                        "--cap-drop=ALL",
                        "--memory=640m",
                        "--volume=hub-data:/var/lib/flockerhub",
                        "flockerhub:latest",
                        "serve",
                        "--data=/var/lib/flockerhub",
                        "--listen=127.0.0.1:8443")
                .ok();
        Eventually.await(
                "the code",
                () -> CODE.matcher(engine.docker("logs", "hub").ok()).find());
        String code = find(CODE, engine.docker("logs", "hub").ok());
        assertThat(engine.docker(
                                "run",
                                "--rm",
                                "--network=container:hub",
                                "busybox:latest",
                                "wget",
                                "-q",
                                "-O",
                                "-",
                                "http://127.0.0.1:8443/readyz")
                        .ok())
                .contains("ready");
        assertThat(engine.feedDocker(
                                code + "\n" + PASSWORD + "\n",
                                "run",
                                "--rm",
                                "--interactive",
                                "--network=none",
                                "--volume=hub-data:/var/lib/flockerhub",
                                "flockerhub:latest",
                                "setup",
                                "anna",
                                "--data=/var/lib/flockerhub")
                        .ok())
                .contains("anna administrates this hub");
        engine.docker("stop", "--time=" + GRACE_SECONDS, "hub").ok();
        assertThat(engine.docker("inspect", "--format={{.State.ExitCode}}", "hub")
                        .ok())
                .isEqualToIgnoringNewLines("0");

        engine.docker("start", "hub").ok();
        assertThat(engine.docker(
                                "run",
                                "--rm",
                                "--volume=hub-data:/var/lib/flockerhub",
                                "flockerhub:latest",
                                "check",
                                "--data=/var/lib/flockerhub")
                        .ok())
                .contains("as they were written");
    }

    @Test
    void theDebHasAServiceAndKeepsSettings() throws IOException {
        String deb = made("flockerhub_.*\\.deb").toString();
        Path root = directory.resolve("root");
        Commands.here().run("dpkg-deb", "--extract", deb, root.toString()).ok();
        Commands.here()
                .run("dpkg-deb", "--control", deb, directory.resolve("control").toString())
                .ok();

        assertThat(Files.readString(directory.resolve("control/conffiles")))
                .isEqualTo("/etc/flockerhub/serve.options\n");
        assertThat(root.resolve("etc/flockerhub/serve.options")).exists();
        assertThat(root.resolve("lib/systemd/system/flockerhub.service")).exists();
        for (String script : List.of("postinst", "prerm", "postrm")) {
            Commands.here()
                    .run(
                            "bash",
                            "-n",
                            directory.resolve("control").resolve(script).toString())
                    .ok();
        }
        assertThat(Commands.here()
                        .run(root.resolve("usr/bin/flockerhub").toString(), "--version")
                        .ok())
                .contains("flockerhub ");
    }
}
