package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Histories that leave one host by a remote and come back on another, each with a daemon and a pool of its own. */
class PushAndPullTest extends TwoHosts {
    private static final String ENGINE = Host.ENGINE;

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Test
    void everyKindOfInodeReachesAnotherHost() throws IOException {
        Path top = here.volume("zoo");
        Zoo.fill(top);
        List<String> original = Manifest.of(top);

        JsonNode pushed = here.push("zoo");
        JsonNode cloned = there.cloneOf("nas/zoo", "zoo");

        assertThat(pushed.required("snapshots")).hasSize(1);
        assertThat(cloned.required("snapshot"))
                .isEqualTo(pushed.required("snapshots").required(0));
        List<String> brought = Manifest.of(there.client().mount("zoo", ENGINE));
        assertThat(Manifest.differences(original, brought)).isEmpty();
        Zoo.empty(there.client().mount("zoo", ENGINE));
    }

    @Test
    void whatChangesGoesToAndFroOnOneBranch() throws IOException {
        Path top = here.volume("db");
        shell("seq 1 200000 > table; mkdir log; seq 1 10 > log/first", top);
        here.push("db");
        there.cloneOf("nas/db", "db");
        Path copy = there.client().mount("db", ENGINE);

        shell("echo more >> table; mv log journal; echo new > journal/second", copy);
        List<String> changed = Manifest.of(copy);
        JsonNode pushed = there.push("db");
        assertThat(pushed.required("snapshots")).hasSize(1);
        assertThat(pushed.required("branches").required(0).required("before").isNull())
                .isFalse();

        JsonNode pulled = here.pull("db@team/main");
        String snapshot = pulled.required("snapshot").asText();
        assertThat(snapshot).isEqualTo(pushed.required("snapshots").required(0).asText());
        assertThat(Manifest.differences(changed, here.view("db@" + snapshot, "view")))
                .isEmpty();
        assertThat(top.resolve("log/first")).as("the live volume").exists();
    }

    @Test
    void whatIsThereIsNotSentAgain() throws IOException {
        Path top = here.volume("db");
        shell("head -c 20000000 /dev/urandom > data", top);
        long first = here.push("db").required("bytesSent").asLong();

        JsonNode again = here.push("db");
        assertThat(again.required("snapshots")).isEmpty();
        assertThat(again.required("bytesSent").asLong()).isZero();
        shell("echo changed > note", top);
        JsonNode more = here.push("db");

        assertThat(first).isGreaterThan(20_000_000);
        assertThat(more.required("snapshots")).hasSize(1);
        assertThat(more.required("bytesSent").asLong()).isPositive().isLessThan(20_000);
    }

