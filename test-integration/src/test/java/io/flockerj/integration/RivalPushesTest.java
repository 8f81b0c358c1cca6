package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.s3.SharedS3Lab;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts that push one volumeset at once: the same branch, and each a branch of its own. */
@Tag("root")
@ExtendWith({SharedS3Lab.class, OwnMounts.class})
class RivalPushesTest {
    private static final int ROUNDS = Soak.orElse(30, 3);

    @TempDir
    private static Path directory;

    private static Host here;
    private static Host there;

    private final S3Lab lab;

    /** What was acknowledged: snapshots, and what they hold. */
    private final Map<String, List<String>> acknowledged = new LinkedHashMap<>();

    RivalPushesTest(S3Lab lab) {
        this.lab = lab;
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        here = Host.start(directory.resolve("here"));
        there = Host.start(directory.resolve("there"));
    }

    @AfterAll
    static void end() throws IOException {
        here.close();
        there.close();
    }

    /** A host, and which of its volumes works on the branch that both push. */
    private record Rival(Host host, String shared, String own, String word) {
        Rival with(String other) {
            return new Rival(host, other, own, word);
        }
    }

    private void addRemote(String name) throws IOException {
        if (name.equals("bucket")) {
            String url = "s3://" + lab.newBucket();
            here.add(name, url, lab.options());
            there.add(name, url, lab.options());
        } else {
            Path remote = Files.createDirectory(directory.resolve(name));
            here.add(name, remote);
            there.add(name, remote);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "bucket"})
    void oneWinsEachMoveOfABranchAndNothingThatWasAcknowledgedIsLost(String remote) throws Exception {
        addRemote(remote);
        write(here.volume("db-" + remote), "first");
        push(here, "db-" + remote, remote);
        Rival one = rival(here, remote, "db-" + remote, "one");
        there.cloneOf(remote + "/db-" + remote, "db-" + remote);
        Rival two = rival(there, remote, "db-" + remote, "two");

        for (int round = 0; round < ROUNDS; round++) {
            List<Try> tries = pushAtOnce(remote, round, one, two);
            boolean oneWon = tries.get(0).won();
            assertThat(tries.get(1).won())
                    .as("round %d: exactly one of %s", round, tries)
                    .isEqualTo(!oneWon);
            assertThat(tries.get(oneWon ? 1 : 0).refusal())
                    .contains("the branch main on " + remote)
                    .contains("fli ");
            assertThat(tries.get(2).won() && tries.get(3).won()).as("%s", tries).isTrue();
            Rival loser = goOn(oneWon ? two : one, remote, round);
            if (oneWon) {
                two = loser;
            } else {
                one = loser;
            }
        }

        for (Rival rival : List.of(one, two)) {
            assertThat(rival.host().check(remote + "/db-" + remote, 100).required("hurt"))
                    .isEmpty();
            readAll(rival, remote);
        }
    }

    private static Rival rival(Host host, String remote, String shared, String word) throws IOException {
        String own = word + "-" + remote;
        host.client().create(own, Map.of("from", shared));
        return new Rival(host, shared, own, word);
    }

    /** Who has lost goes on from what won; what he has stays in a branch of its own. */
    private Rival goOn(Rival loser, String remote, int round) throws IOException {
        ObjectNode elsewhere = order(loser.shared(), remote).put("branch", "lost-" + loser.word() + round);
        acknowledge(loser, loser.shared(), loser.host().push(elsewhere));
        loser.host().client().unmount(loser.shared(), Host.ENGINE);
        loser.host().client().remove(loser.shared());
        String next = loser.shared() + "x";
        loser.host().cloneOf(remote + "/db-" + remote + "@main", next);
        return loser.with(next);
    }

    /** @param refusal empty if it was pushed */
    private record Try(String volume, String refusal) {
        boolean won() {
            return refusal.isEmpty();
        }
    }

    private List<Try> pushAtOnce(String remote, int round, Rival one, Rival two) throws Exception {
        List<Callable<Try>> pushes = new ArrayList<>();
        for (boolean shared : new boolean[] {true, false}) {
            for (Rival rival : List.of(one, two)) {
                String volume = shared ? rival.shared() : rival.own();
                write(rival.host().client().mount(volume, Host.ENGINE), rival.word() + " " + round);
                pushes.add(() -> attempt(rival, volume, remote));
            }
        }
        List<Try> tries = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (Future<Try> push : threads.invokeAll(pushes)) {
                tries.add(push.get());
            }
        }
        return tries;
    }

    private Try attempt(Rival rival, String volume, String remote) throws IOException {
        try (ControlClient control = rival.host().daemon().connectToControl()) {
            acknowledge(rival, volume, control.ask("POST", "/v1/push", order(volume, remote)));
            return new Try(volume, "");
        } catch (RefusedException e) {
            return new Try(volume, String.valueOf(e.getMessage()));
        }
    }

    private synchronized void acknowledge(Rival rival, String volume, JsonNode pushed) throws IOException {
        String head =
                pushed.required("branches").required(0).required("snapshot").asText();
        acknowledged.put(head, Manifest.of(rival.host().client().mount(volume, Host.ENGINE)));
    }

    private void push(Host host, String volume, String remote) throws IOException {
        JsonNode pushed = host.push(order(volume, remote));
        String head =
                pushed.required("branches").required(0).required("snapshot").asText();
        acknowledged.put(head, Manifest.of(host.client().mount(volume, Host.ENGINE)));
    }

    /** Everything that was acknowledged to either, on this host. */
    private void readAll(Rival rival, String remote) throws IOException {
        rival.host()
                .control()
                .ask("POST", "/v1/fetch", JsonNodeFactory.instance.objectNode().put("place", remote));
        int number = 0;
        for (Map.Entry<String, List<String>> snapshot : acknowledged.entrySet()) {
            rival.host().control().ask("POST", "/v1/pull", order(rival.shared() + "@" + snapshot.getKey(), remote));
            String view = "view-" + remote + number++;
            assertThat(Manifest.differences(
                            snapshot.getValue(), rival.host().view(rival.shared() + "@" + snapshot.getKey(), view)))
                    .as("%s on %s", snapshot.getKey(), rival.word())
                    .isEmpty();
            rival.host().client().unmount(view, Host.ENGINE);
            rival.host().client().remove(view);
        }
    }

    private static ObjectNode order(String ref, String remote) {
        return JsonNodeFactory.instance.objectNode().put("ref", ref).put("remote", remote);
    }

    private static void write(Path top, String word) {
        String script =
                "cd \"$1\"; echo \"$2\" >> log; mkdir -p d; echo \"$2\" > \"d/$2\"; head -c 300000 /dev/urandom > data";
        Commands.here().run("sh", "-euc", script, "sh", top.toString(), word).ok();
    }
}
