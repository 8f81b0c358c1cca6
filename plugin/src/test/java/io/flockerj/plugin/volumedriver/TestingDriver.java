package io.flockerj.plugin.volumedriver;

import static io.flockerj.plugin.http.RawClient.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flockerj.plugin.http.Limits;
import io.flockerj.plugin.http.RawClient;
import io.flockerj.plugin.http.TestingServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The protocol over fake volumes, on a real socket. */
final class TestingDriver implements AutoCloseable {
    /** For tests in which nothing should ever be late. */
    static final Patience PATIENT = Patience.DEFAULT;
    /** For tests that wait until a call is turned away at the gate. */
    static final Patience SHORT_AT_GATE = new Patience(Duration.ofMillis(100), Patience.DEFAULT.forAnswer());

    /** For tests that wait until a call is late. */
    static final Patience IMPATIENT = new Patience(Duration.ofMillis(100), Duration.ofSeconds(1));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final FakeVolumes volumes = new FakeVolumes();
    final FakeGate gate = new FakeGate(volumes);
    private final TestingServer server;

    private TestingDriver(Path directory, Patience patience) throws IOException {
        server = TestingServer.start(directory, Limits.DEFAULT, new VolumeDriver(gate, patience));
    }

    /** With a gate that is still closed. */
    static TestingDriver closed(Path directory, Patience patience) throws IOException {
        return new TestingDriver(directory, patience);
    }

    static TestingDriver open(Path directory, Patience patience) throws IOException {
        TestingDriver driver = new TestingDriver(directory, patience);
        driver.gate.open();
        return driver;
    }

    RawClient connect() throws IOException {
        return server.connect();
    }

    RawClient.Reply ask(String request) throws IOException {
        return server.ask(request);
    }

    RawClient.Reply call(String call, String json) throws IOException {
        return ask(docker("VolumeDriver." + call, json));
    }

    /** What a call that must succeed answers. */
    JsonNode succeed(String call, String json) throws IOException {
        RawClient.Reply reply = call(call, json);
        if (reply.status() != 200) {
            throw new AssertionError(call + " " + json + " was answered " + reply);
        }
        return JSON.readTree(reply.body());
    }

    /** The message of a call that must fail as an error. */
    String fail(String call, String json) throws IOException {
        RawClient.Reply reply = call(call, json);
        if (reply.status() != 500) {
            throw new AssertionError(call + " " + json + " was answered " + reply);
        }
        return error(reply);
    }

    /** The message of a reply that has nothing else. */
    static String error(RawClient.Reply reply) throws IOException {
        JsonNode object = JSON.readTree(reply.body());
        if (!object.isObject() || object.size() != 1 || !object.path("Err").isTextual()) {
            throw new AssertionError("not an error of the protocol: " + reply);
        }
        return object.path("Err").textValue();
    }

    /** Whether a call is left without an answer, its connection closed. */
    boolean drops(String call, String json) throws IOException {
        try (RawClient client = connect()) {
            return client.send(docker("VolumeDriver." + call, json)).isDropped();
        }
    }

    @Override
    public void close() {
        gate.open();
        server.close();
    }
}
