package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A remote in a directory that is full, that can only be read, and that is gone. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class BrokenDirectoriesTest {
    @TempDir
    Path directory;

    private Path remote;
    private Host here;
    private Host there;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        remote = Files.createDirectory(directory.resolve("remote"));
        shell("mount -t tmpfs -o mode=755,size=60M remote .", remote);
        here = Host.start(directory.resolve("here"));
        there = Host.start(directory.resolve("there"));
        here.add("nas", remote);
    }

    @AfterEach
    void end() throws IOException {
        here.close();
        there.close();
        Commands.here().run("umount", "--lazy", remote.toString());
    }

    @Test
    void aFullOneRefusesThePushAndGoesOnWhenThereIsRoom() throws IOException {
        Path top = here.volume("db");
        shell("echo first > log", top);
        String first = head(here.push("db"));
        shell("head -c 100000000 /dev/urandom > data", top);
        List<String> all = Manifest.of(top);

        assertThatThrownBy(() -> here.push("db"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(
                        "cannot write to the directory " + remote, "No space left on device", "is whole");
        there.add("nas", remote);
        there.cloneOf("nas/db", "before");
        assertThat(branch()).isEqualTo(first);
        assertThat(here.check("nas/db", 100).required("hurt")).isEmpty();

        shell("mount -o remount,size=200M .", remote);
        here.push("db");
        there.cloneOf("nas/db", "db");
        assertThat(Manifest.differences(all, Manifest.of(there.client().mount("db", Host.ENGINE))))
                .isEmpty();
    }

    @Test
    void oneThatCanOnlyBeReadIsPulledFromAndRefusesThePush() throws IOException {
        Path top = here.volume("db");
        shell("seq 1 100000 > table", top);
        here.push("db");
        List<String> before = Manifest.of(top);
        shell("mount -o remount,ro .", remote);
        shell("echo more >> table", top);

        assertThatThrownBy(() -> here.push("db"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("cannot write to the directory " + remote, "Read-only", "pull only");
        there.add("books", remote);
        there.cloneOf("books/db", "db");
        assertThat(Manifest.differences(before, Manifest.of(there.client().mount("db", Host.ENGINE))))
                .isEmpty();

        shell("mount -o remount,rw .", remote);
        assertThat(here.push("db").required("snapshots")).hasSize(1);
    }

    @Test
    void oneThatIsGoneIsNotMadeAnewAndIsUsedAgainWhenItIsBack() throws Exception {
        Path aside = Files.createDirectory(directory.resolve("aside"));
        Path top = here.volume("db");
        shell("head -c 40000000 /dev/urandom > data", top);
        shell("mount --bind . \"$2\"", remote, aside);
        here.control().ask("DELETE", "/v1/remotes/nas");
        here.add("nas", "file://" + remote, Map.of("upload-limit", "10M"));

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<JsonNode> push = threads.submit(() -> here.push("db"));
            Eventually.await("the push to begin", () -> Files.isDirectory(remote.resolve("volumesets")));
            shell("umount --lazy \"$1\"", remote);
            assertThatThrownBy(push::get)
                    .cause()
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(remote.toString());
        }
        assertThatThrownBy(() -> here.push("db")).hasMessageContaining("there is no remote now; mount what was there");
        assertThatThrownBy(() -> here.control()
                        .ask(
                                "POST",
                                "/v1/fetch",
                                JsonNodeFactory.instance.objectNode().put("place", "nas")))
                .hasMessageContaining("there is no remote now");
        assertThat(remote).isEmptyDirectory();

        shell("mount --bind \"$2\" .", remote, aside);
        here.push("db");
        there.add("nas", remote);
        there.cloneOf("nas/db", "db");
        assertThat(Manifest.differences(
                        Manifest.of(top), Manifest.of(there.client().mount("db", Host.ENGINE))))
                .isEmpty();
        shell("umount \"$2\"", remote, aside);
    }

    private static String head(JsonNode pushed) {
        return pushed.required("branches").required(0).required("snapshot").asText();
    }

    private String branch() throws IOException {
        JsonNode volumesets = here.control().ask("POST", "/v1/remotes/nas/list").required("volumesets");
        return volumesets
                .required(0)
                .required("branches")
                .required(0)
                .required("snapshot")
                .asText();
    }

    private static void shell(String script, Path top, Object... more) {
        String second = more.length == 0 ? "" : more[0].toString();
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; " + script, "sh", top.toString(), second)
                .ok();
    }
}
