package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Daemons that are killed while they push and while they pull, again and again, and then finish. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class KilledTransfersTest {
    private static final int KILLS_OF_EACH = Soak.orElse(100, 10);
    private static final long PACK = 32 << 20;
    /** What a push sends beside the content of files, at most. */
    private static final long METADATA = 3_000_000;

    private static final int LARGE = 30_000_000;
    private static final int SMALL = 15_000_000;
    /** Of bytes each second: a pull takes seconds. */
    private static final String SLOW = "6M";

    private static final int SLOW_LARGE = 12_000_000;
    private static final int SLOW_SMALL = 6_000_000;

    /** A large file and many small ones, which nothing makes shorter. */
    private static final String MORE = """
            cd "$1"; mkdir "d$4"; head -c "$2" /dev/urandom > "d$4/large"; ln "d$4/large" "link$4"
            head -c "$3" /dev/urandom | split --bytes=6000 --suffix-length=4 - "d$4/small"; seq 1 "$4" > log
            """;

    private static final int LONGEST_PULL = 600;
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(3);
    private static final ExecutorService CALLS = Executors.newVirtualThreadPerTaskExecutor();

    /** What a seed chooses is only where to kill; how far the daemon is then is never twice the same. */
    private static final long SEED = Long.getLong("flockerj.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final Map<String, List<String>> pushed = new LinkedHashMap<>();
    private Path remote;
    private Host pusher;
    private Host puller;
    private long written;
    private long sentTwice;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        System.out.println("killed transfers: -Dflockerj.seed=" + SEED);
        remote = Files.createDirectory(directory.resolve("remote"));
        pusher = Host.start(directory.resolve("pusher"));
        puller = Host.start(directory.resolve("puller"));
        pusher.add("nas", remote);
        puller.add("nas", remote);
        pusher.volume("db");
    }

    @AfterEach
    void end() throws IOException {
        pusher.close();
        puller.close();
    }

    @Test
    void whatWasCutOffIsFinishedByTheNextOneAndNoMoreThanOnePackWasSentTwice() throws Exception {
        writeMore();
        for (int kills = 0; kills < KILLS_OF_EACH; ) {
            long until = bytesThere() + random.nextLong(PACK);
            if (isCutOff(pusher, "/v1/push", order("db"), () -> bytesThere() >= until)) {
                pusher = restarted(pusher);
                kills++;
            } else {
                finishPush();
                writeMore();
            }
        }
        finishPush();

        assertThat(bytesOfPacks())
                .as("of %d that were written, seed %d", written, SEED)
                .isBetween(written, written + PACK);
        assertThat(sentTwice).as("sent though it was there, seed %d", SEED).isLessThanOrEqualTo(PACK);
        assertThat(pusher.check("nas/db", 100).required("hurt")).isEmpty();

        puller.cloneOf("nas/db@" + pushed.keySet().iterator().next(), "db");
        for (int kills = 0; kills < KILLS_OF_EACH; ) {
            writeMore();
            String newest = finishPush();
            for (int longest = LONGEST_PULL; longest > 0 && kills < KILLS_OF_EACH; longest /= 2) {
                long until = System.nanoTime()
                        + Duration.ofMillis(random.nextInt(longest)).toNanos();
                if (!isCutOff(puller, "/v1/pull", order("db@" + newest), () -> System.nanoTime() >= until)) {
                    break;
                }
                puller = restarted(puller);
                kills++;
            }
            puller.pull("db@" + newest);
        }
        everythingIsThere();
    }

    @Test
    void aPullThatTheDaemonsEndCutsOffIsBegunAgainAndFetchesWhatIsMissing() throws Exception {
        puller.add("slow", "file://" + remote, Map.of("download-limit", SLOW));
        write(SLOW_LARGE, SLOW_SMALL);
        String newest = finishPush();
        long until = (SLOW_LARGE + SLOW_SMALL) / 2;
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("place", "slow/db");
        assertThat(isCutOff(puller, "/v1/clone", order.put("volume", "db"), () -> bytesBrought() > until))
                .isTrue();
        puller.close();
        puller = Host.of(puller.daemon().plan());

        JsonNode job = Eventually.get("the clone's end", () -> job().filter(each -> !isRunning(each)));

        assertThat(job.required("state").asText()).as("%s", job).isEqualTo("done");
        assertThat(job.required("result").required("bytesReceived").asLong())
                .isLessThan(SLOW_LARGE + SLOW_SMALL - until + 3_000_000);
        assertThat(Manifest.differences(
                        Objects.requireNonNull(pushed.get(newest)), puller.view("db@" + newest, "view")))
                .isEmpty();
    }

    private static boolean isRunning(JsonNode job) {
        return job.required("state").asText().equals("running");
    }

    private long bytesBrought() {
        return job().map(job -> job.required("bytes").asLong()).orElse(0L);
    }

    /** The puller's only job, as the API shows it. */
    private Optional<JsonNode> job() {
        try {
            JsonNode jobs = puller.control().ask("GET", "/v1/jobs").required("jobs");
            return jobs.isEmpty()
                    ? Optional.empty()
                    : Optional.of(puller.control()
                            .ask(
                                    "GET",
                                    "/v1/jobs/"
                                            + jobs.required(0).required("id").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void everythingIsThere() throws IOException {
        for (Map.Entry<String, List<String>> snapshot : pushed.entrySet()) {
            puller.pull("db@" + snapshot.getKey());
            String view = "view-" + snapshot.getKey();
            assertThat(Manifest.differences(snapshot.getValue(), puller.view("db@" + snapshot.getKey(), view)))
                    .as("seed %d", SEED)
                    .isEmpty();
            puller.client().unmount(view, Host.ENGINE);
            puller.client().remove(view);
        }
        assertThat(puller.client().list()).containsExactly("db");
    }

    private static ObjectNode order(String ref) {
        return JsonNodeFactory.instance.objectNode().put("ref", ref);
    }

    private void writeMore() throws IOException {
        write(LARGE, SMALL);
    }

    private void write(int large, int small) throws IOException {
        Path top = pusher.client().mount("db", Host.ENGINE);
        Commands.here()
                .run("sh", "-euc", MORE, "sh", "" + top, "" + large, "" + small, "" + pushed.size())
                .ok();
        written += large + small;
    }

    /** Without any accident; answers what was pushed, which is everything. */
    private String finishPush() throws IOException {
        long missing = written - bytesOfPacks();
        JsonNode answer = pusher.push("db");
        sentTwice += Math.max(0, answer.required("bytesSent").asLong() - missing - METADATA);
        String head =
                answer.required("branches").required(0).required("snapshot").asText();
        pushed.put(head, Manifest.of(pusher.client().mount("db", Host.ENGINE)));
        return head;
    }

    /** Kills a daemon when the moment has come in the middle of a call; not if the call ends before. */
    private static boolean isCutOff(Host host, String path, ObjectNode order, BooleanSupplier moment) throws Exception {
        try (ControlClient control = host.daemon().connectToControl()) {
            Future<JsonNode> call = CALLS.submit(() -> control.ask("POST", path, order));
            while (!moment.getAsBoolean() && !call.isDone()) {
                LockSupport.parkNanos(SHORTEST_LOOK.toNanos());
            }
            if (call.isDone()) {
                call.get();
                return false;
            }
            host.daemon().kill();
            return true;
        }
    }

    /** Without what a daemon begins again by itself: here it is asked to, and nobody else sends at the same time. */
    private static Host restarted(Host host) throws IOException, InterruptedException {
        host.close();
        Path jobs = host.daemon().plan().path("run").resolve("pool/jobs");
        Commands.here()
                .run("sh", "-c", "rm -f \"$1\"/*.json", "sh", jobs.toString())
                .ok();
        return Host.of(host.daemon().plan());
    }

    /** What the remote takes, with what is not finished. */
    private long bytesThere() {
        return bytesOf("");
    }

    private long bytesOfPacks() {
        return bytesOf("/packs/");
    }

    private long bytesOf(String part) {
        try (Stream<Path> files = Files.walk(remote)) {
            return files.filter(file -> file.toString().contains(part))
                    .mapToLong(KilledTransfersTest::size)
                    .sum();
        } catch (IOException | UncheckedIOException goneMeanwhile) {
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException goneMeanwhile) {
            return 0;
        }
    }
}
