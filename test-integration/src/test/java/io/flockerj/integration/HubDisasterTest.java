package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.DockerHost.Person;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hub is gone, its database with it, and so is the host that has pushed: what is left is the storage. */
@Tag("root")
@Tag("engine")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HubDisasterTest {
    private static final String STORE = "10.77.1.1";

    /** What was pushed until some time. */
    private record Pushed(Instant when, List<String> content) {}

    @BeforeAll
    static void build() {
        HubHost.build();
    }

    @Test
    void aHostThatKnewNothingRestoresAllFromACopyOfTheDirectory(@TempDir Path disk) throws Exception {
        List<Pushed> pushed;
        try (HubHost hub = HubHost.open();
                DockerHost lost = DockerHost.open("lost", hub)) {
            hub.serve();
            pushed = pushedFrom(lost);
            hub.stop();
            Commands.here()
                    .run("cp", "--archive", hub.storage().toString(), disk.toString())
                    .ok();
        }

        try (DockerHost next = DockerHost.open("next")) {
            Person somebody = next.as("somebody");
            somebody.fli("remote", "add", "disk", "file://" + disk.resolve("storage/owners/crew"))
                    .ok();
            restoreAll(next, somebody, pushed);
        }
    }

    @Test
    void aHostThatKnewNothingRestoresAllFromTheBucket() throws Exception {
        try (Sandbox store = Sandbox.open("store")) {
            S3Lab lab = S3Lab.startWithin(store);
            String place = "s3://" + lab.newBucket() + "/hub";
            String endpoint = lab.endpoint(STORE).toString();
            String credentials = Objects.requireNonNull(lab.options().get("credentials-file"));
            List<Pushed> pushed;
            try (HubHost hub = HubHost.open();
                    DockerHost lost = DockerHost.open("lost", hub)) {
                hub.connectStore(store, STORE);
                hub.serve(
                        "--storage=" + place,
                        "--storage-endpoint=" + endpoint,
                        "--storage-credentials-file=" + credentials);
                pushed = pushedFrom(lost);
            }

            try (DockerHost next = DockerHost.open("next")) {
                next.engine().sandbox().connect("10.77.1.2", store, STORE);
                Person somebody = next.as("somebody");
                somebody.fli(
                                "remote",
                                "add",
                                "disk",
                                place + "/owners/crew",
                                "-o",
                                "endpoint=" + endpoint,
                                "-o",
                                "credentials-file=" + credentials)
                        .ok();
                restoreAll(next, somebody, pushed);
            }
        }
    }

    private static List<Pushed> pushedFrom(DockerHost host) throws IOException {
        Person anna = host.as("anna").signedIn();
        anna.fli("hub", "team", "add", "crew").ok();
        anna.fli("remote", "add", "team", HubHost.URL + "/crew").ok();
        host.engine().createVolume("zoo");
        host.fill("zoo", Zoo::fillWithoutSubvolume);
        List<Pushed> pushed = new ArrayList<>();
        pushed.add(push(host, anna));
        host.engine().sh("zoo:/data", "seq 1 100000 > /data/table; head -c 3000000 /dev/urandom > /data/heap");
        pushed.add(push(host, anna));
        host.engine().sh("zoo:/data", "rm /data/table; echo more >> /data/heap");
        pushed.add(push(host, anna));
        return pushed;
    }

    private static Pushed push(DockerHost host, Person person) throws IOException {
        List<String> content = host.content("zoo");
        person.fli("push", "zoo").ok();
        return new Pushed(Instant.now(), content);
    }

    private static void restoreAll(DockerHost host, Person somebody, List<Pushed> pushed) throws IOException {
        assertThat(somebody.fli("check", "disk/zoo", "--read-data").ok()).contains("3 snapshots", "all is there");
        for (Pushed each : pushed) {
            String volume = "zoo-" + pushed.indexOf(each);
            host.engine().createVolume(volume, "from=disk/zoo@{" + each.when() + "}");
            assertSame(each, host.content(volume));
        }
        somebody.fli("clone", "disk/zoo", "zoo").ok();
        assertSame(pushed.getLast(), host.content("zoo"));
    }

    private static void assertSame(Pushed expected, List<String> found) {
        assertThat(Manifest.differences(expected.content(), found))
                .as("as of %s", expected.when())
                .isEmpty();
    }
}