    @Test
    void whatAPoolHasNoRoomForIsRefusedBeforeItIsBrought() throws IOException, InterruptedException {
        shell("head -c 300000000 /dev/zero > data", here.volume("db"));
        here.push("db");

        DaemonProcess.Plan plan = DaemonProcess.Plan.in(Files.createDirectory(directory.resolve("small")))
                .with("pool", "file:256M");
        try (Host small = Host.of(plan)) {
            small.add("nas", remote);
            assertThatThrownBy(() -> small.cloneOf("nas/db", "db"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("from nas needs 286.1M of space")
                    .hasMessageContaining("has room for");

            assertThat(small.control().ask("GET", "/v1/volumes").required("volumes"))
                    .isEmpty();
        }
    }

    /** An engine asks again and again, as for a container that is to begin with it. */
    @Test
    void aVolumeFromASlowRemoteIsMadeByAJobThatItsMakerIsToldOf() throws IOException {
        Path top = here.volume("db");
        shell("head -c 3000000 /dev/urandom > data", top);
        here.push("db");
        there.add("slow", "file://" + remote, Map.of("download-limit", "100K"));
        Map<String, String> options = Map.of("from", "slow/db@main");

        Throwable told = catchThrowable(() -> there.client().create("copy", options));

        assertThat(told)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("copy from slow/db@main takes longer than 20 s");
        JsonNode job = there.control().ask("GET", "/v1/jobs").required("jobs").required(0);
        assertThat(told)
                .hasMessageContaining("goes on as the job " + job.required("id").asText());
        assertThat(job.required("state").asText()).isEqualTo("running");
        assertThat(there.client().list()).isEmpty();
        there.client().create("copy", options);
        assertThat(there.client().mount("copy", ENGINE).resolve("data")).hasSameBinaryContentAs(top.resolve("data"));
        assertThat(there.control().ask("GET", "/v1/jobs").required("jobs"))
                .as("the same one")
                .hasSize(1);
        there.client().create("copy", options);
    }

    @Test
    void everySnapshotOnTheWayIsSent() throws IOException {
        Path top = here.volume("db");
        List<List<String>> states = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shell("echo " + i + " >> log; cp log log" + i, top);
            states.add(Manifest.of(top));
            ids.add(here.control().snapshot("db").required("id").asText());
        }

        JsonNode pushed = here.push("db");

        List<String> sent = new ArrayList<>();
        pushed.required("snapshots").forEach(id -> sent.add(id.asText()));
        assertThat(sent).isEqualTo(ids);
        there.cloneOf("nas/db", "db");
        for (int i : List.of(0, 2, 3)) {
            there.pull("db@" + ids.get(i));
            assertThat(Manifest.differences(states.get(i), there.view("db@" + ids.get(i), "view" + i)))
                    .as("snapshot %d", i)
                    .isEmpty();
        }
    }

    @Test
    void aBranchThatHasGoneAnotherWayIsRefusedAndGoesElsewhereOrByForce() throws IOException {
        Path top = here.volume("db");
        shell("echo one > file", top);
        here.push("db");
        there.cloneOf("nas/db", "db");
        shell("echo two > file", there.client().mount("db", ENGINE));
        String theirs = there.push("db")
                .required("branches")
                .required(0)
                .required("snapshot")
                .asText();
        shell("echo three > file", top);

        assertThatThrownBy(() -> here.push("db"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(theirs.substring(0, 12))
                .hasMessageContaining("--to")
                .hasMessageContaining("--force");
        JsonNode other = here.push(body().put("ref", "db").put("branch", "mine"));
        JsonNode forced = here.push(body().put("ref", "db").put("force", true));

        assertThat(other.required("branches").required(0).required("before").isNull())
                .isTrue();
        assertThat(forced.required("branches").required(0).required("before").asText())
                .isEqualTo(theirs);
        JsonNode volumesets =
                here.control().ask("POST", "/v1/remotes/team/list").required("volumesets");
        assertThat(volumesets).hasSize(1);
        assertThat(volumesets
                        .required(0)
                        .required("tags")
                        .required(0)
                        .required("snapshot")
                        .asText())
                .isEqualTo(theirs);
    }

    @Test
    void aBranchThatIsNewOnTheRemoteIsAnotherThanTheOneItCameFrom() throws IOException {
        shell("echo one > file", here.volume("db"));
        here.push("db");
        here.push(body().put("ref", "db").put("branch", "mine"));

        there.cloneOf("nas/db@mine", "mine");
        there.cloneOf("nas/db@main", "main");

        assertThat(there.control()
                        .ask("GET", "/v1/volumes/mine")
                        .required("branch")
                        .asText())
                .isEqualTo("mine");
        assertThat(there.control()
                        .ask("GET", "/v1/volumes/main")
                        .required("branch")
                        .asText())
                .isEqualTo("main");
    }

    @Test
    void aHostThatIsBehindIsToldToPullAndNotToForce() throws IOException {
        shell("echo one > file", here.volume("db"));
        here.push("db");
        there.cloneOf("nas/db", "db");
        shell("echo two > file", there.client().mount("db", ENGINE));
        there.push("db");

        assertThatThrownBy(() -> here.push("db"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("fli pull")
                .hasMessageNotContaining("--force");
    }

    @Test
    void whatIsGoneFromTheRemoteIsSentAgainByTheNextPush() throws IOException {
        Path top = here.volume("db");
        shell("head -c 3000000 /dev/urandom > data; seq 1 1000 > table", top);
        here.push("db");
        for (Path pack : packs()) {
            Files.delete(pack);
        }
        shell("echo more >> table", top);
        List<String> changed = Manifest.of(top);

        assertThat(here.push("db").required("bytesSent").asLong()).isGreaterThan(3_000_000);

        there.cloneOf("nas/db", "db");
        assertThat(Manifest.differences(changed, Manifest.of(there.client().mount("db", ENGINE))))
                .isEmpty();
    }

    private List<Path> packs() throws IOException {
        try (Stream<Path> files = Files.walk(remote)) {
            return files.filter(file -> file.toString().contains("/packs/") && Files.isRegularFile(file))
                    .toList();
        }
    }

    @Test
    void changedPagesCostWhatTheyHoldBothWays() throws IOException {
        Path top = here.volume("db");
        shell("head -c 64000000 /dev/urandom > data", top);
        here.push("db");
        there.cloneOf("nas/db", "db");
        shell(
                "for at in 100 5000 9000 15000; do head -c 4096 /dev/urandom | dd of=data bs=4096 seek=$at conv=notrunc"
                        + " status=none; done",
                top);
        List<String> changed = Manifest.of(top);

        long sent = here.push("db").required("bytesSent").asLong();
        JsonNode pulled = there.pull("db");

        assertThat(sent).isBetween(4L * 4096, 60_000L);
        assertThat(pulled.required("bytesWritten").asLong()).isBetween(4L * 4096, 300_000L);
        String snapshot = pulled.required("snapshot").asText();
        assertThat(Manifest.differences(changed, there.view("db@" + snapshot, "view")))
                .isEmpty();
    }

    @Test
    void anotherVolumesetNeverTakesAName() throws IOException {
        shell("echo one > file", here.volume("db"));
        here.push("db");
        shell("echo two > file", there.volume("db"));

        assertThatThrownBy(() -> there.push("db"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("another volumeset")
                .hasMessageContaining("--as");
        JsonNode pushed = there.push(body().put("ref", "db").put("name", "other-db"));

        assertThat(pushed.required("name").asText()).isEqualTo("other-db");
        assertThat(here.control().ask("POST", "/v1/remotes/team/list").required("volumesets"))
                .hasSize(2);
    }

    @Test
    void aCheckTellsWhatIsHurt() throws IOException {
        shell("head -c 3000000 /dev/urandom > data", here.volume("db"));
        String snapshot = here.push("db").required("snapshots").required(0).asText();
        assertThat(check(100).required("hurt")).isEmpty();
        Path pack = packs().getFirst();

        shell("printf x | dd of=" + pack + " bs=1 seek=1500000 conv=notrunc status=none", remote);
        assertThat(check(0).required("hurt")).as("not read").isEmpty();
        assertThat(check(100).required("hurt").required(0).required("what").asText())
                .isEqualTo(snapshot);
        assertThatThrownBy(() -> there.cloneOf("nas/db", "db")).hasMessageContaining("broken");
        assertThat(there.client().list()).isEmpty();

        Files.delete(pack);
        assertThat(check(0).required("hurt").required(0).required("what").asText())
                .isEqualTo(snapshot);
    }

    private JsonNode check(int percent) throws IOException {
        return here.control()
                .ask("POST", "/v1/check", body().put("place", "team/db").put("percent", percent));
    }

    @Test
    void aPushThatItsDaemonWasKilledInIsBegunAgainByTheNext() throws IOException, InterruptedException {
        shell("head -c 5000000 /dev/urandom > data", here.volume("db"));
        Path slow = Files.createDirectory(directory.resolve("slow"));
        ObjectNode limited = body().put("name", "slow").put("url", "file://" + slow);
        limited.putObject("options").put("upload-limit", "2M");
        here.control().ask("POST", "/v1/remotes", limited);
        String id;
        try (UnixHttp http = new UnixHttp(here.daemon().plan().path("control"))) {
            UnixHttp.Answer asked =
                    http.ask("POST", "/v1/push", body().put("ref", "db").put("remote", "slow"));
            assertThat(asked.status()).as(asked.body().toString()).isEqualTo(202);
            id = asked.body().required("id").asText();
        }

        here.daemon().kill();

        try (DaemonProcess next = here.daemon().plan().start();
                ControlClient control = next.connectToControl()) {
            assertThat(ended(control, id).required("state").asText()).isEqualTo("done");
            JsonNode volumesets = control.ask("POST", "/v1/remotes/slow/list").required("volumesets");
            assertThat(volumesets.required(0).required("branches")).hasSize(1);
        }
    }

    private static JsonNode ended(ControlClient control, String id) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode job : control.ask("GET", "/v1/jobs").required("jobs")) {
                if (job.required("id").asText().equals(id)
                        && !job.required("endedAt").isNull()) {
                    return job;
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new AssertionError("the job " + id + " does not end: " + control.ask("GET", "/v1/jobs"));
    }

    @Test
    void whatIsNoRemoteIsRefused() throws IOException {
        Path full = Files.createDirectory(directory.resolve("full"));
        Files.writeString(full.resolve("letter"), "private");

        for (String url : List.of(
                "file://" + full,
                "file://" + directory.resolve("missing"),
                "file://host/directory",
                "file:relative",
                "ftp://host/directory",
                "no url")) {
            assertThatThrownBy(() -> here.control()
                            .ask(
                                    "POST",
                                    "/v1/remotes",
                                    body().put("name", "bad").put("url", url)))
                    .as(url)
                    .isInstanceOf(RefusedException.class);
        }
        assertThat(full).isDirectoryContaining(file -> file.endsWith("letter"));
        try (var entries = Files.list(full)) {
            assertThat(entries).hasSize(1);
        }
        assertThat(here.control().ask("GET", "/v1/remotes").required("remotes")).hasSize(1);
    }

    private static void shell(String script, Path top) {
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; " + script, "sh", top.toString())
                .ok();
    }
}
