package io.flockerj.plugin.volumedriver;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.RawClient.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.http.RawClient;
import io.flockerj.plugin.http.TestingServer;
import io.flockerj.plugin.volume.VolumeName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that take longer than anybody waits, and callers that do not wait. */
class LateTest {
    private static final String V = "{\"Name\":\"v\"}";
    private static final String V_ID = "{\"Name\":\"v\",\"ID\":\"id\"}";

    @TempDir
    Path directory;

    private final CountDownLatch held = new CountDownLatch(1);

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void letGo() {
        held.countDown();
    }

    private TestingDriver start(Patience patience) throws Exception {
        TestingDriver driver = TestingDriver.open(directory, patience);
        driver.volumes.create(new VolumeName("v"), Map.of());
        driver.volumes.interruptWith(call -> {
            if (call.startsWith("mount") || call.startsWith("create")) {
                await(held);
            }
        });
        return driver;
    }

    @Test
    void callThatTakesTooLongSaysThatItGoesOn() throws Exception {
        try (TestingDriver driver = start(TestingDriver.IMPATIENT)) {
            assertThat(driver.fail("Create", "{\"Name\":\"w\"}")).contains("goes on");
            held.countDown();
            eventually(
                    "it went on", () -> driver.call("Get", "{\"Name\":\"w\"}").status() == 200);
        }
    }

    @Test
    void mountThatTookTooLongIsUndone() throws Exception {
        try (TestingDriver driver = start(TestingDriver.IMPATIENT)) {
            assertThat(driver.fail("Mount", V_ID)).contains("undone");
            held.countDown();
            eventually("it is undone", () -> driver.volumes.calls().contains("unmount v"));
            eventually("it is undone", () -> driver.volumes.mounts("v", "id") == 0);
        }
    }

    @Test
    void mountWhoseCallerHasGoneIsUndoneAndOthersAreNot() throws Exception {
        try (TestingDriver driver = start(TestingDriver.PATIENT)) {
            RawClient gone = driver.connect();
            try (RawClient waiting = driver.connect()) {
                gone.send(docker("VolumeDriver.Mount", V_ID));
                waiting.send(docker("VolumeDriver.Mount", V_ID));
                eventually("both mount", () -> count(driver, "mount v") == 2);
                gone.close();
                held.countDown();
                assertThat(waiting.read().status()).isEqualTo(200);
                eventually("one is undone", () -> driver.volumes.calls().contains("unmount v"));
                eventually("one is left", () -> driver.volumes.mounts("v", "id") == 1);
            }
        }
    }

    @Test
    void mountThatFailedIsNotUndone() throws Exception {
        TestingDriver driver = start(TestingDriver.IMPATIENT);
        try (driver) {
            assertThat(driver.fail("Mount", "{\"Name\":\"unknown\",\"ID\":\"id\"}"))
                    .contains("undone");
            held.countDown();
        }
        assertThat(driver.volumes.calls()).contains("mount unknown").doesNotContain("unmount unknown");
    }

    @Test
    void slowMountsDelayNeitherGetNorListNorCapabilities() throws Exception {
        try (TestingDriver driver = start(TestingDriver.PATIENT)) {
            List<RawClient> mounting = takeAllThreads(driver);
            for (int i = 0; i < 50; i++) {
                driver.succeed("Get", V);
                driver.succeed("List", "{}");
                driver.succeed("Capabilities", "{}");
            }
            held.countDown();
            for (RawClient client : mounting) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
        }
    }

    @Test
    void mountsThatWaitUntilTheVolumesAreLoadedDelayNoOtherCall() throws Exception {
        try (TestingDriver driver = TestingDriver.closed(directory, TestingDriver.PATIENT)) {
            driver.volumes.create(new VolumeName("v"), Map.of());
            List<RawClient> waiting = new ArrayList<>();
            for (int i = 0; i < 2 * TestingServer.THREADS; i++) {
                waiting.add(driver.connect().send(docker("VolumeDriver.Mount", V_ID)));
            }
            eventually("mounts have every blocking thread", () -> driver.gate.asked() == TestingServer.THREADS);

            driver.succeed("Capabilities", "{}");
            for (int i = 0; i < 50; i++) {
                waiting.add(driver.connect().send(docker("VolumeDriver." + (i % 2 == 0 ? "Get" : "List"), V)));
            }
            eventually("only mounts are kept from the gate", () -> driver.gate.asked() == TestingServer.THREADS + 50);

            driver.gate.open();
            for (RawClient client : waiting) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
        }
    }

    @Test
    void callBeyondTheQueueIsAnErrorThatSaysSo() throws Exception {
        try (TestingDriver driver = start(TestingDriver.PATIENT)) {
            List<RawClient> mounting = takeAllThreads(driver);
            for (int i = 0; i < TestingServer.THREADS; i++) {
                mounting.add(driver.connect().send(docker("VolumeDriver.Mount", V_ID)));
            }
            eventually(
                    "the queue is full",
                    () -> driver.fail("Remove", "{\"Name\":\"x\"}").contains("too many calls"));
            held.countDown();
            for (RawClient client : mounting) {
                client.read();
                client.close();
            }
        }
    }

    private static List<RawClient> takeAllThreads(TestingDriver driver) throws Exception {
        List<RawClient> mounting = new ArrayList<>();
        for (int i = 0; i < TestingServer.THREADS; i++) {
            mounting.add(driver.connect().send(docker("VolumeDriver.Mount", V_ID)));
        }
        eventually("all threads are taken", () -> count(driver, "mount v") == TestingServer.THREADS);
        return mounting;
    }

    private static long count(TestingDriver driver, String call) {
        return driver.volumes.calls().stream().filter(call::equals).count();
    }
}
