package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.s3.S3Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is pushed while it is written to, on a host that knows nothing but the remote. */
@Tag("slow")
@OnPrivateEngine
class PostgresRemoteTest {
    private static final int PUSHES = Soak.orElse(30, 3);
    private static final int SCALE = 2;

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    PostgresRemoteTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeAll
    static void importImage(PrivateEngine engine) throws IOException {
        PostgresServer.importImage(engine);
    }

    /** A snapshot of a server under load, and which numbers it has to hold at least and at most. */
    private record Moment(String id, long committedBefore, long begunBefore) {}

    @Test
    void eachPushToADirectoryIsADatabaseOnAnotherHost(@TempDir Path remote) throws IOException {
        goAndComeBack("shelf", body().put("url", "file://" + remote));
    }

    @Test
    void eachPushToABucketIsADatabaseOnAnotherHost() throws IOException {
        S3Lab lab = S3Lab.startWithin(engine.sandbox());
        ObjectNode place = body().put("url", "s3://" + lab.newBucket());
        lab.options().forEach(place.putObject("options")::put);
        goAndComeBack("bucket", place);
    }

    private void goAndComeBack(String name, ObjectNode place) throws IOException {
        ask("/v1/remotes", place.put("name", name));
        List<Moment> moments = pushedUnderLoad(name);

        beAnotherHost(name);
        ask("/v1/remotes", place);
        for (Moment moment : moments) {
            PostgresServer then = new PostgresServer(engine, name + "-" + moments.indexOf(moment));
            then.cloneFrom(name + "/" + name + "@" + moment.id());
            then.start();
            long held = then.count("SELECT max(number) FROM " + PgCounter.TABLE);
            assertThat(held)
                    .as("the last number in %s", moment)
                    .isBetween(moment.committedBefore(), moment.begunBefore());
            assertThat(then.query("SELECT min(number), count(*) FROM " + PgCounter.TABLE))
                    .isEqualTo("1|" + held);
            verify(then);
        }
    }

    private List<Moment> pushedUnderLoad(String name) throws IOException {
        PostgresServer production = new PostgresServer(engine, name);
        production.create("size=512M");
        production.start();
        production.fill(SCALE);
        PgBench bench = production.bench();
        PgCounter counter = production.counter();
        List<Moment> moments = new ArrayList<>();
        for (int n = 0; n < PUSHES; n++) {
            counter.awaitMore();
            long committed = counter.acknowledged();
            JsonNode pushed =
                    ask("/v1/push", body().put("ref", name).put("remote", name).put("name", name));
            String id =
                    pushed.required("branches").required(0).required("snapshot").asText();
            moments.add(new Moment(id, committed, counter.begun()));
        }
        counter.finish();
        bench.finish();
        verify(production);
        return moments;
    }

    /** As if the first host were lost: the same engine, and a plugin that finds nothing of before. */
    private void beAnotherHost(String name) throws IOException {
        plugin.disable();
        Path state = Files.createDirectory(engine.directory().resolve("state-after-" + name));
        plugin.set("FLOCKERJ_STATE=" + state);
        plugin.enable();
    }

    private static void verify(PostgresServer server) {
        server.verifyTables();
        server.stop();
        server.verifyFiles();
    }

    private JsonNode ask(String path, ObjectNode body) throws IOException {
        Path socket = engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock"));
        try (ControlClient control = new ControlClient(socket)) {
            return control.ask("POST", path, body);
        }
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }
}
