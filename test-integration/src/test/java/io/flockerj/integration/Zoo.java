package io.flockerj.integration;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory with everything that a tree on btrfs can hold. */
final class Zoo {
    private Zoo() {}

    static void fill(Path top) throws IOException {
        makeSocket(top);
        shell(ZOO, top);
    }

    /** With everything but a subvolume, which other file systems have not. */
    static void fillWithoutSubvolume(Path top) throws IOException {
        makeSocket(top);
        shell(ZOO.replace("btrfs subvolume create nested", "mkdir nested"), top);
    }

    /** By a short way, for the kernel takes a socket's path of 107 bytes at most. */
    private static void makeSocket(Path top) throws IOException {
        Path way = Path.of(
                System.getProperty("java.io.tmpdir"),
                "zoo-" + ProcessHandle.current().pid());
        Files.createSymbolicLink(way, top);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(way.resolve("socket")));
        } finally {
            Files.delete(way);
        }
    }

    /** Takes everything away, whatever protects it. */
    static void empty(Path top) {
        shell(EMPTY, top);
    }

    private static void shell(String script, Path top) {
        Commands.here().run("sh", "-c", script, "sh", top.toString()).ok();
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

    private static final String EMPTY = """
            set -eu
            cd "$1"
            chattr -R -f -i -a . || true
            find . -mindepth 1 -delete
            """;
}
