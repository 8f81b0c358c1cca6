package io.flockerj.plugin.volumedriver;

import static io.flockerj.plugin.http.RawClient.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.http.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallsTest {
    private static final String ID = "a".repeat(64);
    private static final String V = "{\"Name\":\"v\"}";
    private static final String V_ID = "{\"Name\":\"v\",\"ID\":\"" + ID + "\"}";

    @TempDir
    Path directory;

    private TestingDriver driver;

    @BeforeEach
    void start() throws IOException {
        driver = TestingDriver.open(directory, TestingDriver.PATIENT);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void wholeLifeOfAVolumeIsAnsweredByteForByte() throws IOException {
        try (RawClient docker = driver.connect()) {
            exchange(docker, "VolumeDriver.Capabilities", "{}\n", "{\"Capabilities\":{\"Scope\":\"local\"}}");
            exchange(docker, "VolumeDriver.Create", "{\"Name\":\"v\",\"Opts\":null}\n", "{}");
            exchange(
                    docker,
                    "VolumeDriver.Get",
                    V + "\n",
                    "{\"Volume\":{\"Name\":\"v\",\"CreatedAt\":\"2024-01-02T03:04:05Z\",\"Status\":{\"driver\":\"fake\","
                            + "\"pool\":\"memory\",\"volumeset\":\"set@000000000000\",\"branch\":\"main\",\"snapshots\":0,"
                            + "\"bytesUsed\":4096,\"sizeLimit\":\"none\",\"mountsHeld\":0}}}");
            exchange(docker, "VolumeDriver.Mount", V_ID + "\n", "{\"Mountpoint\":\"/mnt/flockerj/v\"}");
            exchange(docker, "VolumeDriver.Path", V + "\n", "{\"Mountpoint\":\"/mnt/flockerj/v\"}");
            exchange(docker, "VolumeDriver.Unmount", V_ID + "\n", "{}");
            exchange(docker, "VolumeDriver.Remove", V + "\n", "{}");
        }
        assertThat(driver.volumes.calls())
                .containsExactly("create v", "get v", "mount v", "get v", "unmount v", "remove v");
    }

    private static void exchange(RawClient docker, String call, String body, String answer) throws IOException {
        String expected =
                "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.docker.plugins.v1.2+json\r\ncontent-length: "
                        + answer.length() + "\r\n\r\n" + answer;
        assertThat(docker.send(docker(call, body)).readBytes(expected.length())).isEqualTo(expected);
    }

    @Test
    void activateNeedsNoBody() throws IOException {
        assertThat(driver.ask(docker("Plugin.Activate", "")).body()).isEqualTo("{\"Implements\":[\"VolumeDriver\"]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{}\n", "not json"})
    void listNeedsNoBody(String body) throws IOException {
        assertThat(driver.call("List", body).body()).isEqualTo("{\"Volumes\":[]}");
    }

    @Test
    void listShowsTheMountPointOnlyWhileMounted() throws IOException {
        driver.succeed("Create", V);
        driver.succeed("Create", "{\"Name\":\"w\"}");
        driver.succeed("Mount", V_ID);
        assertThat(driver.call("List", "{}").body())
                .contains(
                        "{\"Name\":\"v\",\"Mountpoint\":\"/mnt/flockerj/v\"}", "{\"Name\":\"w\",\"Mountpoint\":\"\"}");
    }

    @Test
    void pathOfAnUnmountedVolumeIsEmptyAndOfAnUnknownOneAnError() throws IOException {
        driver.succeed("Create", V);
        assertThat(driver.call("Path", V).body()).isEqualTo("{\"Mountpoint\":\"\"}");
        assertThat(driver.fail("Path", "{\"Name\":\"unknown\"}")).contains("no volume 'unknown'");
    }

    @Test
    void sameIdMountsTwiceAndUnmountsTwice() throws IOException {
        driver.succeed("Create", V);
        driver.succeed("Mount", V_ID);
        driver.succeed("Mount", V_ID);
        assertThat(driver.volumes.mounts("v", ID)).isEqualTo(2);
        driver.succeed("Unmount", V_ID);
        assertThat(driver.volumes.mounts("v", ID)).isEqualTo(1);
        driver.succeed("Unmount", V_ID);
        driver.succeed("Unmount", V_ID);
        assertThat(driver.volumes.mounts("v", ID)).isZero();
    }

    @Test
    void aVolumeFromARemoteIsMadeWhileTheEngineWaits() throws IOException {
        driver.succeed("Create", "{\"Opts\":{\"from\":\"nas/db@v1\"},\"Name\":\"v\"}");
        driver.succeed("Create", "{\"Opts\":{\"from\":\"nas/db@v1\"},\"Name\":\"v\"}");
        driver.succeed("Create", "{\"Opts\":{\"from\":\"db@nas/main\"},\"Name\":\"w\"}");

        assertThat(driver.errands()).containsExactly("create v from nas/db@v1");
        assertThat(driver.volumes.options("v")).containsEntry("from", "nas/db@v1");
    }

    @Test
    void anEngineThatWouldWaitTooLongForARemoteIsToldOfTheJob() throws IOException {
        driver.letErrandsTakeTooLong();

        assertThat(driver.fail("Create", "{\"Opts\":{\"from\":\"nas/db\"},\"Name\":\"v\"}"))
                .contains("goes on as a job");
    }

    @Test
    void optionsReachTheVolume() throws IOException {
        driver.succeed("Create", "{\"Opts\":{\"size\":\"10G\",\"flag\":\"\"},\"Name\":\"v\"}");
        assertThat(driver.volumes.options("v")).isEqualTo(Map.of("size", "10G", "flag", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Name\":\"v\"}", "{\"Name\":\"v\",\"Opts\":null}", "{\"Name\":\"v\",\"Opts\":{}}"})
    void optionsMayBeLeftOut(String body) throws IOException {
        driver.succeed("Create", body);
        assertThat(driver.volumes.options("v")).isEmpty();
    }

    @Test
    void unknownFieldsAreIgnoredAndOfSeveralTheLastCounts() throws IOException {
        driver.succeed(
                "Create",
                "{\"Name\":7,\"More\":[{\"x\":1}],\"Name\":\"v\",\"Opts\":{\"a\":\"1\",\"a\":\"2\"},\"name\":\"w\"}");
        assertThat(driver.volumes.calls()).containsExactly("create v");
        assertThat(driver.volumes.options("v")).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void requestsOfPodmanAreAnswered() throws IOException {
        String head = " HTTP/1.1\r\nHost: plugin\r\nUser-Agent: Go-http-client/1.1\r\n"
                + "Content-Type: application/vnd.docker.plugins.v1.1+json\r\nAccept-Encoding: gzip\r\nContent-Length: ";
        try (RawClient podman = driver.connect()) {
            assertThat(podman.send("POST /Plugin.Activate" + head + "0\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(podman.send("POST /VolumeDriver.Create" + head + "12\r\n\r\n" + V)
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(podman.send("POST /VolumeDriver.List" + head + "0\r\n\r\n")
                            .read()
                            .body())
                    .contains("\"v\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/VolumeDriver.get",
                "/volumedriver.Get",
                "/VolumeDriver.Get/",
                "//VolumeDriver.Get",
                "/VolumeDriver.Snapshot",
                "/VolumeDriver.%47et",
                "*"
            })
    void unknownCallIsNotFoundAndTheKnownOnesAreNamed(String path) throws IOException {
        RawClient.Reply reply = driver.ask("POST " + path + " HTTP/1.1\r\nHost: \r\nContent-Length: 12\r\n\r\n" + V);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(TestingDriver.error(reply))
                .contains("Plugin.Activate", "VolumeDriver.Get", "VolumeDriver.Capabilities");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "post", "NONSENSE"})
    void otherMethodsAreNotAllowed(String method) throws IOException {
        for (String call : List.of("Plugin.Activate", "VolumeDriver.Remove", "VolumeDriver.Capabilities")) {
            RawClient.Reply reply =
                    driver.ask(method + " /" + call + " HTTP/1.1\r\nHost: \r\nContent-Length: 12\r\n\r\n" + V);
            assertThat(reply.status()).isEqualTo(405);
            assertThat(TestingDriver.error(reply)).contains(call, "POST");
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @Test
    void whatIsNotHttpIsRefusedInTheFormOfTheProtocol() throws IOException {
        RawClient.Reply reply = driver.ask("nonsense\r\n\r\n");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestingDriver.error(reply)).contains("HTTP");
    }
}
