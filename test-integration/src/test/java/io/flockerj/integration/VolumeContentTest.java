package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.HostFiles;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a file system can hold, a volume holds: each written by one container and found by another. */
@OnPrivateEngine
class VolumeContentTest {

    private static final String IMAGE = "tools:latest";

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    VolumeContentTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeAll
    static void importTools(PrivateEngine engine) {
        Path root = BusyboxImage.layOut(engine.directory().resolve("tools"));
        HostFiles.addPrograms(
                root,
                "/usr/bin/setfattr",
                "/usr/bin/getfattr",
                "/usr/bin/setfacl",
                "/usr/bin/getfacl",
                "/usr/sbin/setcap",
                "/usr/sbin/getcap",
                "/usr/bin/flock",
                "/usr/bin/perl");
        HostFiles.add(root, "/usr/lib/x86_64-linux-gnu/perl-base");
        BusyboxImage.importInto(engine, root, IMAGE, "CMD [\"sh\"]");
    }

    @Test
    void hardLinksStayTheSameFile() {
        writeIn("links", "echo one > /data/a && mkdir /data/d && ln /data/a /data/d/b");

        assertThat(readIn("links", "stat -c '%h' /data/a && echo two > /data/d/b && cat /data/a"))
                .isEqualTo("2\ntwo");
    }

    @Test
    void symbolicLinksKeepTheirTextWhateverItPointsTo() {
        writeIn("symbolic", "ln -s ../../etc/passwd /data/out && ln -s nowhere /data/dangling");

        assertThat(readIn("symbolic", "readlink /data/out; readlink /data/dangling"))
                .isEqualTo("../../etc/passwd\nnowhere");
    }

    @Test
    void extendedAttributesAclsAndCapabilitiesAreKept() {
        writeIn("attributes", """
                touch /data/file && cp /bin/busybox /data/program
                setfattr -n user.colour -v blue /data/file
                setfattr -n trusted.secret -v deep /data/file || true
                setfacl -m u:1234:rw /data/file
                setcap cap_net_raw+ep /data/program
                """);

        assertThat(readIn("attributes", "getfattr --only-values -n user.colour /data/file"))
                .isEqualTo("blue");
        assertThat(readIn("attributes", "getfacl -n /data/file")).contains("user:1234:rw-");
        assertThat(readIn("attributes", "getcap /data/program")).contains("cap_net_raw=ep");
    }

    @Test
    void sparseFileTakesNoMoreThanItsData() {
        writeIn("sparse", """
                truncate -s 8G /data/file
                printf end | dd of=/data/file bs=1 seek=8000000000 conv=notrunc
                sync
                """);

        assertThat(readIn("sparse", "stat -c %s /data/file")).isEqualTo("8589934592");
        assertThat(Integer.parseInt(readIn("sparse", "du -k /data/file | cut -f 1")))
                .isLessThan(1024);
        assertThat(readIn("sparse", "dd if=/data/file bs=1 skip=8000000000 count=3"))
                .isEqualTo("end");
    }

    @Test
    void fifosSocketsAndDevicesAreKeptAndWork() {
        writeIn("special", """
                mkfifo /data/fifo
                mknod /data/null c 1 3
                mknod /data/disk b 259 77
                perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("/data/socket")) or die $!'
                """);

        assertThat(readIn("special", "stat -c '%F %t:%T' /data/fifo /data/null /data/disk /data/socket"))
                .isEqualTo("""
                        fifo 0:0
                        character special file 1:3
                        block special file 103:4d
                        socket 0:0""");
        assertThat(readIn("special", "echo gone > /data/null; (echo through > /data/fifo &) ; cat /data/fifo"))
                .isEqualTo("through");
    }

    @Test
    void namesMayBe255BytesLongAndAnyBytesButSlashAndZero() {
        writeIn("names", """
                touch "/data/$(printf 'n%.0s' $(seq 255))"
                printf x > "$(printf '/data/\\377\\376\\n\\t"\\\\')"
                """);

        assertThat(readIn("names", "cd /data && ls -d nnn* | tr -d '\\n' | wc -c"))
                .isEqualTo("255");
        assertThat(readIn("names", "cat \"$(printf '/data/\\377\\376\\n\\t\"\\\\')\""))
                .isEqualTo("x");
    }

    @Test
    void ownersModesAndTimesAreKept() {
        writeIn("owned", """
                echo x > /data/file && chown 1234:4321 /data/file && chmod 6751 /data/file
                mkdir /data/dir && chmod 1777 /data/dir
                touch -d '2001-02-03 04:05:06' /data/file
                """);

        assertThat(readIn("owned", "stat -c '%u:%g %a %Y' /data/file && stat -c %a /data/dir"))
                .isEqualTo("1234:4321 6751 981173106\n1777");
    }

    @Test
    void locksOfOneContainerAreSeenByAnother() {
        writeIn("locked", "touch /data/lock");
        engine.docker(
                        "run",
                        "-d",
                        "--network=none",
                        "-v",
                        "locked:/data",
                        IMAGE,
                        "flock",
                        "/data/lock",
                        "sh",
                        "-c",
                        "touch /data/taken; tail -f /dev/null")
                .ok();
        readIn("locked", "for i in $(seq 500); do test ! -e /data/taken || exit 0; sleep 0.02; done; exit 1");

        assertThat(readIn("locked", "flock -n /data/lock true && echo free || echo taken"))
                .isEqualTo("taken");
    }

    @Test
    void fileDeletedWhileOpenIsReadableToTheEnd() {
        writeIn("deleted", "echo still > /data/file");

        assertThat(readIn("deleted", "exec 3< /data/file; rm /data/file; cat <&3; ls -A /data"))
                .isEqualTo("still");
    }

    @Test
    @Tag("slow")
    void everythingIsTheSameAfterThePluginAndTheEngineWereRestarted() {
        writeIn("everything", """
                cd /data
                for d in 0 1 2 3 4 5 6 7 8 9; do
                    mkdir -p $d/deep/er
                    for f in $(seq 50); do head -c $((f * 997)) /dev/urandom > $d/deep/$f; done
                    ln $d/deep/1 $d/deep/er/link && ln -s ../1 $d/deep/er/symbolic
                    setfattr -n user.number -v $d $d/deep/2 && setfacl -m g:77:x $d/deep/3
                    mkfifo $d/fifo && mknod $d/device c 1 5 && truncate -s 100M $d/sparse
                done
                sync
                """);
        String before = manifest();

        plugin.killAndAwaitRestart();
        assertThat(manifest()).isEqualTo(before);
        engine.restart();
        assertThat(manifest()).isEqualTo(before);
        engine.kill();
        engine.start();
        assertThat(manifest()).isEqualTo(before);
    }

    private String manifest() {
        return readIn("everything", """
                cd /data
                find . | sort | while read -r f; do stat -c '%n %F %a %u %g %h %i %s %Y %t:%T' "$f"; done
                find . -type f | sort | xargs md5sum
                getfattr -R -d -m user . && getfacl -R -n . | md5sum
                """);
    }

    private void writeIn(String volume, String script) {
        engine.createVolume(volume);
        tools(volume, "set -e; " + script);
    }

    private String readIn(String volume, String script) {
        return tools(volume, script);
    }

    private String tools(String volume, String script) {
        return engine.docker("run", "--rm", "--network=none", "-v", volume + ":/data", IMAGE, "sh", "-c", script)
                .ok();
    }
}
