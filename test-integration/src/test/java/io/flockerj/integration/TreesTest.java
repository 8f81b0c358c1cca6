package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Real trees, and one with everything that a tree can hold, through snapshots, clones, rollbacks and archives: nothing of them changes. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class TreesTest {
    private static final String ENGINE = "engine";

    /** All of Linux's source when soaking, else its first part in the order of the archive. */
    private static final String LINUX =
            "xz -dc /usr/src/linux-source-6.1.tar.xz | head -c %d | tar -x --strip-components=1 -C \"$1\"; true"
                    .formatted(Soak.orElse(Integer.MAX_VALUE, 40_000_000));

    @TempDir
    Path directory;

    private DaemonProcess daemon;
    private VolumeDriverClient client;
    private ControlClient control;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        daemon = DaemonProcess.Plan.in(directory).with("pool", "file").start();
        client = daemon.connect();
        control = daemon.connectToControl();
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        control.close();
        daemon.close();
    }

    @Test
    void changesToASourceTreeAreToldOneByOneAndUndoneByARollback() throws IOException {
        Path top = volume("linux");
        shell(LINUX, top);
        List<String> original = Manifest.of(top);
        assertThat(original).hasSizeGreaterThan(5_000);
        control.snapshot("linux", "original");

        shell(CHANGES, top);
        List<String> changed = Manifest.of(top);

        assertThat(diff("linux@original")).containsExactlyInAnyOrderElementsOf(TOLD);
        assertSame("the snapshot", original, view("linux@original", "view"));
        JsonNode done = control.rollback("linux@original");
        assertSame("the volume that was rolled back", original, Manifest.of(client.mount("linux", ENGINE)));
        assertThat(diff("linux@original")).isEmpty();
        assertSame(
                "what was there before the rollback",
                changed,
                view("linux@" + done.required("safety").required("id").asText(), "before"));
    }

    /** What is done to the tree. */
    private static final String CHANGES = """
            set -eu
            cd "$1"
            echo new > added
            mkdir -p more/deep && echo new > more/deep/file
            ln -s nowhere more/link
            rm CREDITS
            rm -r Documentation/PCI/endpoint/function
            mv .mailmap KEEPERS
            mv Documentation/RCU Documentation/RCU-moved
            echo more >> COPYING
            printf changed | dd of=Documentation/Kconfig bs=1 seek=10 conv=notrunc status=none
            chmod 600 .clang-format
            chown 12:34 Documentation/Makefile
            setfattr -n user.note -v seen Documentation/conf.py
            ln Documentation/index.rst Documentation/again.rst
            """;

    private static final List<String> TOLD = List.of(
            "added added",
            "added more",
            "added more/deep",
            "added more/deep/file",
            "added more/link",
            "removed CREDITS",
            "removed Documentation/PCI/endpoint/function",
            "removed Documentation/PCI/endpoint/function/binding",
            "removed Documentation/PCI/endpoint/function/binding/pci-ntb.rst",
            "removed Documentation/PCI/endpoint/function/binding/pci-test.rst",
            "renamed .mailmap to KEEPERS",
            "renamed Documentation/RCU to Documentation/RCU-moved",
            "changed COPYING content",
            "changed Documentation/Kconfig content",
            "changed .clang-format mode",
            "changed Documentation/Makefile owner",
            "changed Documentation/conf.py xattrs",
            "added Documentation/again.rst links");

    @Test
    void everyKindOfInodeComesThroughSnapshotCloneAndRollback() throws IOException {
        Path top = zoo();
        List<String> original = Manifest.of(top);
        JsonNode taken = control.snapshot("zoo", "original");
        assertThat(taken.required("atomic").asBoolean()).isFalse();

        client.create("clone", Map.of("from", "zoo@original"));
        Path clone = client.mount("clone", ENGINE);
        assertSame("the snapshot", original, view("zoo@original", "view"));
        assertSame("the clone", original, Manifest.of(clone));
        Zoo.empty(clone);
        assertSame("the volume", original, Manifest.of(top));

        Zoo.empty(top);
        assertThat(Manifest.of(top)).hasSizeLessThan(10);
        control.rollback("zoo@original");
        assertSame("the volume that was rolled back", original, Manifest.of(client.mount("zoo", ENGINE)));
        assertThat(diff("zoo@original")).isEmpty();
    }

    @Test
    void everyKindOfInodeComesThroughAnArchive() throws IOException {
        Path top = zoo();
        List<String> original = Manifest.of(top);
        control.snapshot("zoo", "original");

        Commands.here()
                .run(
                        "sh",
                        "-euc",
                        "curl -sSf --unix-socket \"$1\" \"http://localhost/v1/tar?ref=zoo@original\" | curl -sSf --unix-socket \"$1\""
                                + " -X POST -H 'Content-Type: application/x-tar' -T - \"http://localhost/v1/import?name=copy\"",
                        "sh",
                        daemon.plan().path("control").toString())
                .ok();

        List<String> carried = original.stream()
                .filter(fact -> !fact.contains("./socket") && !fact.startsWith("flags "))
                .toList();
        assertSame("the copy, but for what archives cannot hold", carried, Manifest.of(client.mount("copy", ENGINE)));
        Zoo.empty(client.mount("copy", ENGINE));
    }

    /** A volume with everything. */
    private Path zoo() throws IOException {
        Path top = volume("zoo");
        Zoo.fill(top);
        return top;
    }

    private Path volume(String name) throws IOException {
        client.create(name, Map.of());
        return client.mount(name, ENGINE);
    }

    private List<String> view(String ref, String name) throws IOException {
        client.create(name, Map.of("from", ref, "access", "read-only"));
        return Manifest.of(client.mount(name, ENGINE));
    }

    private static void assertSame(String what, List<String> expected, List<String> found) {
        assertThat(Manifest.differences(expected, found)).as(what).isEmpty();
    }

    private static void shell(String script, Path top) {
        Commands.here().run("sh", "-c", script, "sh", top.toString()).ok();
    }

    /** One line for each change, as {@code kind path aspects}. */
    private List<String> diff(String from) throws IOException {
        List<String> changes = new ArrayList<>();
        for (JsonNode change : ControlClient.lines(daemon, "/v1/diff?from=" + from)) {
            List<String> aspects = new ArrayList<>();
            change.required("aspects").forEach(aspect -> aspects.add(aspect.asText()));
            String path = change.required("path").asText();
            String renamed =
                    change.hasNonNull("oldPath") ? change.required("oldPath").asText() + " to " + path : path;
            changes.add((change.required("kind").asText() + " " + renamed + " " + String.join(",", aspects)).strip());
        }
        return changes;
    }
}
