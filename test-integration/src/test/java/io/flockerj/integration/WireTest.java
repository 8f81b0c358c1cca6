package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.engine.Wire;
import io.flockerj.integration.engine.Wire.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the socket of the installed plugin, byte by byte: what engines send, what they send by mistake, and what nobody should. */
@OnPrivateEngine
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WireTest {

    private static final String ID = "a".repeat(64);
    private static final String OTHER_ID = "b".repeat(64);

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    WireTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void everySuccessIsAJsonObjectWithStatus200() throws IOException {
        try (Wire wire = plugin.wire()) {
            List<Answer> answers = List.of(
                    wire.call("Plugin.Activate", "{}"),
                    wire.call("VolumeDriver.Capabilities", "{}"),
                    wire.call("VolumeDriver.Create", "{\"Name\":\"answers\",\"Opts\":{}}"),
                    wire.call("VolumeDriver.Get", named("answers")),
                    wire.call("VolumeDriver.List", "{}"),
                    wire.call("VolumeDriver.Path", named("answers")),
                    wire.call("VolumeDriver.Mount", mount("answers", ID)),
                    wire.call("VolumeDriver.Path", named("answers")),
                    wire.call("VolumeDriver.Unmount", mount("answers", ID)),
                    wire.call("VolumeDriver.Remove", named("answers")));

            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body().strip()).startsWith("{").endsWith("}").doesNotContain("\"Err\":\"");
            });
            assertThat(answers.get(0).body()).contains("\"Implements\"", "\"VolumeDriver\"");
            assertThat(answers.get(1).body()).contains("\"Scope\":\"local\"");
            assertThat(answers.get(6).body()).containsPattern("\"Mountpoint\":\"/mnt/flockerj/answers/[0-9a-f]{32}\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Create", "Remove", "Mount", "Unmount", "Path"})
    void callWithoutBodyOrNameIsAnErrorWithStatus500(String method) throws IOException {
        try (Wire wire = plugin.wire()) {
            for (String body : List.of("", "{}", "{\"Name\":\"\"}", "{\"Name\":null}")) {
                assertIsError(wire.call("VolumeDriver." + method, body));
            }
        }
        assertThat(volumeNames()).doesNotContain("");
    }

    /** Any answer to Get but a volume makes the engine forget the volume's labels; an engine that retries sends an empty body. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"Name\":null}"})
    void getWithoutANameIsNotAnswered(String body) throws IOException {
        try (Wire wire = plugin.wire()) {
            wire.send(Wire.request("VolumeDriver.Get", body));

            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void unknownVolumeIsAnError() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertIsError(wire.call("VolumeDriver.Get", named("nowhere")));
            assertIsError(wire.call("VolumeDriver.Path", named("nowhere")));
            assertIsError(wire.call("VolumeDriver.Mount", mount("nowhere", ID)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "absent"})
    void optionsMayBeNullEmptyOrAbsent(String options) throws IOException {
        String name = "options-" + options.replaceAll("\\W", "x");
        String body = options.equals("absent") ? named(name) : "{\"Name\":\"%s\",\"Opts\":%s}".formatted(name, options);
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Create", body).status()).isEqualTo(200);
            assertThat(wire.call("VolumeDriver.Get", named(name)).status()).isEqualTo(200);
            assertThat(wire.call("VolumeDriver.Remove", named(name)).status()).isEqualTo(200);
        }
    }

    @Test
    void listAndActivateNeedNoBody() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.List", "").body()).contains("\"Volumes\"");
            assertThat(wire.call("Plugin.Activate", "").body()).contains("\"VolumeDriver\"");
        }
    }

    @Test
    void connectionsThatSayNothingDoNoHarm() throws IOException {
        long before = engine.logSize();
        for (int i = 0; i < 200; i++) {
            plugin.wire().close();
        }

        assertAnswers();
        assertThat(engine.logFrom(before)).doesNotContain("level=error");
    }

    @Test
    void manyIdleConnectionsLeaveRoomForOthers() throws IOException {
        List<Wire> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                Wire wire = plugin.wire();
                idle.add(wire);
                wire.send("POST /VolumeDriver.Get HTTP/1.1\r\nHost: \r\nContent-Length: 100\r\n\r\n{\"Na");
            }

            assertAnswers();
        } finally {
            for (Wire wire : idle) {
                wire.close();
            }
        }
        assertAnswers();
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void idleConnectionIsKeptOpen() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Capabilities", "{}").status()).isEqualTo(200);

            LockSupport.parkNanos(Duration.ofSeconds(Soak.orElse(660, 10)).toNanos());

            assertThat(wire.call("VolumeDriver.Capabilities", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void requestsSentInOneGoAreAnsweredInTheirOrder() throws IOException {
        engine.createVolume("pipelined");
        try (Wire wire = plugin.wire()) {
            wire.send(Wire.request("VolumeDriver.Mount", mount("pipelined", ID))
                    + Wire.request("VolumeDriver.Path", named("pipelined"))
                    + Wire.request("VolumeDriver.Unmount", mount("pipelined", ID))
                    + Wire.request("VolumeDriver.Path", named("pipelined"))
                    + Wire.request("VolumeDriver.Capabilities", "{}"));

            assertThat(wire.answer().body()).contains("/mnt/flockerj/pipelined/");
            assertThat(wire.answer().body()).contains("/mnt/flockerj/pipelined/");
            assertThat(wire.answer().body()).doesNotContain("Mountpoint", "Err");
            assertThat(wire.answer().body()).contains("\"Mountpoint\":\"\"");
            assertThat(wire.answer().body()).contains("Capabilities");
        }
    }

    @Test
    void fiftyCallersAtOnceAreAllAnswered() {
        engine.createVolume("popular");
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String id = "%064x".formatted(i);
            CompletableFuture<Integer> call = new CompletableFuture<>();
            calls.add(call);
            Thread.startVirtualThread(() -> call.complete(mountAndUnmount(id)));
        }

        assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(200));
        assertThat(plugin.mounts()).isEmpty();
    }

    private int mountAndUnmount(String id) {
        try (Wire wire = plugin.wire()) {
            int worst = wire.call("VolumeDriver.Mount", mount("popular", id)).status();
            worst = Math.max(
                    worst, wire.call("VolumeDriver.Get", named("popular")).status());
            return Math.max(
                    worst,
                    wire.call("VolumeDriver.Unmount", mount("popular", id)).status());
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void mountsAreCountedByIdAndUnmountingTooOftenIsNoError() throws IOException {
        engine.createVolume("counted");
        try (Wire wire = plugin.wire()) {
            wire.call("VolumeDriver.Mount", mount("counted", ID));
            wire.call("VolumeDriver.Mount", mount("counted", ID));
            wire.call("VolumeDriver.Mount", mount("counted", OTHER_ID));
            assertThat(plugin.mounts()).hasSize(1);

            wire.call("VolumeDriver.Unmount", mount("counted", ID));
            wire.call("VolumeDriver.Unmount", mount("counted", OTHER_ID));
            assertThat(plugin.mounts()).hasSize(1);
            wire.call("VolumeDriver.Unmount", mount("counted", ID));
            assertThat(plugin.mounts()).isEmpty();

            assertThat(wire.call("VolumeDriver.Unmount", mount("counted", ID)).status())
                    .isEqualTo(200);
            assertThat(wire.call("VolumeDriver.Unmount", mount("counted", "never-seen"))
                            .status())
                    .isEqualTo(200);
            assertThat(wire.call("VolumeDriver.Unmount", mount("no-such-volume", ID))
                            .status())
                    .isEqualTo(200);
            wire.call("VolumeDriver.Mount", mount("counted", ID));
            assertThat(plugin.mounts()).hasSize(1);
            wire.call("VolumeDriver.Unmount", mount("counted", ID));
            assertThat(plugin.mounts()).isEmpty();
        }
    }

    @Test
    void removingAMountedVolumeIsRefusedWhileAContainerHasIt() throws IOException {
        engine.createVolume("busy");
        engine.hold("busybody", "busy:/data");
        try (Wire wire = plugin.wire()) {
            Answer refusal = wire.call("VolumeDriver.Remove", named("busy"));

            assertIsError(refusal);
            assertThat(refusal.body()).contains("busy").contains("in use");
        }
        assertThat(engine.exec("busybody", "echo there > /data/file && cat /data/file"))
                .isEqualTo("there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../up",
                "/abs",
                "x//y",
                "rel/../x",
                "a/b",
                "a@b@c",
                "a:b",
                "a b",
                ".hid",
                "-dash",
                "_under",
                "ünï",
                "a%2Fb",
                "a?b",
                "a#b",
                "a*b",
                "$HOME",
                "a\\\\b",
                "..",
                ".",
                "a\\u0000b",
                "a\\nb"
            })
    void nameOutsideTheRuleIsRefusedAndTheRuleIsTold(String name) throws IOException {
        try (Wire wire = plugin.wire()) {
            Answer refusal = wire.call("VolumeDriver.Create", named(name));

            assertIsError(refusal);
            assertThat(refusal.body()).contains("1 to 128 letters, digits");
        }
    }

    @Test
    void nameOf128CharactersIsTakenAndALongerOneRefused() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Create", named("n".repeat(128))).status())
                    .isEqualTo(200);
            assertIsError(wire.call("VolumeDriver.Create", named("n".repeat(129))));
            assertIsError(wire.call("VolumeDriver.Create", named("n".repeat(100_000))));
        }
        assertThat(engine.sh("n".repeat(128) + ":/data", "touch /data/file && ls /data"))
                .isEqualTo("file");
    }

    @Test
    void dockerShowsWhyANameIsRefused() {
        assertThat(engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "a b")
                        .fails())
                .contains("a b")
                .contains("1 to 128 letters, digits");
        assertThat(engine.docker(
                                "run",
                                "--rm",
                                "-v",
                                "a@b:/x",
                                "--volume-driver",
                                FlockerjPlugin.NAME,
                                BusyboxImage.NAME)
                        .fails())
                .contains("there is no volume a ");
        assertThat(volumeNames()).doesNotContain("a b", "a@b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "\"text\"",
                "{\"Name\":",
                "{\"Name\":7}",
                "{\"Name\":{\"a\":1}}",
                "{\"Name\":\"x\",\"Opts\":[]}",
                "{\"Name\":\"x\",\"Opts\":{\"size\":{}}}",
                "{\"Name\":\"x\",\"Opts\":{\"size\":\"-1\"}}",
                "{\"Name\":\"x\"} trailing"
            })
    void malformedCreateIsAnErrorAndMakesNothing(String body) throws IOException {
        try (Wire wire = plugin.wire()) {
            wire.send(Wire.request("VolumeDriver.Create", body));
            assertIsError(wire.answer());
        }
        assertThat(volumeNames()).doesNotContain("x", "7");
        assertAnswers();
    }

    @Test
    void unknownMethodsAndPathsAreErrors() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Explode", "{}").status()).isGreaterThanOrEqualTo(400);
        }
        try (Wire wire = plugin.wire()) {
            wire.send("GET /VolumeDriver.List HTTP/1.1\r\nHost: \r\n\r\n");
            assertThat(wire.answer().status()).isGreaterThanOrEqualTo(400);
        }
        try (Wire wire = plugin.wire()) {
            wire.send("POST /../../etc/passwd HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n\r\n");
            assertThat(wire.answer().status()).isGreaterThanOrEqualTo(400);
        }
        assertAnswers();
    }

    @Test
    void noiseEndsItsOwnConnectionOnly() throws IOException {
        try (Wire kept = plugin.wire();
                Wire noise = plugin.wire()) {
            kept.call("VolumeDriver.Capabilities", "{}");
            noise.send("\u0016\u0003\u0001 this is not HTTP\r\n\r\n");
            noise.send("x".repeat(100_000));

            assertThat(kept.call("VolumeDriver.Capabilities", "{}").status()).isEqualTo(200);
        } catch (IOException closed) {
            // The noisy connection may be closed while it still talks.
        }
        assertAnswers();
    }

    @Test
    void hugeBodyIsRefusedAndTheNextCallIsAnswered() throws IOException {
        try (Wire wire = plugin.wire()) {
            wire.send("POST /VolumeDriver.Create HTTP/1.1\r\nHost: \r\nContent-Length: 4000000000\r\n\r\n");
            wire.send("{\"Name\":\"" + "x".repeat(4 << 20));
        } catch (IOException closed) {
            // As good as an answer.
        }
        assertAnswers();
    }

    @Test
    void engineDoesNotForgetLabelsWhenACallIsCutOff() throws IOException {
        engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "--label", "team=blue", "labelled")
                .ok();
        try (Wire wire = plugin.wire()) {
            wire.send(Wire.request("VolumeDriver.Get", ""));
            assertThat(wire.isClosedByPeer()).isTrue();
        }

        assertThat(engine.inspectVolume("labelled", "{{.Labels.team}}")).isEqualTo("blue");
    }

    private void assertAnswers() throws IOException {
        try (Wire wire = plugin.wire()) {
            assertThat(wire.call("VolumeDriver.Capabilities", "{}").status()).isEqualTo(200);
        }
    }

    private static void assertIsError(Answer answer) {
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).startsWith("{").contains("\"Err\":\"").doesNotContain("\"Err\":\"\"");
    }

    private List<String> volumeNames() {
        return engine.docker("volume", "ls", "-q").ok().lines().toList();
    }

    private static String named(String name) {
        return "{\"Name\":\"" + name + "\"}";
    }

    private static String mount(String name, String id) {
        return "{\"Name\":\"%s\",\"ID\":\"%s\"}".formatted(name, id);
    }
}
