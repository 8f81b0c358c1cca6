package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
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
    private static final ObjectMapper JSON = new ObjectMapper();
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
        assertSame("the volume that was rolled back", original, Manifest.of(top));
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
        shell(EMPTY, clone);
        assertSame("the volume", original, Manifest.of(top));

        shell(EMPTY, top);
        assertThat(Manifest.of(top)).hasSizeLessThan(10);
        control.rollback("zoo@original");
        assertSame("the volume that was rolled back", original, Manifest.of(top));
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
        shell(EMPTY, client.mount("copy", ENGINE));
    }

    /** Takes everything away, whatever protects it. */
    private static final String EMPTY = """
            set -eu
            cd "$1"
            chattr -R -f -i -a . || true
            find . -mindepth 1 -delete
            """;

    /** A volume with everything. */
    private Path zoo() throws IOException {
        Path top = volume("zoo");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(top.resolve("socket")));
        }
        shell(ZOO, top);
        return top;
    }

    private static final String ZOO = """
            set -eu
            cd "$1"
            chmod 640 socket
            echo regular > file; : > empty; printf x > tiny
            mkdir dir dir/empty sticky fixed; chmod 1777 sticky
            echo deep > dir/deep; ln dir/deep dir/second; ln dir/deep third; touch -d '2001-02-03 04:05:06.789012345 UTC' third
            ln -s file link; ln -s /nowhere/at/all dangling; ln -s "$(printf 'new\\nline\\377')" odd-target
            mkfifo -m 640 fifo; mknod block b 7 200; mknod char c 1 3; chown 5:6 block; ln fifo second-fifo
            echo acl > acl; setfacl -m u:1234:rw,g:5678:r acl; setfacl -d -m u:1234:rwx dir
            cp /bin/true capable; setcap cap_net_raw+ep capable
            truncate -s 64M holes
            dd if=/dev/urandom of=holes bs=64k count=1 seek=128 conv=notrunc status=none
            dd if=/dev/urandom of=holes bs=4k count=1 seek=10000 conv=notrunc status=none
            truncate -s 3M only-a-hole
            echo x > attributes
            setfattr -n user.colour -v blue attributes; setfattr -n user.empty attributes
            setfattr -n user.long -v "$(head -c 2000 /dev/zero | tr '\\0' z)" attributes
            setfattr -n trusted.hidden -v deep attributes; setfattr -n security.note -v seen attributes
            setfattr -n user.on -v directory dir; setfattr -h -n trusted.on -v link link; setfattr -n trusted.on -v fifo fifo
            cp /bin/true setuid; chown 1000:1000 setuid; chmod 6755 setuid
            echo x > owned; chown 12345:4000000000 owned; chown -h 77:88 link
            echo x > secret; chmod 000 secret
            echo x > "$(printf 'new\\nline')"; echo x > "$(printf 'bad\\377utf8')"; echo x > ' blanks '; echo x > ./-dash
            echo x > 'back\\slash'; echo x > "$(head -c 255 /dev/zero | tr '\\0' n)"; ln -s x "$(printf '\\001\\033[31m')"
            echo x > old; touch -d '1930-01-01 00:00:00.123456789 UTC' old
            echo x > future; touch -d '2240-01-01 00:00:00.000000001 UTC' future
            touch -h -d '1999-12-31 23:59:59.999999999 UTC' dangling fifo
            btrfs subvolume create nested >&2; echo in > nested/in; mkdir nested/dir; ln nested/in nested/dir/again
            echo x > immutable; echo x > append; echo x > fixed/in; touch -d '2011-11-11 11:11:11 UTC' dir dir/empty fixed nested .
            chattr +i immutable fixed; chattr +a append
            """;

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
        String answer = Commands.here()
                .run(
                        "curl",
                        "-sSf",
                        "--unix-socket",
                        daemon.plan().path("control").toString(),
                        "http://localhost/v1/diff?from=" + from)
                .ok();
        List<String> changes = new ArrayList<>();
        for (String line : answer.lines().toList()) {
            JsonNode change = JSON.readTree(line);
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
