package io.flockerj.plugin.volumedriver;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.RawClient.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.http.RawClient;
import io.flockerj.plugin.volume.VolumeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine takes any error from Get for "there is no such volume", and forgets what it knows of it. */
class GetTest {
    private static final String V = "{\"Name\":\"v\"}";

    @TempDir
    Path directory;

    @Test
    void unknownVolumeIsAnError() throws IOException {
        try (TestingDriver driver = TestingDriver.open(directory, TestingDriver.PATIENT)) {
            assertThat(driver.fail("Get", V)).contains("no volume 'v'");
        }
    }

    @Test
    void nameThatCannotBeIsAnErrorEvenBeforeTheVolumesAreLoaded() throws IOException {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.PATIENT)) {
            for (String name : NamesTable.IMPOSSIBLE) {
                assertThat(driver.fail("Get", "{\"Name\":" + NamesTable.json(name) + "}"))
                        .contains("1 to 128 letters, digits");
            }
            assertThat(driver.gate.asked()).isZero();
        }
    }

    @Test
    void getWaitsUntilTheVolumesAreLoaded() throws Exception {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.PATIENT);
                RawClient client = driver.connect()) {
            driver.volumes.create(new VolumeName("v"), Map.of());
            client.send(docker("VolumeDriver.Get", V));
            eventually("Get waits", () -> driver.gate.asked() == 1);
            driver.gate.open();
            assertThat(client.read().body()).contains("\"Name\":\"v\"");
        }
    }

    @Test
    void getIsDroppedWhenTheVolumesAreNotLoadedInTime() throws Exception {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.SHORT_AT_GATE)) {
            assertThat(driver.drops("Get", V)).isTrue();
            assertThat(driver.gate.asked()).isOne();
        }
    }

    @Test
    void otherCallsThanGetSayThatTheVolumesAreNotLoaded() throws Exception {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.SHORT_AT_GATE)) {
            for (String call : List.of("Create", "Remove", "Mount", "Unmount", "Path", "List")) {
                assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"x\"}")).contains("still being loaded");
            }
        }
    }

    @Test
    void capabilitiesAndActivateNeverComeToTheGate() throws Exception {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.PATIENT)) {
            assertThat(driver.call("Capabilities", "{}").body()).isEqualTo("{\"Capabilities\":{\"Scope\":\"local\"}}");
            assertThat(driver.ask(docker("Plugin.Activate", "")).status()).isEqualTo(200);
            assertThat(driver.gate.asked()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{}",
                "{",
                "null",
                "[]",
                "{\"Name\":null}",
                "{\"Name\":7}",
                "{\"name\":\"v\"}",
                "{\"Name\":\"v\"}x"
            })
    void getThatDoesNotSayOfWhatIsDropped(String body) throws IOException {
        try (TestingDriver driver = TestingDriver.open(directory, TestingDriver.PATIENT)) {
            assertThat(driver.drops("Get", body)).isTrue();
            assertThat(driver.volumes.calls()).isEmpty();
        }
    }

    @Test
    void getIsDroppedWhenItFails() throws IOException {
        try (TestingDriver driver = TestingDriver.open(directory, TestingDriver.PATIENT)) {
            driver.volumes.interruptWith(call -> {
                throw new UncheckedIOException(new IOException("Input/output error"));
            });
            assertThat(driver.drops("Get", V)).isTrue();
            driver.volumes.interruptWith(call -> {
                throw new NullPointerException("broken on purpose");
            });
            assertThat(driver.drops("Get", V)).isTrue();
            driver.volumes.interruptWith(call -> {});
            assertThat(driver.fail("Get", V)).contains("no volume");
        }
    }

    @Test
    void getThatTakesTooLongIsDropped() throws IOException {
        CountDownLatch held = new CountDownLatch(1);
        try (TestingDriver driver = TestingDriver.open(directory, TestingDriver.IMPATIENT)) {
            driver.volumes.interruptWith(call -> LateTest.await(held));
            assertThat(driver.drops("Get", V)).isTrue();
            held.countDown();
        }
    }

    @Test
    void fiftyGetsAtOnceAllWaitAndAreAllAnswered() throws Exception {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.PATIENT)) {
            driver.volumes.create(new VolumeName("v"), Map.of());
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(driver.connect().send(docker("VolumeDriver.Get", V)));
            }
            eventually("all wait", () -> driver.gate.asked() == 50);
            driver.gate.open();
            for (RawClient client : clients) {
                assertThat(client.read().body()).contains("\"Name\":\"v\"");
                client.close();
            }
        }
    }
}
