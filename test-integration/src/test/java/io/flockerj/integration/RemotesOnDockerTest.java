package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.s3.NameServer;
import io.flockerj.integration.s3.S3Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Remotes in a directory of the host and in a bucket, as the installed plugin reaches them. */
@OnPrivateEngine
class RemotesOnDockerTest {
    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    RemotesOnDockerTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void whatAContainerWroteGoesToADirectoryOfTheHostAndComesBackInAnotherVolume(@TempDir Path remote)
            throws IOException {
        engine.createVolume("db");
        engine.sh("db:/data", "seq 1 100000 > /data/table; ln -s table /data/link; chmod 600 /data/table");

        ask("/v1/remotes", body().put("name", "nas").put("url", "file://" + remote));
        JsonNode pushed = ask("/v1/push", body().put("ref", "db").put("remote", "nas"));
        ask("/v1/clone", body().put("place", "nas/db").put("volume", "copy"));

        assertThat(pushed.required("snapshots")).hasSize(1);
        assertThat(Files.exists(remote.resolve("flockerj"))).isTrue();
        assertThat(engine.sh("copy:/data", "tail -n 1 /data/link; stat -c %a /data/table"))
                .isEqualTo("100000\n600");
    }

    /** With the host's name server and certificates that the host has, and credentials from each place where they may be. */
    @Test
    void aBucketIsReachedByTheNameOfItsStoreAndWithTls() throws IOException {
        plugin.disable();
        NameServer.startIn(engine.sandbox());
        S3Lab lab = S3Lab.startWithin(engine.sandbox());
        plugin.set("AWS_ACCESS_KEY_ID=" + S3Lab.KEY, "AWS_SECRET_ACCESS_KEY=" + S3Lab.SECRET);
        plugin.enable();
        engine.createVolume("shop");
        engine.sh("shop:/data", "seq 1 100000 > /data/table; head -c 3000000 /dev/urandom > /data/heap");
        String digest = engine.sh("shop:/data", "cat /data/* | sha256sum");
        String url = "s3://" + lab.newBucket() + "/shop";
        ObjectNode options = body().put("endpoint", lab.tlsEndpoint(S3Lab.NAME).toString())
                .put("ca-file", lab.caFile().toString());

        ask("/v1/remotes", remote("environment", url, options));
        ask("/v1/push", body().put("ref", "shop").put("remote", "environment"));
        plugin.disable();
        plugin.set("AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=");
        plugin.enable();
        options.put("credentials-file", lab.options().get("credentials-file"));
        ask("/v1/remotes", remote("file", url, options));
        ask("/v1/clone", body().put("place", "file/shop").put("volume", "shop-copy"));

        assertThat(engine.sh("shop-copy:/data", "cat /data/* | sha256sum")).isEqualTo(digest);
    }

    private static ObjectNode remote(String name, String url, ObjectNode options) {
        return body().put("name", name).put("url", url).set("options", options);
    }

    @Test
    void aVolumeIsMadeOfWhatIsOnARemoteByDockerAlone(@TempDir Path remote) throws IOException {
        engine.createVolume("desk");
        engine.sh("desk:/data", "seq 1 1000 > /data/table");
        ask("/v1/remotes", body().put("name", "usb").put("url", "file://" + remote));
        ask("/v1/push", body().put("ref", "desk").put("remote", "usb"));

        engine.createVolume("desk-copy", "from=usb/desk@main", "remote=usb");
        engine.createVolume("desk-copy", "from=usb/desk@main", "remote=usb");

        assertThat(engine.sh("desk-copy:/data", "tail -n 1 /data/table")).isEqualTo("1000");
        assertThat(engine.docker("volume", "inspect", "--format", "{{json .Status}}", "desk-copy")
                        .ok())
                .contains("usb/desk@main");
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
