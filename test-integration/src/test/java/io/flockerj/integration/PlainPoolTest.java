package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The history of volumes that are plain directories, and its way to pools of the other kind and back. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class PlainPoolTest {
    private static final String ENGINE = "engine";

    @TempDir
    Path directory;

    private DaemonProcess.Plan plan;
    private DaemonProcess daemon;
    private VolumeDriverClient client;
    private ControlClient control;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        plan = DaemonProcess.Plan.in(Files.createDirectory(directory.resolve("here")))
                .with("pool", "plain:" + directory.resolve("pool"));
        connect(plan);
    }

    private void connect(DaemonProcess.Plan to) throws IOException, InterruptedException {
        daemon = to.start();
        client = daemon.connect();
        control = daemon.connectToControl();
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        control.close();
        daemon.close();
        shell("chattr -R -f -i -a . || true", directory.resolve("pool"));
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    private Path mounted(String name, Map<String, String> options) throws IOException {
        client.create(name, options);
        return client.mount(name, ENGINE);
    }

    private void snapshot(String volume, String tag) throws IOException {
        ObjectNode order = body().put("tag", tag);
        order.putArray("volumes").add(volume);
        JsonNode taken = control.ask("POST", "/v1/snapshots", order);
        assertThat(taken.findValue("atomic").asBoolean()).isFalse();
    }

    private static void shell(String script, Path top) {
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; " + script, "sh", top.toString())
                .ok();
    }

    private static void assertSame(List<String> before, Path now) throws IOException {
        assertThat(Manifest.differences(before, Manifest.of(now))).isEmpty();
    }

    @Test
    void snapshotsClonesViewsAndRollbacksHoldWhatWasThere() throws IOException, InterruptedException {
        Path top = mounted("zoo", Map.of());
        Zoo.fillWithoutSubvolume(top);
        List<String> first = Manifest.of(top);
        snapshot("zoo", "first");
        shell("seq 1 100000 > numbers; mkdir -p d/e; echo text > d/e/f; ln numbers d/link", top);
        List<String> second = Manifest.of(top);
        snapshot("zoo", "second");

        assertSame(first, mounted("clone", Map.of("from", "zoo@first")));
        Path view = mounted("view", Map.of("from", "zoo@second", "access", "read-only"));
        assertSame(second, view);
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.createFile(view.resolve("new")))
                .withMessageContaining("Read-only");

        daemon.kill();
        client.close();
        control.close();
        connect(plan);
        client.unmount("zoo", ENGINE);
        control.ask("POST", "/v1/rollback", body().put("ref", "zoo@first"));

        assertSame(first, client.mount("zoo", ENGINE));
        assertThat(control.ask("GET", "/v1/log?ref=zoo").required("snapshots")).hasSize(4);
    }

    @Test
    void aHistoryGoesToAPoolOfTheOtherKindAndComesBack() throws IOException, InterruptedException {
        Path top = mounted("zoo", Map.of());
        Zoo.fillWithoutSubvolume(top);
        List<String> first = Manifest.of(top);
        Path remote = Files.createDirectory(directory.resolve("remote"));
        add(control, remote);
        JsonNode pushed = control.ask("POST", "/v1/push", body().put("ref", "zoo"));
        JsonNode again = control.ask("POST", "/v1/push", body().put("ref", "zoo"));
        assertThat(pushed.required("snapshots")).hasSize(1);
        assertThat(again.required("snapshots")).isEmpty();

        DaemonProcess.Plan other = DaemonProcess.Plan.in(Files.createDirectory(directory.resolve("there")))
                .with("pool", "file");
        List<String> second;
        try (DaemonProcess there = other.start();
                VolumeDriverClient engine = there.connect();
                ControlClient far = there.connectToControl()) {
            add(far, remote);
            far.ask("POST", "/v1/clone", body().put("place", "nas/zoo").put("volume", "zoo"));
            Path copy = engine.mount("zoo", ENGINE);
            assertSame(first, copy);
            shell("echo more >> file; rm tiny; mkdir made; echo new > made/here", copy);
            second = Manifest.of(copy);
            far.ask("POST", "/v1/push", body().put("ref", "zoo"));
            Zoo.empty(copy);
            engine.unmount("zoo", ENGINE);
        }
        String brought = control.ask("POST", "/v1/pull", body().put("ref", "zoo@nas/main"))
                .required("snapshot")
                .asText();

        assertSame(first, top);
        assertSame(second, mounted("brought", Map.of("from", "zoo@" + brought)));
        assertThat(changed("from=zoo@main&to=zoo@" + brought))
                .containsExactlyInAnyOrder("file", "made", "made/here", "tiny");
    }

    /** The paths of what changed; the answer has one object on each line. */
    private List<String> changed(String query) throws IOException {
        return ControlClient.lines(daemon, "/v1/diff?" + query).stream()
                .map(change -> change.required("path").asText())
                .toList();
    }

    private static void add(ControlClient control, Path remote) throws IOException {
        control.ask("POST", "/v1/remotes", body().put("name", "nas").put("url", "file://" + remote));
    }
}
