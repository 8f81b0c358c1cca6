package io.flockerj.plugin.volumedriver;

import static io.flockerj.plugin.http.RawClient.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.http.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes, it is answered as the protocol says or dropped, and only parsed names get through. */
class NoiseTest {
    private static final int ROUNDS = 3000;
    private static final List<String> CALLS = List.of("Create", "Remove", "Mount", "Unmount", "Path", "Get", "List");
    private static final List<String> SCRAPS = List.of(
            "\"Name\"",
            "\"ID\"",
            "\"Opts\"",
            ":",
            ",",
            "{",
            "}",
            "[",
            "]",
            "\"v\"",
            "\"../x\"",
            "\"a\\u0000\"",
            "null",
            "7",
            "-1e999",
            "\"\\ud800\"",
            "true",
            "\"",
            "\\",
            " ",
            "\"size\"",
            "\"x\"",
            "\u00ff",
            "\ufeff");
    private static final Pattern PARSED = Pattern.compile(
            "list|[a-z]+ [A-Za-z0-9][A-Za-z0-9_.-]{0,127}(@[A-Za-z0-9][A-Za-z0-9_.-]{0,127}(~[0-9]{0,7})?)?");

    @TempDir
    Path directory;

    @Test
    void noiseNeverGetsThroughAndNeverStopsTheServer() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        try (TestingDriver driver = TestingDriver.open(directory, TestingDriver.PATIENT)) {
            RawClient client = driver.connect();
            for (int round = 0; round < ROUNDS; round++) {
                if (!isAnswered(client, random)) {
                    client.close();
                    client = driver.connect();
                }
            }
            client.close();
            assertThat(driver.volumes.calls())
                    .allMatch(call -> PARSED.matcher(call).matches());
            driver.succeed("Create", "{\"Name\":\"after\"}");
            driver.succeed("Get", "{\"Name\":\"after\"}");
        } catch (IOException | AssertionError e) {
            throw new AssertionError("repeat with -Dseed=" + seed, e);
        }
    }

    /** False if the call was dropped, as only Get may be. */
    private static boolean isAnswered(RawClient client, Random random) throws IOException {
        String call = CALLS.get(random.nextInt(CALLS.size()));
        byte[] body = body(random);
        String head = docker("VolumeDriver." + call, "").replace("Length: 0", "Length: " + body.length);
        client.send(head).send(body);
        RawClient.Reply reply;
        try {
            reply = client.read();
        } catch (EOFException e) {
            assertThat(call).isEqualTo("Get");
            return false;
        }
        assertThat(reply.closes()).isFalse();
        if (reply.status() != 200) {
            assertThat(reply.status()).isEqualTo(500);
            assertThat(TestingDriver.error(reply)).isNotBlank();
        }
        return true;
    }

    private static byte[] body(Random random) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        switch (random.nextInt(4)) {
            case 0 ->
                body.writeBytes(("{\"Name\":" + NamesTable.json(name(random)) + ",\"ID\":\"x\"}")
                        .getBytes(StandardCharsets.UTF_8));
            case 1 -> {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                body.writeBytes(bytes);
            }
            case 2 -> {
                byte[] bytes =
                        "{\"Name\":\"vol\",\"ID\":\"id\",\"Opts\":{\"a\":\"b\"}}".getBytes(StandardCharsets.UTF_8);
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                body.writeBytes(bytes);
            }
            default -> {
                for (int scraps = random.nextInt(12); scraps > 0; scraps--) {
                    body.writeBytes(SCRAPS.get(random.nextInt(SCRAPS.size())).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return body.toByteArray();
    }

    private static String name(Random random) {
        String alphabet = "aZ0._-/\\@: %\u0000\n\u007fé\u202e~$";
        StringBuilder name = new StringBuilder();
        for (int length = random.nextInt(random.nextInt(10) == 0 ? 300 : 6); length >= 0; length--) {
            name.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return name.toString();
    }
}
