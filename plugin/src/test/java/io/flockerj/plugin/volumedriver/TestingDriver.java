package io.flockerj.plugin.volumedriver;

import static io.flockerj.plugin.http.RawClient.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Limits;
import io.flockerj.plugin.http.RawClient;
import io.flockerj.plugin.http.TestingServer;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Errands;
import io.flockerj.plugin.volume.UnfinishedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The protocol over fake volumes, on a real socket. */
final class TestingDriver implements AutoCloseable {
    /** For tests in which nothing should ever be late. */
    static final Patience PATIENT = Patience.DEFAULT;
    /** For tests that wait until a call is turned away at the gate. */
    static final Patience SHORT_AT_GATE =
            new Patience(Duration.ofMillis(100), Patience.DEFAULT.forAnswer(), Patience.DEFAULT.forErrand());

    /** For tests that wait until a call is late. */
    static final Patience IMPATIENT =
            new Patience(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMillis(100));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final FakeVolumes volumes = new FakeVolumes();
    final FakeGate gate = new FakeGate(volumes);
    private final TestingServer server;
    private final List<String> errands = new CopyOnWriteArrayList<>();
    private volatile boolean tooLong;

    private TestingDriver(Path directory, Patience patience) throws IOException {
        server = TestingServer.start(directory, Limits.DEFAULT, new VolumeDriver(gate, patience, this::run));
    }

    private void run(String kind, String subject, Map<String, String> options, Duration time, Errands.Work work)
            throws RefusedException, IOException {
        errands.add(kind + " " + subject);
        if (tooLong) {
            throw new UnfinishedException(subject + " goes on as a job");
        }
        work.run(Progress.IGNORED);
    }

    /** Work that the engine would not wait for, as its kind and subject. */
    List<String> errands() {
        return errands;
    }

    /** From now on such work takes too long, and is never done. */
    void letErrandsTakeTooLong() {
        tooLong = true;
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
