package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.PluginPackage;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host that runs the packaged hub, with TLS by an authority of its own. Hosts that it is connected with know it by its name. */
final class HubHost implements AutoCloseable {
    static final String NAME = "hub.flockerj.test";
    static final String URL = "https://" + NAME + ":8443";

    /** Another name of the same host, for which it has no certificate. */
    static final String OTHER_NAME = "other.flockerj.test";

    /** Of everybody. */
    static final String PASSWORD = "correct horse battery";

    private static final Path HUB = PluginPackage.sourceTree().resolve("hub");
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(5);
    /** The hub's own, for requests that are going on, and some more. */
    private static final long GRACE_SECONDS = 35;

    private static final String ADDRESS = "10.77.0.1";
    private static final Pattern CODE = Pattern.compile("to be used once: ([0-9a-f]{32})");

    private final Sandbox sandbox;
    private @Nullable Process process;
    private int hosts = 1;

    private HubHost(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Packages the hub and {@code fli}, if they are not. */
    static void build() {
        for (String module : List.of("hub", "cli")) {
            String script = HUB.resolveSibling(module).resolve("package").toString();
            Commands.here()
                    .run(BUILD_PATIENCE, InputStream.nullInputStream(), script, "--directory")
                    .ok();
        }
    }

    /** A host on which the hub does not serve yet. */
    static HubHost open() throws IOException {
        Sandbox sandbox = Sandbox.open("hub");
        try {
            makeCertificates(sandbox);
            return new HubHost(sandbox);
        } catch (IOException | RuntimeException | AssertionError e) {
            sandbox.close();
            throw e;
        }
    }

    private static void makeCertificates(Sandbox sandbox) throws IOException {
        Path directory = sandbox.directory();
        Files.writeString(directory.resolve("hub.ext"), "subjectAltName=DNS:" + NAME + "\n");
        sandbox.inside()
                .run("sh", "-euc", """
                        cd "$1"
                        new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                        openssl req -x509 $new -days 2 -subj "/CN=Authority of the team" -keyout ca.key -out ca.crt
                        openssl req $new -subj "/CN=$2" -keyout hub.key -out hub.csr
                        openssl x509 -req -in hub.csr -CA ca.crt -CAkey ca.key -days 2 -extfile hub.ext -out hub.crt
                        """, "sh", directory.toString(), NAME)
                .ok();
    }

    /** Starts the hub, with options for its storage, and makes {@code anna} its first administrator by the code that it prints. */
    void serve(String... storage) {
        List<String> command = new ArrayList<>(List.of(program(), "serve", data(sandbox)));
        command.add("--tls-cert=" + sandbox.directory().resolve("hub.crt"));
        command.add("--tls-key=" + sandbox.directory().resolve("hub.key"));
        command.add("--listen=:8443");
        command.addAll(List.of(storage));
        Process started = sandbox.start(log(sandbox), sandbox.inside().builder(command.toArray(String[]::new)));
        process = started;
        String code = Eventually.get("the code", () -> {
            assertThat(started.isAlive()).as(log()).isTrue();
            return CODE.matcher(log()).results().map(found -> found.group(1)).findFirst();
        });
        List<String> setup = new ArrayList<>(List.of(program(), "setup", "anna", data(sandbox)));
        setup.addAll(List.of(storage));
        sandbox.inside()
                .feed(code + "\n" + PASSWORD + "\n", setup.toArray(String[]::new))
                .ok();
    }

    private static String program() {
        return HUB.resolve("target/flockerhub/bin/flockerhub").toString();
    }

    private static String data(Sandbox sandbox) {
        return "--data=" + sandbox.directory().resolve("data");
    }

    private static Path log(Sandbox sandbox) {
        return sandbox.directory().resolve("hub.log");
    }

    /** What it has logged. */
    String log() {
        try {
            return Files.readString(log(sandbox));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a store a cable to this host. */
    void connectStore(Sandbox store, String address) {
        store.connect(address, sandbox, ADDRESS);
    }

    /** Gives a host a cable to this one, and names for it. */
    void connect(Sandbox host) throws IOException {
        hosts++;
        host.connect("10.77.0." + hosts, sandbox, ADDRESS);
        host.name(NAME + " " + OTHER_NAME, ADDRESS);
    }

    /** The certificate of the authority. */
    Path caFile() {
        return sandbox.directory().resolve("ca.crt");
    }

    /** Where repositories are. */
    Path storage() {
        return sandbox.directory().resolve("data/storage");
    }

    /** What {@code flockerhub audit verify} says of the record. */
    String verifyRecord() {
        return sandbox.inside().run(program(), "audit", "verify", data(sandbox)).ok();
    }

    /** Ends it as an init system does. */
    void stop() throws InterruptedException {
        Process running = Objects.requireNonNull(process);
        running.destroy();
        assertThat(running.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).as(log()).isZero();
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
